"""What is known about the browser that sent a request: a random token, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from gateway.web.guard.tokens import csrf_token
from gateway.web.language import translate


@dataclass(slots=True, repr=False)
class Visit:
    """One request's view of a session. ``token`` is the cookie; the server keeps only its hash."""

    token: str
    fresh: bool  # the cookie has to be set
    language: str = "en"
    posted: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return csrf_token(self.token)

    def renew(self, token: str) -> None:
        """Give the browser a new token; what an older one opened stays with the older one."""
        self.token, self.fresh = token, True

    def gettext(self, text: str) -> str:
        """Return the text in the visitor's language, in English where there is no translation yet."""
        return translate(text, self.language)


VISIT: web.RequestKey[Visit] = web.RequestKey("visit", Visit)


def visit(request: web.Request) -> Visit:
    """Return the visit that a request belongs to."""
    return request[VISIT]


class Answered(Exception):
    """Answers a request from inside a function that should return something else."""

    def __init__(self, response: web.Response) -> None:
        super().__init__()
        self.response = response
