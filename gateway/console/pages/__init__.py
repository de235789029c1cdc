"""What staff see: lists, cases, intakes, keys."""
