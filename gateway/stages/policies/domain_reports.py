"""Read TLS reports (RFC 8460) and DMARC aggregate reports (RFC 9990) into counts.

They come from strangers, compressed: the unpacked size is capped, XML may hold no DTD, and numbers are bounded. They
are counted, never acted on.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections import Counter
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gateway.model.channel.domain_reports import BadReport, Count, DmarcReport, DomainReport, TlsReport
from gateway.model.content.message import Mail, Part

MAX_PACKED = 4 << 20
MAX_UNPACKED = 8 << 20
MAX_ROWS = 100_000
MAX_COUNT = 10**9
_GZIP = 16 + zlib.MAX_WBITS

# RFC 8460 section 4.3
TLS_RESULTS = frozenset(
    {
        "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted",
        "validation-failure", "tlsa-invalid", "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
        "sts-policy-invalid", "sts-webpki-invalid",
    }
)  # fmt: skip
DISPOSITIONS = frozenset({"none", "pass", "quarantine", "reject"})
_PACKED_TYPES = ("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed")
_PLAIN_TYPES = ("application/tlsrpt+gzip", "application/tlsrpt+json", "text/xml", "application/xml", "application/json")
_NAME = re.compile(r".{0,250}\.(?:xml|json|gz|zip)", re.I)


def read_reports(mail: Mail) -> tuple[DomainReport, ...]:
    """Return the counts of every report in ``mail``; () if it holds none."""
    return tuple(read_report(part.content.reveal()) for part in mail.parts if _may_be_report(part))


def _may_be_report(part: Part) -> bool:
    name = part.filename.reveal() if part.filename is not None else ""
    return part.content_type in _PACKED_TYPES + _PLAIN_TYPES or _NAME.fullmatch(name) is not None


def read_report(packed: bytes) -> DomainReport:
    """Read one report: gzip, zip or plain; JSON or XML. Never raises for what is in it."""
    content = unpack(packed)
    if isinstance(content, BadReport):
        return content
    start = content[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _tls(content)
    return _dmarc(content) if start == b"<" else BadReport("not_a_report")


def unpack(packed: bytes) -> bytes | BadReport:
    """Undo gzip or zip, once, up to ``MAX_UNPACKED`` bytes. A report compressed twice is not read."""
    if len(packed) > MAX_PACKED:
        return BadReport("too_large")
    try:
        if packed[:2] == b"\x1f\x8b":
            reader = zlib.decompressobj(_GZIP)
            content = reader.decompress(packed, MAX_UNPACKED + 1)
            if reader.unconsumed_tail or len(content) > MAX_UNPACKED:
                return BadReport("too_large")
            return content if reader.eof else BadReport("faulty")
        if packed[:4] == b"PK\x03\x04":
            return _unzip(packed)
    except (zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        return BadReport("faulty")
    return packed


def _unzip(packed: bytes) -> bytes | BadReport:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = archive.infolist()
        if len(entries) != 1:
            return BadReport("not_a_report")  # RFC 9990 section 2: one file
        with archive.open(entries[0]) as opened:
            content = opened.read(MAX_UNPACKED + 1)
    return content if len(content) <= MAX_UNPACKED else BadReport("too_large")


def _tls(content: bytes) -> TlsReport | BadReport:
    try:
        found = json.loads(content)
        policies = found["policies"]
        summaries = [policy["summary"] for policy in policies]
        good = sum(_number(one["total-successful-session-count"]) for one in summaries)
        bad = sum(_number(one["total-failure-session-count"]) for one in summaries)
        by_type: Counter[str] = Counter()
        for policy in policies[:MAX_ROWS]:
            for detail in policy.get("failure-details", [])[:MAX_ROWS]:
                result = str(detail.get("result-type", ""))
                by_type[result if result in TLS_RESULTS else "other"] += _number(detail.get("failed-session-count", 0))
        return TlsReport(_word(found.get("organization-name", "")), good, bad, dict(by_type))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return BadReport("faulty")


def _dmarc(content: bytes) -> DmarcReport | BadReport:
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return BadReport("faulty")
    if _tag(root) != "feedback":
        return BadReport("not_a_report")
    rows = [row for record in _children(root, "record") for row in _children(record, "row")]
    if len(rows) > MAX_ROWS:
        return BadReport("too_large")
    passed, failed = 0, 0
    dispositions: Counter[str] = Counter()
    for row in rows:
        try:
            count = _number(_text(row, "count"))
        except ValueError:
            return BadReport("faulty")
        aligned = "pass" in (
            _text(row, "policy_evaluated", "dkim").lower(),
            _text(row, "policy_evaluated", "spf").lower(),
        )
        passed, failed = (passed + count, failed) if aligned else (passed, failed + count)
        disposition = _text(row, "policy_evaluated", "disposition").lower()
        dispositions[disposition if disposition in DISPOSITIONS else "other"] += count
    reporter = _word(_text(root, "report_metadata", "org_name"))
    return DmarcReport(reporter, _word(_text(root, "policy_published", "domain")), passed, failed, dict(dispositions))


def _tag(element: Element) -> str:
    """Return an element's name without its namespace (RFC 9990 has one, older reports have none)."""
    return element.tag.rpartition("}")[2]


def _children(element: Element, name: str) -> list[Element]:
    """Return the children of that name; never deeper, so that nesting costs nothing."""
    return [child for child in element if _tag(child) == name]


def _text(element: Element, *path: str) -> str:
    """Return the text at the first element of each name down ``path``, or ""."""
    for name in path:
        found = _children(element, name)
        if not found:
            return ""
        element = found[0]
    return (element.text or "").strip()[:300]


def _number(value: object) -> int:
    number = int(str(value)[:20])
    if not 0 <= number <= MAX_COUNT:
        raise ValueError("out of range")
    return number


def _word(value: object) -> str:
    return re.sub(r"[^a-z0-9.-]", "", str(value)[:200].lower())[:60]


def counts(report: DomainReport, own_domain: str) -> tuple[Count, ...]:
    """Return what to add to the metrics. A DMARC report about another domain counts as ``foreign`` only."""
    match report:
        case TlsReport():
            found = [
                Count("tls_report_sessions", {"result": "success"}, report.successes),
                Count("tls_report_sessions", {"result": "failure"}, report.failures),
            ]
            found += [Count("tls_report_failures", {"type": kind}, n) for kind, n in sorted(report.by_type.items())]
            return tuple(found)
        case DmarcReport():
            if report.domain != own_domain:
                return (Count("domain_reports_unread", {"code": "foreign"}, 1),)
            found = [
                Count("dmarc_report_messages", {"result": "pass"}, report.passed),
                Count("dmarc_report_messages", {"result": "fail"}, report.failed),
            ]
            found += [
                Count("dmarc_report_dispositions", {"disposition": kind}, n)
                for kind, n in sorted(report.by_disposition.items())
            ]
            return tuple(found)
        case BadReport():
            return (Count("domain_reports_unread", {"code": report.code}, 1),)
