"""A child's death that is told in any words: is it told here, and what is said of it."""
