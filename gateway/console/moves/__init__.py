"""What staff can do: offered, filled in, posted as an instruction."""
