"""Intake: SMTP and web form. Holds public keys only."""
