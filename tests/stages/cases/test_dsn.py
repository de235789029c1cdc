from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.content.message import Mail
from gateway.model.ids import DispatchId
from gateway.stages.cases.dsn import MAX_STATUS_BYTES, Action, Reported, delivery_report
from gateway.stages.cases.handover import Fact
from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse

SAMPLES = Path(__file__).parents[2] / "data" / "dsn"
OURS = DispatchId(UUID("018f0000-0000-7000-8000-000000000001"))


def raw(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def parsed(content: bytes) -> Mail:
    mail = parse(content, MimeLimits())
    assert isinstance(mail, Mail)
    return mail


@pytest.mark.parametrize(
    ("name", "action", "status", "fact"),
    [
        ("failed", Action.FAILED, "5.1.1", Fact.BOUNCED),
        ("delivered", Action.DELIVERED, "2.0.0", Fact.DELIVERED),
        ("relayed", Action.RELAYED, "2.0.0", None),
        ("delayed", Action.DELAYED, "4.4.1", None),
    ],
)
def test_a_report_is_read_for_action_status_and_our_ids(
    name: str, action: Action, status: str, fact: Fact | None
) -> None:
    report = delivery_report(parsed(raw(name)), "cdop.example")
    assert report is not None
    assert report.recipients == (Reported(action, status),)
    assert report.fact is fact
    assert (report.envelope_id, report.message_id) == (OURS, OURS)
    assert report.concerns(OURS)


def test_nothing_of_what_the_reporter_wrote_is_kept() -> None:
    report = delivery_report(parsed(raw("failed")), "cdop.example")
    assert "Begonia" not in repr(report)
    assert "panel.example" not in repr(report)


def test_a_report_about_another_dispatch_is_not_believed() -> None:
    other = raw("delivered").replace(b"Id: 018f0000", b"Id: 018f0001")
    report = delivery_report(parsed(other), "cdop.example")
    assert report is not None
    assert not report.concerns(OURS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"018f0000-0000-7000-8000-000000000001\r\nArrival", b"QQ314159\r\nArrival"),
        (b"Original-Envelope-Id: 018f0000-0000-7000-8000-000000000001\r\n", b""),
        (b"@cdop.example>\r\n\r\n--B1--", b"@elsewhere.example>\r\n\r\n--B1--"),
    ],
)
def test_an_id_that_is_not_of_our_form_is_no_id(old: bytes, new: bytes) -> None:
    content = raw("failed")
    assert old in content
    report = delivery_report(parsed(content.replace(old, new)), "cdop.example")
    assert report is not None
    assert None in (report.envelope_id, report.message_id)
    assert report.concerns(OURS)


def test_one_failure_among_several_recipients_is_a_bounce() -> None:
    two = raw("delivered").replace(
        b"\r\n--B1\r\nContent-Description: Undelivered",
        b"\r\nFinal-Recipient: rfc822; b@panel.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        b"\r\n--B1\r\nContent-Description: Undelivered",
    )
    report = delivery_report(parsed(two), "cdop.example")
    assert report is not None
    assert [recipient.action for recipient in report.recipients] == [Action.DELIVERED, Action.FAILED]
    assert report.fact is Fact.BOUNCED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"multipart/report; report-type=delivery-status", b"multipart/mixed"),
        (b"Action: failed", b"Action: shredded"),
        (b"Action: failed", b"Action: failed\r\nAction: delivered"),
        (b"Action: failed\r\n", b""),
        (b"message/delivery-status", b"text/plain"),
        (b"text/rfc822-headers", b"message/delivery-status"),
        (b"Diagnostic-Code: smtp", b"Diagnostic-Code: smtp; " + b"x" * MAX_STATUS_BYTES),
        (b"Action: failed", b"\r\n".join(b"X-%d: y" % n for n in range(300)) + b"\r\nAction: failed"),
        (b"\r\nFinal-Recipient", b"\r\nAction: failed\r\n\r\n" * 30 + b"Final-Recipient"),
    ],
)
def test_what_can_be_read_in_two_ways_or_is_too_much_is_no_report(old: bytes, new: bytes) -> None:
    content = raw("failed")
    assert old in content
    assert delivery_report(parsed(content.replace(old, new, 1)), "cdop.example") is None


def test_a_report_inside_a_returned_message_is_not_the_report() -> None:
    inner = raw("delivered")
    wrapped = (
        b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=OUT\r\n\r\n"
        b"--OUT\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--OUT--\r\n"
    )
    assert delivery_report(parsed(wrapped), "cdop.example") is None


def test_an_automatic_reply_that_says_accepted_is_no_report() -> None:
    assert delivery_report(parsed(raw("out_of_office")), "cdop.example") is None


@given(st.binary(max_size=400))
def test_any_bytes_in_the_status_part_give_a_report_or_none(content: bytes) -> None:
    head, _, rest = raw("failed").partition(b"Content-Type: message/delivery-status\r\n\r\n")
    tail = rest[rest.index(b"\r\n--B1") :]
    mail = parse(head + b"Content-Type: message/delivery-status\r\n\r\n" + content + tail, MimeLimits())
    if isinstance(mail, Mail):
        report = delivery_report(mail, "cdop.example")
        assert report is None or report.recipients
