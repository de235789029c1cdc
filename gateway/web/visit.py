"""What is known of the browser that sent a request: a random token, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True, repr=False)
class Visit:
    """One request's view of a session. ``token`` is the cookie; the server keeps only its hash."""

    token: str
    csrf: str
    fresh: bool  # the cookie has to be set
    language: str = "en"
    posted: Mapping[str, list[str]] = field(default_factory=dict)


VISIT: web.RequestKey[Visit] = web.RequestKey("visit", Visit)


def visit(request: web.Request) -> Visit:
    """Return the visit that a request belongs to."""
    return request[VISIT]
