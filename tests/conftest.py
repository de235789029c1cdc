"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Neither chance nor a busy machine decides: the same examples in every run, however long each takes.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
