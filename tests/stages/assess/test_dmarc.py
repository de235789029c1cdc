"""DMARC by RFC 9989 over tables of records: tree walk, which record applies, alignment, doubts."""

from __future__ import annotations

import pytest

from gateway.model.channel.assurance import Dmarc, DmarcPolicy
from gateway.stages.assess.dmarc import Lookup, TxtAnswer, evaluate, names_to_ask, parse_record, tree_walk, walk

SLOW = TxtAnswer(Lookup.TEMPORARY)


def answers(*domains: str, slow: tuple[str, ...] = (), **records: str | list[str]) -> dict[str, TxtAnswer]:
    """Answer every name that walks from ``domains`` ask; ``records`` by domain with "_" for "."."""
    by_name = {name.replace("_", "."): value for name, value in records.items()}
    found = {}
    for asked in {name for domain in domains for name in names_to_ask(domain)}:
        at = asked.removeprefix("_dmarc.")
        value = by_name.get(at)
        texts = (value,) if isinstance(value, str) else tuple(value or ())
        found[asked] = SLOW if at in slow else TxtAnswer(Lookup.FOUND if texts else Lookup.NONE, texts)
    return found


def test_walk_goes_up_one_label_at_a_time_and_asks_the_top_too() -> None:
    assert walk("a.mail.example.com") == ("a.mail.example.com", "mail.example.com", "example.com", "com")


def test_walk_of_a_long_name_asks_eight_times() -> None:
    """RFC 9989 section 4.10: after the first query a name of eight labels or more is cut to seven."""
    assert walk("a.b.c.d.e.f.g.h.i.j.mail.example.com") == (
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    )


def test_walk_of_eight_labels_and_of_seven() -> None:
    assert walk("a.b.c.d.e.f.g.h")[1] == "b.c.d.e.f.g.h"
    assert walk("b.c.d.e.f.g.h")[1] == "c.d.e.f.g.h"


@pytest.mark.parametrize(
    ("start", "records", "organisation"),
    [
        ("a.mail.example.com", {"mail_example_com": "v=DMARC1; p=none", "example_com": "v=DMARC1; p=none"},
         "example.com"),
        ("a.mail.example.com", {"mail_example_com": "v=DMARC1; p=none; psd=n", "example_com": "v=DMARC1; p=none"},
         "mail.example.com"),
        ("a.mail.example.com", {"com": "v=DMARC1; p=none; psd=y"}, "example.com"),
        ("a.bank.example", {"bank_example": "v=DMARC1; p=none", "example": "v=DMARC1; p=none; psd=y"}, "bank.example"),
        ("bank.example", {"bank_example": "v=DMARC1; p=none; psd=y"}, "bank.example"),  # the start itself: not below it
        ("a.mail.example.com", {}, "a.mail.example.com"),
        ("cdop.council.gov.uk", {"gov_uk": "v=DMARC1; p=reject"}, "council.gov.uk"),  # a registry without psd=y
        ("trust.nhs.uk", {"trust_nhs_uk": "v=DMARC1; p=reject", "nhs_uk": "v=DMARC1; p=reject"}, "trust.nhs.uk"),
        ("gov.uk", {"gov_uk": "v=DMARC1; p=reject"}, "gov.uk"),
        ("my-bank.example", {"example": "v=DMARC1; p=reject; psd=y"}, "my-bank.example"),
    ],
)  # fmt: skip
def test_organisational_domain_is_found_by_the_walk(start: str, records: dict[str, str], organisation: str) -> None:
    table = answers(start, **records)  # type: ignore[arg-type]
    assert tree_walk(start, table).organizational_domain == organisation


def test_walk_stops_at_psd_so_that_nothing_above_decides() -> None:
    table = answers("a.b.example", b_example="v=DMARC1; p=reject; psd=n", example="v=DMARC1; p=none")
    assert [name for name, _ in tree_walk("a.b.example", table).records] == ["b.example"]


def test_one_council_is_no_proof_of_another_though_both_stand_under_one_record() -> None:
    table = answers("council.gov.uk", council_gov_uk="v=DMARC1; p=reject", gov_uk="v=DMARC1; p=reject")
    table |= answers("parish.gov.uk", gov_uk="v=DMARC1; p=reject")
    assert dmarc("council.gov.uk", table, dkim_domains=("parish.gov.uk",)).result == "fail"
    assert dmarc("council.gov.uk", table, spf_domain="gov.uk").result == "fail"
    assert dmarc("parish.gov.uk", table, dkim_domains=("parish.gov.uk",)).result == "pass"


def dmarc(author: str, table: dict[str, TxtAnswer], **seen: object) -> Dmarc:
    facts = {"spf_domain": None, "dkim_domains": ()} | seen
    return evaluate(author, table, **facts)  # type: ignore[arg-type]


def test_record_of_the_author_domain_applies_before_that_of_the_organisation() -> None:
    table = answers("a.example.com", a_example_com="v=DMARC1; p=none", example_com="v=DMARC1; p=reject")
    outcome = dmarc("a.example.com", table)
    assert (outcome.policy_domain, outcome.policy, outcome.result) == ("a.example.com", DmarcPolicy.NONE, "fail")


@pytest.mark.parametrize(
    ("record", "exists", "policy"),
    [
        ("v=DMARC1; p=reject", True, "reject"),
        ("v=DMARC1; p=reject; sp=quarantine", True, "quarantine"),
        ("v=DMARC1; p=none; sp=quarantine; np=reject", False, "reject"),
        ("v=DMARC1; p=none; sp=quarantine", False, "quarantine"),
        ("v=DMARC1; p=none; np=reject", True, "none"),
        ("v=DMARC1; p=none; np=reject", False, "reject"),
    ],
)
def test_subdomain_gets_sp_and_a_name_that_is_not_there_gets_np(record: str, exists: bool, policy: str) -> None:
    outcome = dmarc("a.example.com", answers("a.example.com", example_com=record), author_exists=exists)
    assert outcome.policy == policy


def test_public_suffix_record_applies_where_nothing_else_does() -> None:
    outcome = dmarc("bank.example", answers("bank.example", example="v=DMARC1; p=reject; sp=quarantine; psd=y"))
    assert (outcome.policy_domain, outcome.policy) == ("example", DmarcPolicy.QUARANTINE)


def test_two_records_at_one_name_are_none() -> None:
    table = answers("example.com", example_com=["v=DMARC1; p=reject", "v=DMARC1; p=none"])
    assert dmarc("example.com", table).result == "none"


def test_other_txt_records_beside_it_do_not_matter() -> None:
    table = answers("example.com", example_com=["something else", "v=DMARC1; p=reject", "v=DMARC10; p=none"])
    assert dmarc("example.com", table, spf_domain="example.com").result == "pass"


@pytest.mark.parametrize(
    "text",
    ["", "v=DMARC1", "p=none; v=DMARC1", "v=dmarc1; p=none", "v=DMARC1; p=", "v=DMARC1; p=later", "V DMARC1; p=none",
     "v=DMARC1 p=none", "v=DMARC1; p=reject; sp=later", "v=DMARC1; rua=nonsense", "v=DMARC1; p=none" + " " * 5000],
)  # fmt: skip
def test_what_is_no_record(text: str) -> None:
    assert parse_record(text) is None


@pytest.mark.parametrize(
    "text", ["v=DMARC1; rua=mailto:a@example.com", "v=DMARC1; p=later; rua=mailto:a@example.com!10m",
             "v=DMARC1; p=reject; sp=later; rua=mailto:a@example.com"],
)  # fmt: skip
def test_faulty_policy_with_a_report_address_is_p_none(text: str) -> None:
    """RFC 9989 section 4.10.1."""
    record = parse_record(text)
    assert record is not None
    assert (record.p, record.sp) == (DmarcPolicy.NONE, None)


def test_case_and_space_of_tags_do_not_matter_and_unknown_tags_are_ignored() -> None:
    record = parse_record("v = DMARC1 ; P = Reject;ASPF=S; adkim=r; pct=50; fo=1;; x=y; t=Y; psd=U")
    assert record is not None
    assert (record.p, record.strict_spf, record.strict_dkim, record.testing, record.psd) == (
        DmarcPolicy.REJECT, True, False, True, "u",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("author", "spf", "dkim", "record", "by"),
    [
        ("example.com", "example.com", (), "v=DMARC1; p=none", ("spf",)),
        ("example.com", "mail.example.com", (), "v=DMARC1; p=none", ("spf",)),
        ("mail.example.com", "example.com", (), "v=DMARC1; p=none", ("spf",)),
        ("a.example.com", "b.example.com", (), "v=DMARC1; p=none", ("spf",)),
        ("example.com", "mail.example.com", (), "v=DMARC1; p=none; aspf=s", ()),
        ("example.com", None, ("mail.example.com",), "v=DMARC1; p=none; adkim=s", ()),
        ("example.com", None, ("mail.example.com",), "v=DMARC1; p=none; aspf=s", ("dkim",)),
        ("example.com", "mail.example.com", ("example.com",), "v=DMARC1; p=none; adkim=s", ("spf", "dkim")),
        ("example.com", "notexample.com", ("example.com.evil.net",), "v=DMARC1; p=none", ()),
        ("example.com", "evil.net", ("evil.net", "sub.example.com"), "v=DMARC1; p=none", ("dkim",)),
        ("example.com", "com", ("com",), "v=DMARC1; p=none", ()),
    ],
)
def test_alignment(author: str, spf: str | None, dkim: tuple[str, ...], record: str, by: tuple[str, ...]) -> None:
    domains = [author, *([spf] if spf else []), *dkim]
    outcome = dmarc(author, answers(*domains, example_com=record), spf_domain=spf, dkim_domains=dkim)
    assert (outcome.aligned_by, outcome.result) == (by, "pass" if by else "fail")


def test_two_names_under_one_public_suffix_are_not_aligned() -> None:
    table = answers("a.suffix.example", "b.suffix.example", suffix_example="v=DMARC1; p=none; psd=y",
                    a_suffix_example="v=DMARC1; p=reject", b_suffix_example="v=DMARC1; p=reject")  # fmt: skip
    assert dmarc("a.suffix.example", table, spf_domain="b.suffix.example").result == "fail"


def test_psd_n_cuts_a_department_off_from_its_organisation() -> None:
    table = answers("a.dept.example.com", "example.com", dept_example_com="v=DMARC1; p=reject; psd=n",
                    example_com="v=DMARC1; p=reject")  # fmt: skip
    assert dmarc("a.dept.example.com", table, spf_domain="example.com").result == "fail"


def test_a_name_that_could_not_be_asked_is_a_doubt_and_never_none() -> None:
    assert dmarc("example.com", answers("example.com", slow=("example.com",))).result == "temperror"
    assert dmarc("a.example.com", answers("a.example.com", slow=("example.com",))).result == "temperror"
    assert dmarc("example.com", {}).result == "temperror"


def test_a_strict_pass_needs_nothing_above_it() -> None:
    table = answers("example.com", slow=("com",), example_com="v=DMARC1; p=reject; adkim=s")
    assert dmarc("example.com", table, dkim_domains=("example.com",)).result == "pass"


def test_relaxed_alignment_that_could_not_be_walked_is_a_doubt() -> None:
    table = answers("example.com", "mail.example.com", slow=("mail.example.com",), example_com="v=DMARC1; p=reject")
    assert dmarc("example.com", table, spf_domain="mail.example.com").result == "temperror"


def test_failure_is_a_doubt_where_spf_or_a_signature_could_not_be_checked() -> None:
    table = answers("example.com", example_com="v=DMARC1; p=reject")
    assert dmarc("example.com", table, doubtful=True).result == "temperror"
    assert dmarc("example.com", table, doubtful=True, spf_domain="example.com").result == "pass"


def test_testing_mode_is_told_and_a_pass_is_a_pass() -> None:
    outcome = dmarc(
        "example.com", answers("example.com", example_com="v=DMARC1; p=reject; t=y"), spf_domain="example.com"
    )
    assert (outcome.result, outcome.testing) == ("pass", True)
