"""Sealed arrivals on disk: written by intake, read by the worker."""
