"""How an arrival came, and how far its channel can be trusted."""
