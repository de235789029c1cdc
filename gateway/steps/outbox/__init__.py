"""What leaves, and what comes back about it."""
