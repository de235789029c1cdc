"""Judge an ID token: OpenID Connect Core 1.0, section 3.1.3.7; signatures and formats are joserfc's (RFC 7515 to 7519).

The algorithms are a closed list of asymmetric ones, and only RSA and EC keys are taken from a provider's key set, so
"none" and HMAC with a public key are impossible.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from gateway.ports import Permanent

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
LEEWAY_S = 60  # by which our clock and the provider's may differ
MAX_TOKEN = 32_768
MAX_KEYS = 50
MIN_RSA_BITS = 2048
_KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
_CURVES = {"ES256": "P-256", "ES384": "P-384"}
_CODES = {
    "invalid_claim": "token_claim",
    "missing_claim": "token_claim",
    "expired_token": "token_expired",
    "bad_signature": "token_signature",
}


class UnknownKey(Exception):
    """No key of the set bears the token's key id: the set may be older than the token."""


@dataclass(frozen=True, slots=True, repr=False)
class ExpectedToken:
    """What a token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    now: float  # seconds since 1970


def usable_keys(key_set: object) -> list[RSAKey | ECKey]:
    """Return the signing keys of a JWK set (RFC 7517 section 5); what is odd, private or weak is left out."""
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    return [
        key
        for data in (listed if isinstance(listed, list) else [])[:MAX_KEYS]
        if isinstance(data, dict) and data.get("use", "sig") == "sig" and "d" not in data
        for key in _key(data)
    ]


def _key(data: dict[str, Any]) -> list[RSAKey | ECKey]:
    kind = _KINDS.get(str(data.get("kty")))
    if kind is None or (kind is RSAKey and len(str(data.get("n"))) < MIN_RSA_BITS // 6):  # base64url: 6 bits a letter
        return []
    try:
        key = kind.import_key(data)
        strong = not isinstance(key, RSAKey) or key.raw_value.key_size >= MIN_RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError):
        return []
    return [key] if strong else []


def verify(token: str, keys: Sequence[RSAKey | ECKey], expected: ExpectedToken) -> dict[str, Any]:
    """Return the claims of an ID token. UnknownKey, or Permanent(code) for whatever is wrong with it."""
    if len(token) > MAX_TOKEN or not token.isascii():
        raise Permanent("token_form")
    try:
        header = jws.extract_compact(token.encode()).headers()
        algorithm = str(header.get("alg"))
        if algorithm not in ALGORITHMS:
            raise Permanent("token_algorithm")
        read = jwt.decode(token, _chosen(keys, header, algorithm), algorithms=[algorithm])
        _claims(expected).validate(read.claims)
    except JoseError as error:
        raise Permanent(_CODES.get(error.error, "token_form")) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Permanent("token_form") from None
    _judge(read.claims, algorithm, expected)
    return dict(read.claims)


def _chosen(keys: Sequence[RSAKey | ECKey], header: Mapping[str, Any], algorithm: str) -> RSAKey | ECKey:
    """Return the one key that a token may be signed with: of its key id, and of the kind of its algorithm."""
    fitting = [key for key in keys if _fits(key, algorithm)]
    if "kid" in header:
        fitting = [key for key in fitting if key.kid == header["kid"]]
        if not fitting:
            raise UnknownKey
    if len(fitting) != 1:
        raise Permanent("token_key")
    return fitting[0]


def _fits(key: RSAKey | ECKey, algorithm: str) -> bool:
    if key.alg not in (None, algorithm):
        return False
    return key.curve_name == _CURVES.get(algorithm) if isinstance(key, ECKey) else algorithm not in _CURVES


def _claims(expected: ExpectedToken) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(expected.now),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )


def _judge(claims: Mapping[str, Any], algorithm: str, expected: ExpectedToken) -> None:
    """Judge what the standard asks for beyond the claims registry."""
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else expected.client_id) != expected.client_id:
        raise Permanent("token_azp")  # section 3.1.3.7, 4 and 5
    if not 1 <= len(claims["sub"]) <= 255:
        raise Permanent("token_claim")
    if "at_hash" in claims and not hmac.compare_digest(
        str(claims["at_hash"]).encode(), left_half(expected.access_token, algorithm).encode()
    ):
        raise Permanent("token_at_hash")


def left_half(access_token: str, algorithm: str) -> str:
    """Return the ``at_hash`` of an access token (section 3.1.3.6): the left half of its hash, as base64url."""
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
