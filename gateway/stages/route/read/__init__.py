"""What people write of a residence: forms, lines, names of authorities, words."""
