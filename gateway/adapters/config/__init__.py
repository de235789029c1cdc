"""Loaders of the configuration: each reads one kind of file and returns typed values."""
