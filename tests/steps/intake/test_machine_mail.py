"""A report that arrives is a number in the metrics, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from prometheus_client import generate_latest

from gateway.adapters.host.metrics import PrometheusMetrics
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.kinds import Channel, IntakeKind, IntakeState, MailboxName
from gateway.stages import mime
from gateway.steps.intake import machine_mail
from gateway.steps.intake.machine_mail import count_reports
from tests.stages.policies.test_domain_reports import DMARC, TLS
from tests.steps.world import PlainMime, world


def raw(kind: str, content: bytes) -> bytes:
    head = f"From: r@receiver.example\r\nSubject: Report\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + content.replace(b"\n", b"\r\n")


def mail(kind: str, content: bytes) -> Mail:
    parsed = mime.parse(raw(kind, content), mime.MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


def test_reports_become_counts_that_add_up() -> None:
    metrics = PrometheusMetrics()
    for _ in range(2):
        assert count_reports(metrics, mail("application/tlsrpt+json", TLS), "cdop.example") == 1
    assert count_reports(metrics, mail("text/xml", DMARC), "cdop.example") == 1
    assert count_reports(metrics, mail("text/xml", b"<feedback>"), "cdop.example") == 1
    assert count_reports(metrics, mail("text/plain", b"hello"), "cdop.example") == 0
    shown = generate_latest(metrics.registry).decode()
    assert 'gateway_tls_report_sessions_total{result="success"} 10652.0' in shown
    assert 'gateway_dmarc_report_messages_total{result="fail"} 2.0' in shown
    assert 'gateway_domain_reports_unread_total{code="faulty"} 1.0' in shown
    assert "receiver.example" not in shown


async def test_a_report_at_the_reports_mailbox_is_counted_and_closed(tmp_path: Path) -> None:
    metrics = PrometheusMetrics()
    eyes = cast(Any, SimpleNamespace(mime=PlainMime(), own_domain="cdop.example"))
    async with world(tmp_path) as office:
        tools = replace(office.tools, metrics=metrics)
        for content in (raw("application/tlsrpt+json", TLS), raw("text/xml", DMARC)):
            row, came = await office.arrive(Channel.SMTP, MailboxName.REPORTS)
            await machine_mail.take(tools, eyes, cast(Any, None), row, came, ConfidentialBytes(content))
            settled = await office.settled(row)
            assert (settled.state, settled.kind) == (IntakeState.CLOSED, IntakeKind.DOMAIN_REPORT)
    shown = generate_latest(metrics.registry).decode()
    assert 'gateway_tls_report_sessions_total{result="failure"} 303.0' in shown
    assert 'gateway_dmarc_report_messages_total{result="pass"} 7.0' in shown
