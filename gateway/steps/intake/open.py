"""Open what is encrypted, and say what a signature proves, before anything in it is believed.

An encrypted part beside other parts is not opened: what stands around it could have been put there by anybody and
would be read together with it (the EFAIL attacks, CVE-2017-17688 and CVE-2017-17689). A person opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.model.channel.assurance import ContentState
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentEncryption, ContentSignature
from gateway.model.office.enrolled import Enrolled
from gateway.ports import Opened, OpenPGP, SignatureVerdict, Smime
from gateway.stages.assess.author import one_address, read_author
from gateway.stages.openpgp.packets import is_encrypted
from gateway.stages.openpgp.pgp_mime import Entity, Wrapped, Wrapping, crlf, read_entity, unwrap

_NO_SIGNATURE = SignatureVerdict(ContentSignature.NONE)
_UNVERIFIABLE = SignatureVerdict(ContentSignature.UNVERIFIABLE)
_UNREADABLE = ContentState(ContentEncryption.UNREADABLE, opened=False, signature=ContentSignature.UNVERIFIABLE)
_PROTECTED_TYPES = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_TEXT_HEAD = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


@dataclass(frozen=True, slots=True)
class OpenedContent:
    """``inner_raw`` is the MIME entity inside, with its protected headers; None where the message is as it came."""

    inner_raw: ConfidentialBytes | None
    state: ContentState


AS_IT_CAME = OpenedContent(None, ContentState())


@dataclass(frozen=True, slots=True)
class _Opening:
    """One opening: the message, and what it is judged with."""

    mail: Mail
    openpgp: OpenPGP
    smime: Smime | None
    enrolled: Mapping[Fingerprint, Enrolled]


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one layer gave: the entity inside, and the signature that was over it."""

    inner: ConfidentialBytes | None
    verdict: SignatureVerdict
    authenticated: bool = True


async def open_content(
    mail: Mail,
    raw: ConfidentialBytes,
    openpgp: OpenPGP,
    smime: Smime | None,
    enrolled: Mapping[Fingerprint, Enrolled],
) -> OpenedContent:
    """Open one message. Temporary or Permanent come from the ports where the programs behind them do not work.

    ``raw`` are the bytes ``mail`` was parsed from; signatures are verified over them as they are.
    """
    opening = _Opening(mail, openpgp, smime, enrolled)
    entity = read_entity(raw.reveal())
    if entity is None:
        return OpenedContent(None, _UNREADABLE)
    wrapped = unwrap(entity)
    if wrapped.wrapping is Wrapping.MALFORMED:
        return OpenedContent(None, _UNREADABLE)
    if wrapped.wrapping is Wrapping.NONE:
        return await _not_wrapped(opening, entity)
    if wrapped.wrapping in _SIGNED:
        return await _signed(opening, wrapped)
    return await _encrypted(opening, wrapped, _NO_SIGNATURE)


_SIGNED = frozenset({Wrapping.PGP_SIGNED, Wrapping.SMIME_SIGNED, Wrapping.SMIME_OPAQUE})
_KIND = {
    Wrapping.PGP_ENCRYPTED: ContentEncryption.OPENPGP,
    Wrapping.SMIME_ENVELOPED: ContentEncryption.SMIME,
}


async def _not_wrapped(opening: _Opening, entity: Entity) -> OpenedContent:
    """Plain mail, unless a part of it is encrypted. One text that is nothing but an encrypted message is opened."""
    suspects = [part for part in opening.mail.parts if part.content_type in _PROTECTED_TYPES]
    encrypted = [part for part in opening.mail.parts if is_encrypted(part.content.reveal())]
    if not suspects and not encrypted:
        return AS_IT_CAME
    content = entity.decoded() if entity.content_type == "text/plain" else None
    if content is None or not is_encrypted(content):
        kind = ContentEncryption.OPENPGP if encrypted else ContentEncryption.UNREADABLE
        return OpenedContent(None, ContentState(kind, opened=False, signature=ContentSignature.UNVERIFIABLE))
    opened = await opening.openpgp.decrypt(ConfidentialBytes(content))
    if opened.plaintext is None:
        return OpenedContent(None, _closed(ContentEncryption.OPENPGP))
    inner = ConfidentialBytes(_TEXT_HEAD + opened.plaintext.reveal())
    return OpenedContent(inner, _state(opening, inner, ContentEncryption.OPENPGP, opened))


async def _signed(opening: _Opening, wrapped: Wrapped) -> OpenedContent:
    """A signature at the top; directly below it there may be an encrypted entity."""
    layer = await _verify(opening, wrapped)
    below = read_entity(layer.inner.reveal()) if layer.inner is not None else None
    inside = unwrap(below) if below is not None else None
    if inside is not None and inside.wrapping in _KIND:
        return await _encrypted(opening, inside, layer.verdict)
    inner = layer.inner if wrapped.wrapping is Wrapping.SMIME_OPAQUE else None
    if wrapped.wrapping is Wrapping.SMIME_OPAQUE and inner is None:
        return OpenedContent(None, _UNREADABLE)
    return OpenedContent(inner, _state(opening, layer.inner, ContentEncryption.NONE, Opened(None, layer.verdict)))


async def _encrypted(opening: _Opening, wrapped: Wrapped, outside: SignatureVerdict) -> OpenedContent:
    """Open, then take the signature made with the encryption, or the one directly inside it."""
    kind = _KIND[wrapped.wrapping]
    opened = await _decrypt(opening, wrapped)
    if opened.plaintext is None:
        return OpenedContent(None, _closed(kind))
    inner, verdict = opened.plaintext, opened.verdict
    if verdict.signature is ContentSignature.NONE:
        below = read_entity(_canonical(inner.reveal()))
        inside = unwrap(below) if below is not None else None
        if inside is not None and inside.wrapping in _SIGNED:
            layer = await _verify(opening, inside)
            verdict = layer.verdict
            if inside.wrapping is Wrapping.SMIME_OPAQUE and layer.inner is not None:
                inner = layer.inner
    if verdict.signature is ContentSignature.NONE:
        verdict = outside
    return OpenedContent(inner, _state(opening, inner, kind, replace(opened, verdict=verdict)))


def _canonical(content: bytes) -> bytes:
    """Signed data ends its lines with CRLF (RFC 3156 section 5); some programs encrypt a text with line feeds only."""
    return content if b"\r\n" in content else crlf(content)


async def _decrypt(opening: _Opening, wrapped: Wrapped) -> Opened:
    assert wrapped.ciphertext is not None  # noqa: S101 - for the type checker: both kinds have one
    if wrapped.wrapping is Wrapping.PGP_ENCRYPTED:
        return await opening.openpgp.decrypt(wrapped.ciphertext)
    if opening.smime is None:
        return Opened(None, _NO_SIGNATURE, "no_secret_key")
    return await opening.smime.decrypt(wrapped.ciphertext)


async def _verify(opening: _Opening, wrapped: Wrapped) -> _Layer:
    if wrapped.wrapping is Wrapping.SMIME_OPAQUE:
        if opening.smime is None or wrapped.ciphertext is None:
            return _Layer(None, _UNVERIFIABLE)
        opened = await opening.smime.open_signed(wrapped.ciphertext)
        return _Layer(opened.plaintext, opened.verdict)
    assert wrapped.signed is not None and wrapped.signature is not None  # noqa: S101 - for the type checker
    if wrapped.wrapping is Wrapping.PGP_SIGNED:
        return _Layer(wrapped.signed, await opening.openpgp.verify(wrapped.signed, wrapped.signature))
    if opening.smime is None:
        return _Layer(wrapped.signed, _UNVERIFIABLE)
    return _Layer(wrapped.signed, await opening.smime.verify(wrapped.signed, wrapped.signature))


def _closed(kind: ContentEncryption) -> ContentState:
    return ContentState(kind, opened=False, signature=ContentSignature.UNVERIFIABLE)


def _state(opening: _Opening, inner: ConfidentialBytes | None, kind: ContentEncryption, opened: Opened) -> ContentState:
    """A good signature counts for the address its key was enrolled for, and for no other."""
    verdict = opened.verdict
    signature, signer = verdict.signature, None
    if signature is ContentSignature.GOOD:
        known = opening.enrolled.get(verdict.signer) if verdict.signer is not None else None
        if known is not None and _one_author(opening.mail, inner, known):
            signer = str(known.panel)
        else:
            signature = ContentSignature.UNKNOWN
    return ContentState(kind, opened=True, signature=signature, signer=signer, authenticated=opened.authenticated)


def _one_author(mail: Mail, inner: ConfidentialBytes | None, known: Enrolled) -> bool:
    """One From outside, equal to an enrolled address; and where a From is protected inside, the same one."""
    author = read_author(mail).address.reveal()
    if not author or not known.speaks_for(author):
        return False
    entity = read_entity(inner.reveal()) if inner is not None else None
    inside = entity.values("from") if entity is not None else []
    if not inside:
        return True
    found = one_address(inside[0])
    return len(inside) == 1 and found is not None and found.lower() == author.lower()
