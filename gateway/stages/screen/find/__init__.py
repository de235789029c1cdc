"""What may point at somebody: one kind of evidence a file."""
