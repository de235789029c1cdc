"""A signed message that was touched is proved only if nothing that anybody reads of it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.adapters.children.dkim_library import relaxed_body
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.model.channel.assurance import ContentState, Evidence
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Mail
from gateway.model.kinds import Grade
from gateway.stages import mime
from gateway.stages.assess.grade import grade
from tests.adapters.channel_kit import NOW, FixedClock, Key, arrival, message, seal, sign

KEY, SEALER = Key(), Key()
ZONE = f"""
nhs.net. TXT "v=spf1 -all"
_dmarc.nhs.net. TXT "v=DMARC1; p=reject"
s1._domainkey.nhs.net. TXT {KEY.record()}
s1._domainkey.lists.example. TXT {SEALER.record()}
"""
SIGNED = sign(message(subject="Form", body="The first line.\r\nThe second line.\r\n"), KEY, "nhs.net")
SEALED = seal(SIGNED, SEALER, "lists.example", "dmarc=pass header.from=nhs.net")
POLICY = load_secure_domains([packaged_config()])
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "double"]),
        st.integers(0, 999),
        st.binary(min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=3,
)


LOOP = asyncio.Runner()  # one loop for all: the children belong to it


@pytest.fixture(scope="module")
def authenticator() -> Iterator[SenderAuthenticator]:
    made = SenderAuthenticator(ZoneFileResolver(ZONE), FixedClock(), authserv_id="gateway.example", processes=1)
    yield made
    LOOP.run(made.close())
    LOOP.close()


def edited(raw: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, content in edits:
        at = place * (len(raw) - 1) // 1000
        if kind == "replace":
            raw = raw[:at] + content + raw[at + len(content) :]
        elif kind == "insert":
            raw = raw[:at] + content + raw[at:]
        elif kind == "delete":
            raw = raw[:at] + raw[at + len(content) :]
        else:
            raw = raw[:at] + raw[at : at + 40] + raw[at:]
    return raw


def gathered(authenticator: SenderAuthenticator, raw: bytes) -> tuple[Evidence, object]:
    mail = mime.parse(raw, mime.MimeLimits())
    came = arrival("x@elsewhere.example", peer="198.51.100.7")
    return LOOP.run(authenticator.gather(came, mail, Confidential(raw))), mail


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_no_edit_of_a_signed_message_is_secure_unless_it_reads_the_same(
    authenticator: SenderAuthenticator, edits: list[tuple[str, int, bytes]]
) -> None:
    raw = edited(SIGNED, edits)
    evidence, mail = gathered(authenticator, raw)
    if grade(evidence, POLICY, ContentState(), NOW).grade is not Grade.SECURE:
        return
    assert isinstance(mail, Mail)
    assert evidence.author.address.reveal() == "nurse@nhs.net"
    assert [" ".join(value.reveal().split()) for value in mail.values("subject")][-1:] == ["Form"]
    body = mail.parts[0].content.reveal() if mail.parts else b""
    assert (
        relaxed_body(body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) == b"The first line.\r\nThe second line.\r\n"
    )


@pytest.mark.parametrize(
    "field", [b"X-Note: x\rBring the child to another place.\r\n", b"X-Note: x\rSubject: Other\r\n", b"X-Note: x\r\r\n"]
)
@pytest.mark.parametrize("signed", [SIGNED, SEALED], ids=["dkim", "arc"])
def test_a_bare_cr_put_into_a_signed_message_proves_nothing(
    authenticator: SenderAuthenticator, signed: bytes, field: bytes
) -> None:
    """A reader that ends a line at CR shows what stands behind it; to the signature it is one more unsigned field."""
    put_in = signed.replace(b"\r\nSubject: ", b"\r\n" + field + b"Subject: ")
    evidence, _ = gathered(authenticator, put_in)
    assert evidence.dmarc.result != "pass"
    assert evidence.arc.result != "pass"
    mended, _ = gathered(authenticator, put_in.replace(field, field.replace(b"\r", b" ", 1)))  # as intake mends it
    assert mended.dmarc.result == "pass"
    assert mended.arc.result == ("pass" if signed is SEALED else "none")


@pytest.mark.parametrize("line", [b"From now on ring 01632 960999.\r\n", b"No field at all.\r\n", b"A Name: x\r\n"])
@pytest.mark.parametrize("signed", [SIGNED, SEALED], ids=["dkim", "arc"])
def test_a_line_among_the_fields_that_is_none_proves_nothing(
    authenticator: SenderAuthenticator, signed: bytes, line: bytes
) -> None:
    """ "From " and no colon: the library passes it over, and a MIME parser takes it for the first line of the body."""
    evidence, mail = gathered(authenticator, signed.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n", 1))
    assert isinstance(mail, Mail)
    assert mail.parts[0].content.reveal().startswith(line.strip())
    assert evidence.dmarc.result != "pass"
    assert evidence.arc.result != "pass"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_no_edit_of_a_sealed_message_makes_the_gathering_raise(
    authenticator: SenderAuthenticator, edits: list[tuple[str, int, bytes]]
) -> None:
    evidence, _ = gathered(authenticator, edited(SEALED, edits))
    assert evidence.dmarc.result in ("pass", "fail", "none", "permerror", "temperror")
    assert evidence.arc.result in ("pass", "fail", "none", "temperror")
