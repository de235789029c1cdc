"""How an arrival came, and what its channel is worth."""
