"""The office, its staff, and whom it knows."""
