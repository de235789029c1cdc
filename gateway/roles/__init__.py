"""The processes: intake, worker, console, and the supervisor that runs all three."""
