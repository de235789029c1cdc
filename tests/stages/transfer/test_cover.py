"""The covering text says why, what is inside and how to answer; its subject says nothing of the child."""

from __future__ import annotations

import pytest

from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialText
from gateway.stages.transfer import cover
from gateway.stages.transfer.cover import Answering
from gateway.stages.transfer.files import cut
from tests.stages.transfer.samples import case, original

ASKED = Answering("Ring 01632 960001.", "https://here.example/n/abc", "4711")
SCAN = original("scan.pdf", 100)


@pytest.mark.parametrize("kind", list(TransferKind))
def test_a_subject_has_the_reference_and_the_count_of_several(kind: TransferKind) -> None:
    assert "CDFGHJ34" in cover.subject(kind, "CDFGHJ34", 1, 1)
    assert cover.subject(kind, "CDFGHJ34", 2, 3).endswith("(2 of 3)")


def test_a_forward_says_the_duty_and_how_to_answer() -> None:
    text = cover.text(case(), "Here CDOP", ASKED, 1, [[SCAN]])
    for words in ("From Here CDOP", "section 16M", "scan.pdf", ASKED.link, "code 4711", ASKED.contact, "ring 999"):
        assert words in text
    assert "message 1 of" not in text
    assert "pieces of one large file" not in text


def test_what_only_informs_asks_for_no_page() -> None:
    text = cover.text(case(TransferKind.INFORM), "Here CDOP", Answering("Ring us."), 1, [[SCAN]])
    assert "for your information" in text
    assert "type the code" not in text


def test_a_further_message_names_its_own_files_and_what_pieces_are() -> None:
    pieces = cut(original("film.mp4", 50_000), 40_000)
    text = cover.text(case(), "Here CDOP", ASKED, 2, [[SCAN], [pieces[0]]])
    assert "This is message 2 of 2" in text
    assert "film.mp4.001" in text
    assert "scan.pdf" not in text
    assert "pieces of one large file" in text
    assert ConfidentialText("Zoe").reveal() not in text
