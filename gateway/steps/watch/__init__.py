"""What the worker does by the clock: alarms, reminders, keys, digests."""
