"""Our own domain's records: what to publish, the MTA-STS policy to serve, and whether they are published.

Sources: RFC 7208 (SPF), 6376 (DKIM), 9989 (DMARC), 8461 (MTA-STS), 8460 (TLS-RPT), 7672 (DANE).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gateway.model.channel.own_domain import OwnDomain, Paper, PaperState, PublishedRecord, StsMode

STS_PATH = "/.well-known/mta-sts.txt"
_TXT_LIMIT = 255


def sts_host(domain: str) -> str:
    """Return the name under which senders ask for the policy of ``domain``, RFC 8461 section 3.3."""
    return f"mta-sts.{domain}"


def records(own: OwnDomain) -> tuple[PublishedRecord, ...]:
    """Return every record to publish, in the order in which to publish them."""
    made = [
        PublishedRecord(own.domain, "MX", f"{10 * number} {host}", "where mail for us goes")
        for number, host in enumerate(own.mx, 1)
    ]
    made.append(PublishedRecord(own.domain, "TXT", spf(own), "who may send for us; everybody else fails"))
    if own.dkim_selector and own.dkim_public_key:
        name = f"{own.dkim_selector}._domainkey.{own.domain}"
        made.append(PublishedRecord(name, "TXT", f"v=DKIM1; k=rsa; p={own.dkim_public_key}", "our signature's key"))
    made.append(PublishedRecord(f"_dmarc.{own.domain}", "TXT", dmarc(own), "forged mail in our name is refused"))
    if own.reports:
        made.append(
            PublishedRecord(
                f"_smtp._tls.{own.domain}",
                "TXT",
                f"v=TLSRPTv1; rua=mailto:{own.reports}",
                "senders tell us of TLS faults",
            )
        )
    if own.sts_mode is not StsMode.NONE:
        value = f"v=STSv1; id={sts_id(own)}"
        why = (
            "senders do not fall back to clear text"
            if own.sts_mode is StsMode.ENFORCE
            else "senders look at our MTA-STS policy; while it says testing they may still fall back to clear text"
        )
        made.append(PublishedRecord(f"_mta-sts.{own.domain}", "TXT", value, why))
    for host in own.mx:
        for association in own.tlsa:
            made.append(
                PublishedRecord(f"_25._tcp.{host}", "TLSA", association, "our certificate, for DANE", needs_dnssec=True)
            )
    return tuple(made)


def spf(own: OwnDomain) -> str:
    """Return the SPF record: the MX, whoever the settings name, nobody else."""
    return " ".join(["v=spf1", "mx", *own.spf_terms, "-all"])


def dmarc(own: OwnDomain) -> str:
    """Return the DMARC record, RFC 9989 section 4.7. Strict alignment: none of our mail comes from a sub-domain."""
    parts = ["v=DMARC1", f"p={own.dmarc_policy}", f"sp={own.dmarc_policy}", "adkim=s", "aspf=s"]
    if own.reports:
        parts.append(f"rua=mailto:{own.reports}")
    return "; ".join(parts)


def sts_policy(own: OwnDomain) -> str:
    """Return the policy to serve at https://mta-sts.DOMAIN/.well-known/mta-sts.txt as text/plain, RFC 8461 3.2."""
    lines = ["version: STSv1", f"mode: {own.sts_mode.value}"]
    lines += [f"mx: {host}" for host in own.mx]
    lines.append(f"max_age: {own.sts_max_age_s}")
    return "".join(line + "\r\n" for line in lines)


def sts_id(own: OwnDomain) -> str:
    """Return the id of the policy: it changes when the policy does, and senders watch it (RFC 8461 3.1)."""
    return hashlib.sha256(sts_policy(own).encode()).hexdigest()[:20]


def zone_line(record: PublishedRecord) -> str:
    """Return one record as a line of a master file; a long TXT in strings of 255 (RFC 1035 section 3.3.14)."""
    value = record.value
    if record.type == "TXT":
        pieces = [value[start : start + _TXT_LIMIT] for start in range(0, len(value), _TXT_LIMIT)]
        value = " ".join(f'"{piece}"' for piece in pieces)
    if record.type == "MX":
        value += "."
    return f"{record.name}. 3600 IN {record.type} {value}"


def judge(
    record: PublishedRecord, found: tuple[str, ...] | None, authenticated: bool, wanted: Mapping[str, frozenset[str]]
) -> Paper:
    """Compare one record with what is published. ``found`` is None if DNS gave no answer.

    ``wanted`` maps "NAME TYPE" to every value that we ask for there, because there may be several MX or TLSA records.
    """
    if found is None:
        return Paper(record, PaperState.UNKNOWN)
    kind = record.value.partition(" ")[0].partition(";")[0] if record.type == "TXT" else ""
    same_kind = tuple(value for value in found if value.startswith(kind))
    return Paper(record, _state(record, same_kind, authenticated, wanted), same_kind)


def _state(
    record: PublishedRecord, found: tuple[str, ...], authenticated: bool, wanted: Mapping[str, frozenset[str]]
) -> PaperState:
    if not found:
        return PaperState.MISSING
    if record.type == "TXT" and len(found) > 1:
        return PaperState.TWICE
    published = {_plain(record.type, value) for value in found}
    allowed = {_plain(record.type, value) for value in wanted.get(f"{record.name} {record.type}", {record.value})}
    if _plain(record.type, record.value) not in published or not published <= allowed:
        return PaperState.DIFFERENT
    return PaperState.UNSIGNED if record.needs_dnssec and not authenticated else PaperState.RIGHT


def _plain(record_type: str, value: str) -> str:
    """Return a value without what does not matter: case and space, and an MX's preference."""
    text = value.strip().rstrip(".").lower() if record_type in ("MX", "TLSA") else value.strip()
    if record_type == "MX":
        return text.rpartition(" ")[2]
    if record_type == "TLSA":
        head, _, digest = text.rpartition(" ")
        return f"{head} {digest}"
    return "".join(text.split()).rstrip(";")
