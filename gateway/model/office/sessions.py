"""A person at the console, for as long as they are signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.ids import StaffId
from gateway.model.office.staff import Role


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, with their rights at this moment."""

    staff_id: StaffId
    name: str
    role: Role
    csrf_token: str = field(repr=False)
    expires_at: datetime = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. ``token`` goes into the cookie and is kept nowhere else."""

    token: str = field(repr=False)
    session: Session
