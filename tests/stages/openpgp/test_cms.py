"""What a CMS message shows without being opened."""

from __future__ import annotations

import pytest

from gateway.stages.openpgp.cms import CmsType, cms_type, names_weak_digest

SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
AUTHENTICATED = bytes.fromhex("060b2a864886f70d0109100117")


@pytest.mark.parametrize(
    ("der", "kind"),
    [
        (b"\x30\x20" + SIGNED, CmsType.SIGNED),
        (b"\x30\x82\x01\x00" + ENVELOPED, CmsType.ENVELOPED),
        (b"\x30\x80" + AUTHENTICATED, CmsType.AUTH_ENVELOPED),
        (b"\x31\x20" + SIGNED, CmsType.OTHER),
        (b"\x30\x20\x00" + SIGNED, CmsType.OTHER),
        (b"\x30\xff", CmsType.OTHER),
        (b"", CmsType.OTHER),
    ],
)
def test_the_content_type_stands_behind_the_length(der: bytes, kind: CmsType) -> None:
    assert cms_type(der) is kind


def test_a_weak_digest_is_seen_wherever_it_is_named() -> None:
    assert names_weak_digest(b"xx" + bytes.fromhex("06052b0e03021a") + b"xx")
    assert not names_weak_digest(bytes.fromhex("0609608648016503040201"))
