"""An authenticator in a few lines, which also says what no honest one would: for what a browser would not send."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

UP, UV, AT = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV, AuthenticatorData.FLAG.AT


def spelled(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class Authenticator:
    """One passkey. The knobs are what it says beside the truth."""

    origin: str
    rp_id: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    counter: int = 0
    flags: AuthenticatorData.FLAG = UP | UV
    cross_origin: bool = False
    kind: str = ""  # "" is the right one
    algorithm: int = -7  # what it says its key is for
    user_handle: str = ""  # base64url, as the site gave it

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(self.kind or kind, challenge, self.origin, self.cross_origin)

    def _data(self, flags: AuthenticatorData.FLAG, credential: bytes = b"") -> AuthenticatorData:
        self.counter += 1
        made: AuthenticatorData = AuthenticatorData.create(
            hashlib.sha256(self.rp_id.encode()).digest(), flags, self.counter, credential
        )
        return made

    def make(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.create``."""
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = ES256({1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y})  # RFC 9053 section 7.1.1
        credential = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        data = self._data(self.flags | AT, bytes(credential))
        client = self._client_data("webauthn.create", options["challenge"])
        return self._answer(client, attestationObject=AttestationObject.create("none", data, {}))

    def use(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.get``."""
        client, data = self._client_data("webauthn.get", options["challenge"]), self._data(self.flags)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        answer = json.loads(self._answer(client, authenticatorData=data, signature=signature))
        answer["response"]["userHandle"] = self.user_handle
        return json.dumps(answer)

    def _answer(self, client: CollectedClientData, **response: bytes) -> str:
        name = spelled(self.credential_id)
        parts = {part: spelled(content) for part, content in response.items()}
        parts["clientDataJSON"] = spelled(client)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
