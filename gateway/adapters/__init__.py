"""The plugs: every side effect, thin; outside errors become Temporary or Permanent."""
