"""The secure-domain policy: which row speaks, how old it is, what imitates it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.model.channel.secure_domains import DomainMatch, DomainStatus, Need, SecureDomain, SecureDomains
from gateway.stages.assess.policy import find, imitated, is_professional

DAY = date(2026, 11, 23)


def row(domain: str, match: DomainMatch, status: DomainStatus = DomainStatus.SECURE, **more: object) -> SecureDomain:
    return replace(SecureDomain(domain, match, status, "basis", "owner", DAY), **more)  # type: ignore[arg-type]


POLICY = SecureDomains(
    "test",
    100,
    (
        row("nhs.net", DomainMatch.EXACT_AND_SUBDOMAINS),
        row("nhs.uk", DomainMatch.LISTED_HOSTS, hosts=("trust.nhs.uk",), max_age_days=10),
        row("gov.uk", DomainMatch.SUBDOMAINS, needs=(Need.TLS13,)),
        row("gsi.gov.uk", DomainMatch.EXACT_AND_SUBDOMAINS, DomainStatus.RETIRED),
        row("mod.uk", DomainMatch.EXACT),
        row("gmail.com", DomainMatch.EXACT_AND_SUBDOMAINS),
        row("leaky.gov.uk", DomainMatch.EXACT, DomainStatus.NOT_SECURE),
        row("even.gov.uk", DomainMatch.EXACT_AND_SUBDOMAINS),
        row("even.gov.uk", DomainMatch.EXACT_AND_SUBDOMAINS, DomainStatus.CONFIRM_LOCALLY),
    ),
    free_mail=frozenset({"gmail.com"}),
    professional=("sch.uk",),
)


@pytest.mark.parametrize(
    ("domain", "spoke", "status"),
    [
        ("nhs.net", "nhs.net", "secure"),
        ("a.b.nhs.net", "nhs.net", "secure"),
        ("evilnhs.net", None, None),
        ("nhs.net.example", None, None),
        ("trust.nhs.uk", "nhs.uk", "secure"),
        ("sub.trust.nhs.uk", None, None),
        ("other.nhs.uk", None, None),
        ("nhs.uk", None, None),
        ("gov.uk", None, None),
        ("council.gov.uk", "gov.uk", "secure"),
        ("x.gsi.gov.uk", "gsi.gov.uk", "retired"),
        ("gsi.gov.uk", "gsi.gov.uk", "retired"),
        ("xgsi.gov.uk", "gov.uk", "secure"),
        ("mod.uk", "mod.uk", "secure"),
        ("army.mod.uk", None, None),
        ("gmail.com", "gmail.com", "not_secure"),
        ("x.gmail.com", "x.gmail.com", "not_secure"),
        ("leaky.gov.uk", "leaky.gov.uk", "not_secure"),
        ("even.gov.uk", "even.gov.uk", "confirm_locally"),
    ],
)
def test_the_most_particular_row_speaks_and_free_mail_never_counts(
    domain: str, spoke: str | None, status: str | None
) -> None:
    finding = find(domain, POLICY, DAY)
    assert (finding.domain, finding.status) == (spoke, status)


@pytest.mark.parametrize(("age", "stale"), [(0, False), (100, False), (101, True), (-1, False), (-2, True)])
def test_a_check_is_stale_after_the_limit_of_the_list(age: int, stale: bool) -> None:
    finding = find("nhs.net", POLICY, DAY + timedelta(days=age))
    assert (finding.stale, finding.age_days) == (stale, age)


def test_a_row_may_have_a_limit_of_its_own() -> None:
    assert find("trust.nhs.uk", POLICY, DAY + timedelta(days=11)).stale
    assert not find("trust.nhs.uk", POLICY, DAY + timedelta(days=10)).stale


def test_imitations_of_listed_and_retired_names_are_told_and_listed_names_are_not() -> None:
    assert imitated("nhs.net.example", POLICY) == "nhs.net"
    assert imitated("trust-nhs-uk.example", POLICY) == "trust.nhs.uk"
    assert imitated("a.nhs.net", POLICY) is None
    assert imitated("clinic.example", POLICY) is None


@pytest.mark.parametrize(
    ("domain", "yes"), [("nhs.net", True), ("a.sch.uk", True), ("gmail.com", False), ("clinic.example", False)]
)
def test_who_is_answered_as_a_professional(domain: str, yes: bool) -> None:
    assert is_professional(domain, POLICY) is yes
