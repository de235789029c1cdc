"""Postcode directories: read and imported."""
