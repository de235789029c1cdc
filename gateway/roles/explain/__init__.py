"""The dry run behind ``gateway explain``."""
