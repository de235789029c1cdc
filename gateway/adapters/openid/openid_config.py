"""The client of an OpenID provider from the settings and the key file; and what is wrong with them, in words."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from gateway.adapters.config.settings import OpenIdSettings
from gateway.adapters.openid.client import OpenIdClient

SECRET = "openid.secret"  # noqa: S105  a file's name, under keys/intake
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def faults(settings: OpenIdSettings, secret_file: Path) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the section and its key file, and how to mend it. Nothing if it is not used."""
    if not settings.issuer:
        return
    if not _is_issuer(settings.issuer):
        yield "openid.issuer is no issuer", "https://HOST or https://HOST/PATH, exactly as the provider writes it"
    for name in ("name", "client_id"):
        if not getattr(settings, name).strip():
            yield f"openid.{name} is empty", f"set openid.{name} in config/gateway.toml"
    if "openid" not in settings.scopes:
        yield 'openid.scopes lacks "openid"', 'add "openid": without it there is no ID token'
    if not settings.subjects and not settings.email_domains:
        yield "nobody may sign in by [openid]", "name openid.subjects or openid.email_domains"
    if settings.email_domains and "email" not in settings.scopes:
        yield 'openid.email_domains needs the scope "email"', 'add "email" to openid.scopes'
    if not all(_DOMAIN.fullmatch(domain) for domain in settings.email_domains):
        yield "openid.email_domains names what is no domain", 'small letters, no "@", no "*": each domain by itself'
    if settings.ca_file and not Path(settings.ca_file).is_file():
        yield "openid.ca_file is not there", "name a PEM file that intake can read, or leave it empty"
    yield from _of_secret(secret_file)


def _of_secret(path: Path) -> Iterator[tuple[str, str]]:
    try:
        if not _secret(path):
            yield f"keys/intake/{SECRET} is empty", "write the client secret that the provider gave you into it"
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"keys/intake/{SECRET} can be read by others", f"chmod 400 keys/intake/{SECRET}"
    except (OSError, UnicodeDecodeError):
        yield (
            f"keys/intake/{SECRET} is missing or unreadable",
            "write the client secret that the provider gave you into it, mode 0400",
        )


def _secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].strip()


def _is_issuer(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not ("@" in parts.netloc or "?" in text or "#" in text)


def client_of(settings: OpenIdSettings, secret_file: Path) -> OpenIdClient | None:
    """Return our registration; None if there is none, or if it cannot be used as it is."""
    if not settings.issuer or any(True for _ in faults(settings, secret_file)):
        return None
    return OpenIdClient(
        issuer=settings.issuer,
        name=settings.name.strip(),
        client_id=settings.client_id.strip(),
        client_secret=_secret(secret_file),
        scopes=settings.scopes,
        subjects=frozenset(settings.subjects),
        email_domains=frozenset(settings.email_domains),
        role_claim=settings.role_claim,
        ca_file=Path(settings.ca_file) if settings.ca_file else None,
        timeout_s=settings.timeout_s,
    )
