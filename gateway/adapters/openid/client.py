"""The client of an OpenID provider: discovery (OpenID Connect Discovery 1.0), key set, token and userinfo endpoints.

Every request is HTTPS with a verified certificate, a time limit and a cap on the answer, and follows no redirect.
Nothing that the provider says reaches a log or a page: every fault becomes a code.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import aiohttp
from joserfc.jwk import ECKey, RSAKey

from gateway.adapters.openid import id_token
from gateway.model.office.identity import Identity
from gateway.ports import Permanent, Temporary

MAX_ANSWER_BYTES = 262_144
KEPT_S = 3600.0  # how long discovery and key set are used
AGAIN_S = 60.0  # the key set is fetched again for an unknown key id, at most this often
AT_ONCE = 8  # connections to the provider
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, repr=False)
class OpenIdClient:
    """Our registration with a provider, and who may sign in by it."""

    issuer: str
    name: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    subjects: frozenset[str] = frozenset()
    email_domains: frozenset[str] = frozenset()  # small letters
    role_claim: str = ""
    ca_file: Path | None = None  # None: the system's certificate authorities
    timeout_s: float = 4.0  # of one request


@dataclass(slots=True)
class _Known:
    """The provider's metadata, and when it was fetched, in seconds of the monotonic clock."""

    metadata: dict[str, Any] = field(default_factory=dict)
    metadata_at: float | None = None
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    keys_at: float | None = None


class OpenIdProvider:
    """gateway.web.account.provider.Provider."""

    def __init__(self, client: OpenIdClient, now: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self._client = client
        self._now = now
        self._monotonic = monotonic
        self._known = _Known()
        self._asking = asyncio.Lock()
        self._at_once = asyncio.Semaphore(AT_ONCE)

    @property
    def name(self) -> str:
        return self._client.name

    def registration(self) -> Mapping[str, str]:
        return {"client_id": self._client.client_id, "scope": " ".join(self._client.scopes)}

    async def authorization_endpoint(self) -> str:
        return str((await self._metadata())["authorization_endpoint"])

    async def judge_issuer(self, given: str | None) -> None:
        due = (await self._metadata()).get("authorization_response_iss_parameter_supported") is True
        if (given is None and due) or given not in (None, self._client.issuer):
            raise Permanent("response_issuer")

    def admits(self, identity: Identity) -> bool:
        """By subject; or by the domain of an e-mail address that the provider says it has verified."""
        domain = identity.email.rpartition("@")[2].lower()
        return identity.subject in self._client.subjects or (
            identity.email_verified and identity.email.count("@") == 1 and domain in self._client.email_domains
        )

    async def redeem(self, code: str, verifier: str, redirect_uri: str, nonce: str) -> Identity:
        tokens = await self._tokens(code, verifier, redirect_uri)
        access_token, token = tokens.get("access_token"), tokens.get("id_token")
        if not isinstance(token, str) or not isinstance(access_token, str) or not access_token:
            raise Permanent("token_answer")
        expected = id_token.ExpectedToken(self._client.issuer, self._client.client_id, nonce, access_token, self._now())
        try:
            claims = id_token.verify(token, await self._keys(), expected)
        except id_token.UnknownKey:
            claims = await self._verify_again(token, expected)
        return await self._identity(claims, access_token)

    async def _verify_again(self, token: str, expected: id_token.ExpectedToken) -> dict[str, Any]:
        try:
            return id_token.verify(token, await self._keys(AGAIN_S), expected)
        except id_token.UnknownKey:
            raise Permanent("token_key") from None

    async def _tokens(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Redeem a code. The secret is sent in the way that the provider accepts (Core section 9)."""
        metadata = await self._metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if "client_secret_basic" in _listed(
            metadata, "token_endpoint_auth_methods_supported", "client_secret_basic"
        ):  # RFC 6749 section 2.3.1: each half form-encoded first
            name, secret = quote_plus(self._client.client_id), quote_plus(self._client.client_secret)
            headers["Authorization"] = aiohttp.encode_basic_auth(name, secret)
        else:
            form |= {"client_id": self._client.client_id, "client_secret": self._client.client_secret}
        return await self._fetch("POST", metadata["token_endpoint"], headers, form)

    async def _identity(self, claims: Mapping[str, Any], access_token: str) -> Identity:
        """Return who it is; if the ID token does not say enough, ask the userinfo endpoint (section 5.3)."""
        endpoint = (await self._metadata()).get("userinfo_endpoint")
        further: dict[str, Any] = {}
        if endpoint and not {"name", "email"} <= claims.keys():
            further = await self._fetch("GET", endpoint, {"Authorization": f"Bearer {access_token}"})
            if further.get("sub") != claims["sub"]:
                raise Permanent("userinfo_subject")  # section 5.3.2
        said = {**further, **claims}
        mail = claims if "email" in claims else further  # "verified" belongs to the address beside it
        return Identity(
            issuer=self._client.issuer,
            subject=claims["sub"],
            name=_line(said.get("name")),
            email=_line(mail.get("email")),
            email_verified=mail.get("email_verified") is True,
            phone=_line(said.get("phone_number")),
            role=_line(said.get(self._client.role_claim)) if self._client.role_claim else "",
        )

    async def _metadata(self) -> dict[str, Any]:
        known = self._known
        async with self._asking:
            if known.metadata_at is None or self._monotonic() - known.metadata_at >= KEPT_S:
                metadata = await self._fetch("GET", self._client.issuer.rstrip("/") + WELL_KNOWN)
                judge_metadata(metadata, self._client.issuer)
                known.metadata, known.metadata_at = metadata, self._monotonic()
        return known.metadata

    async def _keys(self, most_s: float = KEPT_S) -> list[RSAKey | ECKey]:
        """Return the provider's keys, fetched again if they are older than ``most_s``."""
        known, address = self._known, (await self._metadata())["jwks_uri"]
        async with self._asking:
            if known.keys_at is None or self._monotonic() - known.keys_at >= most_s:
                keys = id_token.usable_keys(await self._fetch("GET", address))
                known.keys, known.keys_at = keys, self._monotonic()
        return known.keys

    async def _fetch(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object of a 200 answer."""
        try:
            context = await asyncio.to_thread(_context, self._client.ca_file)
            async with asyncio.timeout(self._client.timeout_s), self._at_once:
                body = await _body(method, url, {"Accept": "application/json", **(headers or {})}, form, context)
        except TimeoutError:
            raise Temporary("provider_time") from None
        except (OSError, aiohttp.ClientError):
            raise Temporary("provider_unreachable") from None
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            raise Permanent("provider_answer") from None
        if not isinstance(content, dict):
            raise Permanent("provider_answer")
        return content


def judge_metadata(metadata: Mapping[str, Any], issuer: str) -> None:
    """Judge a provider's metadata (Discovery section 3 and 4.3). Permanent(code) if it cannot be used."""
    if metadata.get("issuer") != issuer:
        raise Permanent("discovery_issuer")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(_is_https(metadata.get(name)) for name in needed):
        raise Permanent("discovery_endpoint")
    if metadata.get("userinfo_endpoint") is not None and not _is_https(metadata["userinfo_endpoint"]):
        raise Permanent("discovery_endpoint")
    # RFC 8414 section 2: a provider that is silent about PKCE may know it; one that lists methods must list S256.
    if "S256" not in _listed(metadata, "code_challenge_methods_supported", "S256"):
        raise Permanent("discovery_pkce")
    if not _listed(metadata, "id_token_signing_alg_values_supported", "RS256") & set(id_token.ALGORITHMS):
        raise Permanent("discovery_algorithm")
    methods = _listed(metadata, "token_endpoint_auth_methods_supported", "client_secret_basic")
    if not methods & {"client_secret_basic", "client_secret_post"}:
        raise Permanent("discovery_authentication")


def _listed(metadata: Mapping[str, Any], name: str, default: str) -> set[str]:
    """Return a list of the metadata as a set; ``default`` is what its absence means."""
    listed = metadata.get(name, [default])
    return {str(one) for one in listed} if isinstance(listed, list) else set()


def _is_https(url: object) -> bool:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        return parts is not None and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _body(
    method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None, context: ssl.SSLContext
) -> bytes:
    connector = aiohttp.TCPConnector(ssl=context)
    async with (
        # Not decompressed: the cap counts what comes in, and nothing unpacks to more.
        aiohttp.ClientSession(connector=connector, auto_decompress=False, trust_env=False) as session,
        session.request(method, url, headers=headers, data=form, allow_redirects=False) as answer,
    ):
        if answer.status != 200 or answer.content_type != "application/json":
            raise Permanent("provider_status" if answer.status != 200 else "provider_answer")
        content = bytearray()
        async for chunk in answer.content.iter_chunked(16_384):
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                raise Permanent("provider_answer")
        return bytes(content)


def _line(value: object) -> str:
    """Return a claim as one printable line of at most 200 characters; "" if it is not text."""
    return "".join(one for one in value if one.isprintable()).strip()[:200] if isinstance(value, str) else ""
