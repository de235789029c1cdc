"""Our own domain's papers: what to publish, the policy to serve, and a judgement of what is published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.channel.own_domain import OwnDomain, PaperState, PublishedRecord, StsMode
from gateway.stages.assess.dmarc import parse_record
from gateway.stages.policies.papers import judge, records, sts_id, sts_policy, zone_line

OWN = OwnDomain(
    "cdop.example",
    ("mx1.cdop.example", "mx2.cdop.example"),
    "reports@cdop.example",
    ("ip4:192.0.2.1",),
    "s1",
    "A" * 392,
    tlsa=("3 1 1 " + "ab" * 32,),
)
BY_NAME = {(record.name, record.type): record for record in records(OWN)}


def test_every_paper_is_asked_for() -> None:
    assert [(record.name, record.type) for record in records(OWN)] == [
        ("cdop.example", "MX"),
        ("cdop.example", "MX"),
        ("cdop.example", "TXT"),
        ("s1._domainkey.cdop.example", "TXT"),
        ("_dmarc.cdop.example", "TXT"),
        ("_smtp._tls.cdop.example", "TXT"),
        ("_mta-sts.cdop.example", "TXT"),
        ("_25._tcp.mx1.cdop.example", "TLSA"),
        ("_25._tcp.mx2.cdop.example", "TLSA"),
    ]


def test_our_own_dmarc_record_is_one_by_our_own_reader() -> None:
    record = parse_record(BY_NAME["_dmarc.cdop.example", "TXT"].value)
    assert record is not None
    assert (record.p, record.sp, record.strict_spf, record.strict_dkim, record.reports) == (
        "reject", "reject", True, True, True,
    )  # fmt: skip


def test_policy_is_as_rfc_8461_wants_and_its_id_changes_with_it() -> None:
    assert sts_policy(OWN) == (
        "version: STSv1\r\nmode: testing\r\nmx: mx1.cdop.example\r\nmx: mx2.cdop.example\r\nmax_age: 604800\r\n"
    )
    enforced = replace(OWN, sts_mode=StsMode.ENFORCE)
    assert "mode: enforce" in sts_policy(enforced)
    assert sts_id(OWN) != sts_id(enforced)
    assert sts_id(OWN).isalnum()
    assert len(sts_id(OWN)) <= 32


def test_what_is_not_configured_is_not_asked_for() -> None:
    bare = OwnDomain("cdop.example", ("mx.cdop.example",), "", sts_mode=StsMode.NONE)
    assert [record.name for record in records(bare)] == ["cdop.example", "cdop.example", "_dmarc.cdop.example"]


def test_long_txt_is_cut_into_strings_of_255() -> None:
    line = zone_line(BY_NAME["s1._domainkey.cdop.example", "TXT"])
    assert max(len(piece) for piece in line.split('"')[1::2]) == 255
    assert "".join(line.split('"')[1::2]) == BY_NAME["s1._domainkey.cdop.example", "TXT"].value


DMARC, SPF, MX = (
    BY_NAME[key] for key in (("_dmarc.cdop.example", "TXT"), ("cdop.example", "TXT"), ("cdop.example", "MX"))
)
TLSA = BY_NAME["_25._tcp.mx1.cdop.example", "TLSA"]
TOGETHER = {"cdop.example MX": frozenset({"10 mx1.cdop.example", "20 mx2.cdop.example"})}


@pytest.mark.parametrize(
    ("record", "found", "signed", "state"),
    [
        (DMARC, (DMARC.value,), False, "right"),
        (DMARC, (DMARC.value.replace("; ", ";") + ";",), False, "right"),
        (DMARC, (), False, "missing"),
        (DMARC, ("something else",), False, "missing"),
        (DMARC, ("v=DMARC1; p=none",), False, "different"),
        (DMARC, (DMARC.value, "v=DMARC1; p=none"), False, "twice"),
        (DMARC, None, False, "unknown"),
        (SPF, ("other-verification=1", SPF.value), False, "right"),
        (SPF, ("v=spf1 +all",), False, "different"),
        (MX, ("10 mx1.cdop.example", "20 mx2.cdop.example"), False, "right"),
        (MX, ("5 MX2.cdop.example.", "7 mx1.cdop.example"), False, "right"),
        (MX, ("10 mx1.cdop.example", "30 backup.example"), False, "different"),
        (MX, ("10 elsewhere.example",), False, "different"),
        (TLSA, (TLSA.value.upper(),), True, "right"),
        (TLSA, (TLSA.value,), False, "unsigned"),
        (TLSA, ("3 1 1 " + "00" * 32,), True, "different"),
    ],
)
def test_what_is_published_is_judged(
    record: PublishedRecord, found: tuple[str, ...] | None, signed: bool, state: str
) -> None:
    wanted = TOGETHER if record.type == "MX" else {}
    if record is MX:
        record = replace(MX, value="10 mx1.cdop.example")
    assert judge(record, found, signed, wanted).state is PaperState(state)
