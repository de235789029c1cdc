"""A secure intake gateway for a Child Death Overview Panel (CDOP)."""

__version__ = "0.1.0"
