"""SMTP, sending."""
