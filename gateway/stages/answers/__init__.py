"""What is said to those who wrote: whether, with which text, and by which way."""
