"""Sign-in at an OpenID provider: OpenID Connect Core 1.0, code flow with PKCE S256 (RFC 7636), state and nonce.

The code that talks to the provider and judges its tokens is behind ``gateway.web.account.provider``. All that is kept
here of such an account are the references it sent, under a name made from issuer and subject: the details come with
each sign-in and live in the session, sealed to its cookie.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from gateway.model.office.identity import Identity
from gateway.ports import Permanent
from gateway.web.account import ceremonies
from gateway.web.account.accounts import Details
from gateway.web.account.provider import Provider
from gateway.web.services import FormServices

BACK = "/account/openid/back"  # the redirect URI, registered with the provider
_KIND = "openid"


async def begin(services: FormServices, provider: Provider, token: str) -> str:
    """Return the address at the provider to send this browser to, with values that only this browser can bring back.

    Permanent(code) or Temporary(code) if the provider does not answer, or not properly.
    """
    state, nonce, verifier = (_random(services) for _ in range(3))
    endpoint = await provider.authorization_endpoint()
    await ceremonies.keep(services, token, _KIND, {"state": state, "nonce": nonce, "verifier": verifier})
    query = {
        "response_type": "code",
        "redirect_uri": services.site.base_url + BACK,
        "state": state,
        "nonce": nonce,
        "code_challenge": _base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        **provider.registration(),
    }
    return endpoint + ("&" if urlsplit(endpoint).query else "?") + urlencode(query)


async def finish(services: FormServices, provider: Provider, token: str, answer: Mapping[str, str]) -> Identity:
    """Return who came back from the provider and may sign in.

    Permanent(code) otherwise, Temporary(code) if the provider does not answer. Either way a state works once.
    """
    kept = await ceremonies.take(services, token, _KIND)
    if kept is None:
        raise Permanent("no_ceremony")
    if not hmac.compare_digest(kept["state"].encode(), answer.get("state", "").encode()):
        raise Permanent("state")
    await provider.judge_issuer(answer.get("iss"))
    if "error" in answer or not answer.get("code"):
        raise Permanent("provider_refused")
    identity = await provider.redeem(answer["code"], kept["verifier"], services.site.base_url + BACK, kept["nonce"])
    if not provider.admits(identity):
        raise Permanent("not_admitted")
    return identity


def account_of(identity: Identity) -> str:
    """Return the name of an account, from issuer and subject, the only claims that never change (Core section 5.7)."""
    both = f"{len(identity.issuer)} {identity.issuer} {identity.subject}".encode()
    return "openid:" + base64.b32encode(hashlib.sha256(both).digest()).decode()[:32].lower()


def details_of(identity: Identity) -> Details:
    """Return what the form fills in."""
    return Details(
        notifier_name=identity.name,
        notifier_role=identity.role,
        notifier_phone=identity.phone,
        notifier_email=identity.email,
    )


def _random(services: FormServices) -> str:
    return _base64url(services.entropy(32))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
