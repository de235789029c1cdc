"""An OpenID provider on loopback, with real keys, a real PKCE check, and a knob for everything that can be wrong."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import socket
import ssl
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gateway.adapters.keys.certificates import issue, make_authority
from gateway.adapters.openid.client import OpenIdClient

CLIENT, SECRET = "cdop form", "s3cret: with/odd+signs"
RSA, EC, EC384, STRANGER = (
    RSAKey.generate_key(2048, {"kid": "rsa-1"}),
    ECKey.generate_key("P-256", {"kid": "ec-1"}),
    ECKey.generate_key("P-384", {"kid": "ec-384"}),
    RSAKey.generate_key(2048, {"kid": "rsa-1"}),
)
SECOND = RSAKey.generate_key(2048, {"kid": "rsa-2"})
with warnings.catch_warnings(action="ignore"):
    WEAK = RSAKey.generate_key(1024, {"kid": "weak"})
Key = RSAKey | ECKey


def spelled(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def by_hand(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Return a token that no library would make."""
    start = f"{spelled(json.dumps(header).encode())}.{spelled(json.dumps(claims).encode())}"
    return f"{start}.{spelled(sign(start.encode()))}"


def unsigned(claims: dict[str, Any]) -> str:
    return by_hand({"alg": "none"}, claims, lambda start: b"")


def hmac_with(key: bytes, **header: str) -> Callable[[dict[str, Any]], str]:
    """Return a maker of HS256 tokens."""
    head = {"alg": "HS256", **header}
    return lambda claims: by_hand(head, claims, lambda start: hmac.digest(key, start, "sha256"))


def signed(key: Key = RSA, algorithm: str = "RS256", **header: Any) -> Callable[[dict[str, Any]], str]:
    """Return a maker of tokens; a header that is None is left out."""
    head = _over({"alg": algorithm, "kid": key.kid}, header)
    return lambda claims: jwt.encode(head, claims, key, algorithms=[algorithm])


@dataclass
class Grant:
    """What the provider remembers of a code."""

    nonce: str
    challenge: str
    redirect_uri: str
    used: bool = False


@dataclass
class Op:
    """The provider. A test changes it before it signs in."""

    issuer: str
    ca_file: Path
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "subject-1",
            "name": "Dr Canary Example",
            "email": "canary@trust.example",
            "email_verified": True,
            "phone_number": "01632 960123",
        }
    )
    claims: dict[str, Any] = field(default_factory=dict)  # over what the token would say; None takes a claim out
    make: Callable[[dict[str, Any]], str] = field(default_factory=signed)
    keys: list[Key] = field(default_factory=lambda: [RSA, EC, EC384])
    key_changes: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)  # over what discovery would say; None takes it out
    token_changes: dict[str, Any] = field(default_factory=dict)
    back: dict[str, Any] = field(default_factory=dict)  # over what the browser takes back
    userinfo: dict[str, Any] | None = None  # None: as the person; the ID token then says it all
    answers: dict[str, web.Response] = field(default_factory=dict)  # whole answers, by path
    stalled: set[str] = field(default_factory=set)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)  # paths
    grants: dict[str, Grant] = field(default_factory=dict)
    page: bool = False  # show a page with a link instead of sending the browser straight back

    def client(self, **changes: Any) -> OpenIdClient:
        """Return a registration with this provider."""
        usual: dict[str, Any] = {
            "issuer": self.issuer,
            "name": "Exampleshire Hospitals",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "email_domains": frozenset({"trust.example"}),
            "ca_file": self.ca_file,
        }
        return OpenIdClient(**usual | changes)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._knobs])
        app.router.add_get("/tenant/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/userinfo", self._userinfo)
        return app

    @web.middleware
    async def _knobs(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(request.path)
        name = request.path.rpartition("/")[2]
        if name in self.stalled:
            await self.release.wait()
        if name in self.answers:
            return self.answers.pop(name)
        answered: web.StreamResponse = await handler(request)
        return answered

    async def _discovery(self, request: web.Request) -> web.Response:
        base = self.issuer.removesuffix("/tenant")
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "userinfo_endpoint": f"{base}/userinfo",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        }
        return web.json_response(_over(said, self.metadata))

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.grants[code] = Grant(query["nonce"], query["code_challenge"], query["redirect_uri"])
        back = _over({"code": code, "state": query["state"]}, self.back)
        address = f"{query['redirect_uri']}?{urlencode(back, doseq=True)}"
        if self.page:
            text = f'<!DOCTYPE html><title>Provider</title><a id="go" href="{address.replace("&", "&amp;")}">Go on</a>'
            return web.Response(text=text, content_type="text/html")
        raise web.HTTPFound(address)

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        grant = self.grants.get(str(form.get("code")))
        challenge = spelled(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        good = (
            grant is not None
            and not grant.used
            and self._knows(request.headers.get("Authorization"), dict(form))
            and form.get("redirect_uri") == grant.redirect_uri
            and challenge == grant.challenge
        )
        if not good or grant is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        grant.used = True
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": grant.nonce}
        person = {"sub": self.person["sub"]} if self.userinfo is not None else self.person
        token = self.make(_over({**claims, **person}, self.claims))
        said = {"access_token": "access-token-1", "token_type": "Bearer", "id_token": token}
        return web.json_response(_over(said, self.token_changes))

    def _knows(self, header: str | None, form: dict[str, Any]) -> bool:
        if header is None:
            return bool(form.get("client_id") == CLIENT and form.get("client_secret") == SECRET)
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)

    async def _keys(self, request: web.Request) -> web.Response:
        keys = [_over(dict(key.as_dict(private=False)), self.key_changes) for key in self.keys]
        return web.json_response({"keys": [{"kty": "odd"}, "no key", *keys]})

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer access-token-1"
        return web.json_response(self.userinfo or self.person)


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def free_sockets(*hosts: str) -> Iterator[socket.socket]:
    for host in hosts:
        listener = socket.socket()
        listener.bind((host, 0))
        yield listener


@asynccontextmanager
async def provider(folder: Path) -> AsyncIterator[Op]:
    """Serve a provider under "localhost", which to a browser is another site than the form's 127.0.0.1."""
    now = datetime.now(UTC)
    authority = make_authority("Provider", now)
    issued = issue(authority, ("localhost",), now)
    for name, content in (("op-ca.pem", authority.pem), ("op.crt", issued.certificate), ("op.key", issued.key)):
        (folder / name).write_bytes(content)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "op.crt", folder / "op.key")
    (listener,) = free_sockets("127.0.0.1")
    op = Op(f"https://localhost:{listener.getsockname()[1]}/tenant", folder / "op-ca.pem")
    runner = web.AppRunner(op.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=context).start()
    try:
        yield op
    finally:
        op.release.set()
        await runner.cleanup()
