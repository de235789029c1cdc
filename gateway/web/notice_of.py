"""How the form learns what became of a reference: from the worker's content-free notices."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.case.notice import Notice, NoticeState

NoticeOf = Callable[[str], Notice | None]

__all__ = ["Notice", "NoticeOf", "NoticeState"]
