"""Measurements: each script prints ratios against a named peer in one run."""
