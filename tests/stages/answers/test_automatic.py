from __future__ import annotations

from pathlib import Path

import pytest

from gateway.model.content.message import Mail
from gateway.model.kinds import DispatchKind
from gateway.stages.answers.automatic import AUTO_SUBMITTED, automatic, marks, reverse_path
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse

SAMPLES = Path(__file__).parents[2] / "data" / "dsn"
PERSON = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: %b\r\n%b\r\nText\r\n"


def mail(fields: bytes = b"", subject: bytes = b"Hello") -> Mail:
    found = parse(PERSON % (subject, fields), MimeLimits())
    assert isinstance(found, Mail)
    return found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (b"Auto-Submitted: auto-replied\r\n", "auto_submitted"),
        (b"AUTO-SUBMITTED: Auto-Generated; type=x\r\n", "auto_submitted"),
        (b"Auto-Submitted: auto-replied (vacation)\r\n", "auto_submitted"),
        (b"Auto-Submitted: no\r\nAuto-Submitted: auto-notified\r\n", "auto_submitted"),
        (b"Precedence: bulk\r\n", "bulk"),
        (b"List-Id: <panel.lists.example>\r\n", "list"),
        (b"X-Autoreply: yes\r\n", "automatic_field"),
        (b"Content-Type: multipart/report; boundary=x\r\n", "report"),
    ],
)
def test_automatic_mail_is_known_by_its_fields(fields: bytes, code: str) -> None:
    assert automatic(mail(fields), "a@b.example") == code


def test_the_null_reverse_path_alone_makes_a_message_automatic() -> None:
    assert automatic(mail(), "") == "null_reverse_path"


@pytest.mark.parametrize("fields", [b"", b"Auto-Submitted: no\r\n", b"Auto-Submitted: No (a person)\r\n"])
@pytest.mark.parametrize(
    "subject",
    [
        b"Out of office",
        b"Automatic reply: case",
        b"Delayed notification of child death",
        b"Died on holiday",
        b"Undeliverable",
    ],
)
def test_no_subject_makes_a_message_automatic(fields: bytes, subject: bytes) -> None:
    assert automatic(mail(fields, subject), "a@b.example") is None


def test_an_out_of_office_that_says_accepted_is_automatic() -> None:
    content = (SAMPLES / "out_of_office.eml").read_bytes().replace(b"\n", b"\r\n")
    found = parse(content, MimeLimits())
    assert isinstance(found, Mail)
    assert automatic(found, "cdop@panel.example") == "auto_submitted"


def test_every_kind_of_dispatch_is_marked_or_a_persons() -> None:
    assert set(AUTO_SUBMITTED) == set(DispatchKind)
    assert [kind for kind in DispatchKind if not marks(kind)] == [DispatchKind.ANSWER]


def ours(kind: DispatchKind, *, stripped: bool) -> Mail:
    fields = "" if stripped else "".join(f"{name}: {value}\r\n" for name, value in marks(kind))
    return mail(fields.encode())


ANSWERS = (DispatchKind.ACKNOWLEDGEMENT, DispatchKind.ADVICE, DispatchKind.RECEIPT, DispatchKind.TRANSFER_RECEIPT)


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("lost", ["nothing", "fields", "reverse_path"])
def test_two_gateways_that_answer_each_other_settle_within_two_messages(kind: DispatchKind, lost: str) -> None:
    """A person's message is answered once; the answer is not, also where a relay lost one of its two marks."""
    messages = 1
    arrived, path = mail(), "person@b.example"
    while automatic(arrived, path) is None:
        messages += 1
        assert messages <= 2
        arrived = ours(kind, stripped=lost == "fields")
        path = "relay@b.example" if lost == "reverse_path" else reverse_path(kind, "bounce+t0ken@cdop.example")
    assert messages == 2


@pytest.mark.parametrize("kind", [kind for kind in DispatchKind if kind not in (*ANSWERS, DispatchKind.ALARM)])
def test_what_must_be_followed_has_an_address_for_its_failure(kind: DispatchKind) -> None:
    assert reverse_path(kind, "bounce+t0ken@cdop.example") == "bounce+t0ken@cdop.example"
