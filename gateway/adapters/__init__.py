"""Every side effect, in thin implementations of the ports; outside errors become Temporary or Permanent."""
