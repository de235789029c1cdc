"""Open what was sealed."""
