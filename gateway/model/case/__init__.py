"""Cases, hand-overs, dispatches and instructions, as rows and as what is sealed beside them."""
