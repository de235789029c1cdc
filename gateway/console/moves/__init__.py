"""What staff can do: offered, filled in, and posted as an instruction."""
