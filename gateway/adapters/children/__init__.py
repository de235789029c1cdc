"""Confined child processes, and what they are asked."""
