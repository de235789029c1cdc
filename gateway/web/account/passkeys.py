"""Passkeys (W3C Web Authentication, level 3) as a second factor with the password of an account.

The signatures, the formats and the checks of the standard are fido2's; what is decided here: user verification is
required, attestation is not asked for, the origin is ours exactly and no frame of another site, a challenge works once
and in the browser that asked for it, and a signature counter that does not grow blocks the passkey (section 6.1.1).
No list of an account's passkeys is ever sent out: they are discoverable, so no page reveals who has an account.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.web.account import ceremonies
from gateway.web.draft.form_store import FormStore
from gateway.web.services import FormServices
from gateway.web.site import Site

log = logging.getLogger(__name__)

MOST = 10  # passkeys of one account
MAX_RESPONSE = 20_000  # characters of what a browser sends back
_ADD, _USE = "passkey add", "passkey use"
_ALGORITHMS = (-7, -8, -35, -257)  # ES256, EdDSA, ES384, RS256
_KIND = PublicKeyCredentialType.PUBLIC_KEY
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey as its owner sees it. ``number`` names it in a form."""

    number: str
    name: str
    added_at: float
    copied: bool


def _server(site: Site) -> Fido2Server:
    """Return the relying party of a site: its id is the host, its origin the whole address."""
    host = urlsplit(site.base_url).hostname or ""
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name=site.panel_name, id=host), verify_origin=lambda origin: origin == site.base_url
    )
    supported = set(CoseKey.supported_algorithms())
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=_KIND, alg=algorithm) for algorithm in _ALGORITHMS if algorithm in supported
    ]
    return server


def user_handle(account: str) -> bytes:
    """Return the id under which an authenticator keeps an account: always the same, and not its name."""
    return hashlib.sha256(b"cdop gateway passkey " + account.encode()).digest()


async def begin_adding(services: FormServices, token: str, account: str, name: str) -> dict[str, Any]:
    """Return the options of ``navigator.credentials.create``, and remember challenge and name for this browser."""
    known = await _of(services, account)
    user = PublicKeyCredentialUserEntity(id=user_handle(account), name=account, display_name=account)
    options, state = _server(services.site).register_begin(
        user,
        [AttestedCredentialData(row["credential"]) for row in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=services.entropy(32),
    )
    await ceremonies.keep(services, token, _ADD, {"challenge": state["challenge"], "account": account, "name": name})
    return _plain(options.public_key)


async def add(services: FormServices, token: str, account: str, response: str) -> bool:
    """Store a new passkey. False if it is not exactly what was asked for, or there are too many."""
    kept = await ceremonies.take(services, token, _ADD)
    if kept is None or kept["account"] != account:
        return False
    try:
        given = RegistrationResponse.from_dict(_parsed(response))
        if given.response.client_data.cross_origin or given.type is not _KIND:
            return False
        state = {"challenge": kept["challenge"], "user_verification": _REQUIRED}
        made = _server(services.site).register_complete(state, given)
        credential = made.credential_data
    # The library passes on its parsers' errors (KeyError, struct.error ...): each means "not a passkey".
    except Exception as error:
        log.warning("passkey_refused", extra={"code": type(error).__name__})
        return False
    if credential is None or credential.public_key.get(3) not in _ALGORITHMS:
        return False
    if credential.credential_id != given.raw_id:
        return False
    row = (credential.credential_id, account, bytes(credential), kept["name"], made.counter, services.now().timestamp())

    def work(db: sqlite3.Connection) -> bool:
        (count,) = db.execute("SELECT count(*) FROM passkeys WHERE account = ?", (account,)).fetchone()
        if count >= MOST:
            return False
        added = db.execute(
            "INSERT OR IGNORE INTO passkeys (credential_id, account, credential, name, sign_count, added_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        return added.rowcount == 1

    return await services.form_store.run(work)


async def begin_using(services: FormServices, token: str) -> dict[str, Any]:
    """Return the options of ``navigator.credentials.get``, and remember the challenge for this browser."""
    options, state = _server(services.site).authenticate_begin(
        user_verification=_REQUIRED, challenge=services.entropy(32)
    )
    await ceremonies.keep(services, token, _USE, {"challenge": state["challenge"]})
    return _plain(options.public_key)


async def challenge_of(services: FormServices, token: str) -> str:
    """Return the challenge that this browser was given, once; "" if there is none."""
    kept = await ceremonies.take(services, token, _USE)
    return kept["challenge"] if kept is not None else ""


async def used(services: FormServices, account: str, challenge: str, response: str) -> bool:
    """Say whether a browser's answer to the challenge comes from a passkey of this account, and count the use."""
    rows = await _of(services, account)
    if not challenge:
        return False
    try:
        given = AuthenticationResponse.from_dict(_parsed(response))
        handle = given.response.user_handle
        if given.response.client_data.cross_origin or given.type is not _KIND:
            return False
        if handle is not None and handle != user_handle(account):
            return False
        state = {"challenge": challenge, "user_verification": _REQUIRED}
        credentials = [AttestedCredentialData(row["credential"]) for row in rows]
        found = _server(services.site).authenticate_complete(state, credentials, given)
    except Exception as error:  # as above
        log.warning("passkey_refused", extra={"code": type(error).__name__})
        return False
    return await _count(services, found.credential_id, given.response.authenticator_data.counter)


async def _count(services: FormServices, credential_id: bytes, counter: int) -> bool:
    """Store the signature counter; one that does not grow blocks the passkey permanently: it may have been copied."""

    def work(db: sqlite3.Connection) -> bool:
        grown = db.execute(
            "UPDATE passkeys SET sign_count = ?1 WHERE credential_id = ?2 AND copied = 0"
            " AND (sign_count < ?1 OR (sign_count = 0 AND ?1 = 0))",
            (counter, credential_id),
        )
        if grown.rowcount != 1:
            db.execute("UPDATE passkeys SET copied = 1 WHERE credential_id = ?", (credential_id,))
        return grown.rowcount == 1

    grown = await services.form_store.run(work)
    if not grown:
        log.warning("passkey_refused", extra={"code": "counter"})
    return grown


async def listed(services: FormServices, account: str) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    return [
        Passkey(row["credential_id"].hex(), row["name"], row["added_at"], bool(row["copied"]))
        for row in await _of(services, account)
    ]


async def remove(services: FormServices, account: str, number: str) -> None:
    """Forget a passkey of an account, if it is there."""
    await services.form_store.run(
        lambda db: db.execute(
            "DELETE FROM passkeys WHERE account = ? AND lower(hex(credential_id)) = ?", (account, number)
        )
    )


async def forget_all(form_store: FormStore, account: str) -> int:
    """Forget every passkey of an account; return how many there were."""
    return await form_store.run(lambda db: db.execute("DELETE FROM passkeys WHERE account = ?", (account,)).rowcount)


async def _of(services: FormServices, account: str) -> list[sqlite3.Row]:
    return await services.form_store.read(
        lambda db: db.execute(
            "SELECT credential_id, credential, name, added_at, copied FROM passkeys WHERE account = ?"
            " ORDER BY added_at, credential_id",
            (account,),
        ).fetchall()
    )


def _parsed(response: str) -> dict[str, Any]:
    content = json.loads(response[:MAX_RESPONSE])
    if not isinstance(content, dict):
        raise TypeError
    return content


def _plain(options: Any) -> dict[str, Any]:
    """Return options as the JSON of the standard, sections 5.1.9 and 5.1.10 (bytes as base64url)."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(options), default=dict))
    return plain
