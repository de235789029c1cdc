"""What a person decided, carried out."""
