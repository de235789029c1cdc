"""What to do with an intake, and what becomes of a hand-over."""
