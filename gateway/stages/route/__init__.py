"""Where a case must go: the panel of the child's normal residence, or the reason why a person is asked."""

from gateway.stages.route.decide import route

__all__ = ["route"]
