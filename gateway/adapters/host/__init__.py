"""The machine and the deployment on it: clock, log, metrics, users, folders."""
