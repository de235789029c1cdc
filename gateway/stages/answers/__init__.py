"""Answers to senders: whether, with which text, and how."""
