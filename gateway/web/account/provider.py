"""The port of an OpenID provider: talks to it, and judges what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gateway.model.office.identity import Identity


class Provider(Protocol):
    """Permanent(code) for anything wrong, Temporary(code) for no answer in time; never text from outside."""

    @property
    def name(self) -> str:
        """What people call it: "Exampleshire Hospitals"."""
        ...

    async def authorization_endpoint(self) -> str:
        """Return where a browser is sent."""
        ...

    def registration(self) -> Mapping[str, str]:
        """Return what our registration adds to an authentication request: ``client_id`` and ``scope``."""
        ...

    async def judge_issuer(self, given: str | None) -> None:
        """Judge the ``iss`` of an authorization response (RFC 9207): another's is refused, and a missing one if due."""
        ...

    async def redeem(self, code: str, verifier: str, redirect_uri: str, nonce: str) -> Identity:
        """Return the person behind a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5), from a verified ID token."""
        ...

    def admits(self, identity: Identity) -> bool:
        """Say whether this account may sign in here."""
        ...
