"""Turn what was decided to leave into rows: one kind a file."""
