"""The evidence of a residence, and the doubts that a route must pass."""
