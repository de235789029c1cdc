"""Reports from strangers become counts, within bounds; what is not a report is said to be none."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from gateway.model.channel.domain_reports import BadReport, Count, DmarcReport, TlsReport
from gateway.model.content.message import Mail
from gateway.stages import mime
from gateway.stages.policies.domain_reports import MAX_UNPACKED, counts, read_report, read_reports

TLS = json.dumps(
    {
        "organization-name": "Company-X <script>",
        "date-range": {"start-datetime": "2026-11-01T00:00:00Z", "end-datetime": "2026-11-01T23:59:59Z"},
        "report-id": "1",
        "policies": [
            {
                "policy": {"policy-type": "sts", "policy-domain": "cdop.example"},
                "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
                "failure-details": [
                    {"result-type": "certificate-expired", "failed-session-count": 100},
                    {"result-type": "starttls-not-supported", "failed-session-count": 200},
                    {"result-type": "of our own making", "failed-session-count": 3},
                ],
            }
        ],
    }
).encode()
DMARC = b"""<?xml version="1.0"?>
<feedback><report_metadata><org_name>Receiver.example</org_name></report_metadata>
<policy_published><domain>cdop.example</domain><p>reject</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>7</count><policy_evaluated><disposition>none</disposition>
<dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>cdop.example</header_from></identifiers>
<auth_results><dkim><domain>cdop.example</domain><result>pass</result></dkim></auth_results></record>
<record><row><count>2</count><policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf>
</policy_evaluated></row></record></feedback>"""
READ = DmarcReport("receiver.example", "cdop.example", 7, 2, {"none": 7, "reject": 2})


def zipped(*contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.xml", content)
    return buffer.getvalue()


def test_tls_report_is_counted_and_unknown_results_are_other() -> None:
    expected = TlsReport(
        "company-xscript", 5326, 303, {"certificate-expired": 100, "starttls-not-supported": 200, "other": 3}
    )
    assert read_report(TLS) == expected
    assert read_report(gzip.compress(TLS)) == expected


def test_dmarc_report_is_counted_plain_gzipped_zipped_and_in_its_namespace() -> None:
    spaced = DMARC.replace(b"<feedback>", b'<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">')
    for packed in (DMARC, gzip.compress(DMARC), zipped(DMARC), spaced):
        assert read_report(packed) == READ


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", "not_a_report"),
        (b"hello", "not_a_report"),
        (b"<html></html>", "not_a_report"),
        (b"<feedback>", "faulty"),
        (b"{}", "faulty"),
        (b'{"policies": [{"summary": {}}]}', "faulty"),
        (b'{"policies": 7}', "faulty"),
        (b"{" * 50_000, "faulty"),
        (TLS.replace(b"5326", b"-1"), "faulty"),
        (TLS.replace(b"5326", b"99999999999999"), "faulty"),
        (DMARC.replace(b"<count>7", b"<count>many"), "faulty"),
        (DMARC.replace(b'<?xml version="1.0"?>', b'<!DOCTYPE x [<!ENTITY a "b">]>'), "faulty"),
        (gzip.compress(bytes(MAX_UNPACKED + 1)), "too_large"),
        (zipped(bytes(MAX_UNPACKED + 1)), "too_large"),
        (gzip.compress(TLS)[:-20], "faulty"),
        (zipped(DMARC)[:-30], "faulty"),
        (zipped(DMARC, DMARC), "not_a_report"),
        (gzip.compress(gzip.compress(TLS)), "not_a_report"),
        (bytes((4 << 20) + 1), "too_large"),
    ],
)
def test_what_is_not_read_says_why(packed: bytes, code: str) -> None:
    assert read_report(packed) == BadReport(code)


def test_a_billion_laughs_are_refused() -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><feedback>&b;</feedback>'
    assert read_report(laughs) == BadReport("faulty")


def test_rows_nested_in_rows_cost_nothing_and_count_nothing() -> None:
    nested = b"<feedback>" + b"<record><row>" * 20_000 + b"</row></record>" * 20_000 + b"</feedback>"
    assert read_report(nested) in (BadReport("faulty"), DmarcReport("", "", 0, 0, {}))


def test_reports_are_found_in_a_mail_by_type_and_by_name() -> None:
    raw = (
        b"From: r@receiver.example\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=tlsrpt; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n"
        b"--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n" + TLS + b"\r\n"
        b'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="r.xml"\r\n\r\n'
        + DMARC.replace(b"\n", b"\r\n")
        + b"\r\n--b--\r\n"
    )
    mail = mime.parse(raw, mime.MimeLimits())
    assert isinstance(mail, Mail)
    assert [type(report) for report in read_reports(mail)] == [TlsReport, DmarcReport]


def test_counts_have_labels_from_closed_lists_only() -> None:
    assert counts(READ, "cdop.example") == (
        Count("dmarc_report_messages", {"result": "pass"}, 7),
        Count("dmarc_report_messages", {"result": "fail"}, 2),
        Count("dmarc_report_dispositions", {"disposition": "none"}, 7),
        Count("dmarc_report_dispositions", {"disposition": "reject"}, 2),
    )
    assert counts(READ, "other.example") == (Count("domain_reports_unread", {"code": "foreign"}, 1),)
    assert counts(BadReport("faulty"), "cdop.example") == (Count("domain_reports_unread", {"code": "faulty"}, 1),)
    found = read_report(TLS)
    assert Count("tls_report_failures", {"type": "other"}, 3) in counts(found, "cdop.example")
