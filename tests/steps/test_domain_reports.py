"""A report that arrives is a number in the metrics, and nothing else."""

from __future__ import annotations

from prometheus_client import generate_latest

from gateway.adapters.metrics import PrometheusMetrics
from gateway.model.message import Mail
from gateway.stages import mime
from gateway.steps.domain_reports import count_reports
from tests.stages.test_domain_reports import DMARC, TLS


def mail(kind: str, content: bytes) -> Mail:
    head = f"From: r@receiver.example\r\nSubject: Report\r\nContent-Type: {kind}\r\n\r\n"
    parsed = mime.parse(head.encode() + content.replace(b"\n", b"\r\n"), mime.MimeLimits())
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
