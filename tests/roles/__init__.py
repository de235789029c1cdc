"""The processes and what they look at before they start."""
