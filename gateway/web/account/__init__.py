"""Accounts of professionals who notify often, and how they sign in."""
