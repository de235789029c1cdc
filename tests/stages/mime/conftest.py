"""The tables of screening: what was parsed is screened as well."""

from __future__ import annotations

from tests.stages.screen.conftest import known, tables

__all__ = ["known", "tables"]
