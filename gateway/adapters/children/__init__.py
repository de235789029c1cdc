"""Confined child processes, and what they are used for."""
