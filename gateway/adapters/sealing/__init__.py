"""Sealed content: its format, its keys, its blobs."""
