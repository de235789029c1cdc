"""OpenPGP."""
