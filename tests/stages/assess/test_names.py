"""Domain names are compared by whole labels, and imitations are seen for what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.assess.names import a_label, below, imitates, within

LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NHS.Net", "nhs.net"),
        ("nhs.net.", "nhs.net"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("nhs。net", "nhs.net"),
        ("nhs．net", "nhs.net"),
        ("_dmarc.nhs.net", "_dmarc.nhs.net"),
    ],
)
def test_names_become_lower_case_a_labels(text: str, name: str) -> None:
    assert a_label(text) == name


@pytest.mark.parametrize(
    "text",
    ["", ".", "net", "nhs..net", "-a.net", "a-.net", "nhs.net..", "n hs.net", "nhs.net\x00", "nhs.net\r\n",
     "[192.0.2.1]", "192.0.2.1", "a" * 64 + ".net", "a.b@c.net", "nhs/x.net",
     ".".join(["abcdefgh"] * 40), "\udcffx.net"],
)  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    assert a_label(text) is None


@pytest.mark.parametrize(
    "name", ["evilnhs.net", "nhs.net.example", "xnhs.net", "nhs.net.evil.nhs.example", "et", "net"]
)
def test_a_shared_ending_or_beginning_is_not_within(name: str) -> None:
    assert not within(name, "nhs.net")
    assert not below(name, "nhs.net")


@given(NAMES, NAMES)
def test_within_means_equal_or_whole_labels_below(name: str, parent: str) -> None:
    labels, above = name.split("."), parent.split(".")
    assert within(name, parent) == (labels[-len(above) :] == above)
    assert below(name, parent) == (within(name, parent) and name != parent)


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("nhs.net.example", "nhs.net"),
        ("a.nhs.net.example", "nhs.net"),
        ("evilnhs.net", "nhs.net"),
        ("nhs-net.example", "nhs.net"),
        ("nhsnet.example", "nhs.net"),
        ("n-hs.net", "nhs.net"),
        ("xn--nhs-8cd.net", "nhs.net"),
        ("nhs.nеt".encode("idna").decode(), "nhs.net"),
        ("pаrliament.uk".encode("idna").decode(), "parliament.uk"),
        ("par1iament.uk", "parliament.uk"),
        ("parliarnent.uk", "parliament.uk"),
        ("gov.uk.example", "gov.uk"),
    ],
)
def test_imitations(name: str, listed: str) -> None:
    if name == "xn--nhs-8cd.net":  # "nhs" with a combining mark that is hardly seen
        name = "nhs\u0323.net".encode("idna").decode()
    assert imitates(name, listed)


@pytest.mark.parametrize(
    "name", ["nhs.net", "sub.nhs.net", "clinic.example", "health.example", "nhs.uk", "internet.example"]
)
def test_what_imitates_nothing(name: str) -> None:
    assert not imitates(name, "nhs.net")
