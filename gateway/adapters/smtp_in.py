"""SMTP, receiving."""
