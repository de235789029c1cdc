"""What a CMS message shows without being opened: RFC 5652 section 3, RFC 5083 (authenticated encryption)."""

from __future__ import annotations

from enum import StrEnum


class CmsType(StrEnum):
    """The content types that mail brings."""

    SIGNED = "signed"
    ENVELOPED = "enveloped"  # CBC: nothing proves that the content is unchanged
    AUTH_ENVELOPED = "auth_enveloped"  # GCM or CCM
    OTHER = "other"


_OIDS = {
    bytes.fromhex("06092a864886f70d010702"): CmsType.SIGNED,
    bytes.fromhex("06092a864886f70d010703"): CmsType.ENVELOPED,
    bytes.fromhex("060b2a864886f70d0109100117"): CmsType.AUTH_ENVELOPED,
}
_WEAK_DIGESTS = (bytes.fromhex("06052b0e03021a"), bytes.fromhex("06082a864886f70d0205"))  # SHA-1, MD5


def cms_type(der: bytes) -> CmsType:
    """Return the content type of a ContentInfo in DER or BER."""
    if len(der) < 4 or der[0] != 0x30:
        return CmsType.OTHER
    # The length of the outer sequence: short, long, or indefinite (0x80). The object identifier follows.
    start = 2 + (der[1] & 0x7F if der[1] > 0x80 else 0)
    return next((kind for oid, kind in _OIDS.items() if der.startswith(oid, start)), CmsType.OTHER)


def names_weak_digest(der: bytes) -> bool:
    """Say whether SHA-1 or MD5 is named anywhere in a signature; such a signature proves nothing."""
    return any(oid in der for oid in _WEAK_DIGESTS)
