"""How the form asks what became of a reference: by the worker's content-free notices."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.case.notice import Notice, NoticeState

NoticeOf = Callable[[str], Notice | None]

__all__ = ["Notice", "NoticeOf", "NoticeState"]
