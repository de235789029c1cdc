"""What is remembered of a thread reads back, and several messages of it add up."""

from __future__ import annotations

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.thread import Remembered, pack_remembered, together, unpack_remembered

ONE = Remembered(ConfidentialText("a@b.example"), (ConfidentialText("Zoe"),), ((ConfidentialText("Zoe"), "[1]"),))
TWO = Remembered(
    ConfidentialText("c@d.example"),
    (ConfidentialText("Zoe"), ConfidentialText("Ann")),
    ((ConfidentialText("Zoe"), "[9]"), (ConfidentialText("Ann"), "[2]")),
)


def test_it_reads_back_as_it_was() -> None:
    assert unpack_remembered(pack_remembered(ONE)) == ONE
    assert "Zoe" not in repr(ONE)


def test_before_threads_were_remembered_it_was_an_address_alone() -> None:
    assert unpack_remembered(ConfidentialBytes(b"a@b.example")) == Remembered(ConfidentialText("a@b.example"))


def test_names_are_kept_once_and_the_first_token_of_a_detail_counts() -> None:
    found = together([ONE, TWO])
    assert [name.reveal() for name in found.names] == ["Zoe", "Ann"]
    assert [(detail.reveal(), token) for detail, token in found.masks] == [("Zoe", "[1]"), ("Ann", "[2]")]
    assert found.author.reveal() == ""
    assert together([]) == Remembered()
