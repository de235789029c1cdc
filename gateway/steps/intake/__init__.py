"""One arrival, from the spool to a decision."""
