"""Every place that a message names: whose it is, and of what time."""

from gateway.stages.route.named.read import read_message, read_remarks

__all__ = ["read_message", "read_remarks"]
