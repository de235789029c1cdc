"""Every place that a message names: whose it is, and of what time."""

from gateway.stages.route.named.read import read_message

__all__ = ["read_message"]
