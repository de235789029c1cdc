"""What is done with an intake, and what becomes of a hand-over."""
