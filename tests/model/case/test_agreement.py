"""An agreement is sealed and read back; anything else is none."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.model.case.agreement import Agreement, pack_agreement, unpack_agreement
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.ids import PanelId

AGREED = Agreement(PanelId("kent"), ConfidentialText("By post"), ConfidentialText("A. Example"), date(2026, 3, 3))


def test_an_agreement_reads_back_as_it_was() -> None:
    assert unpack_agreement(pack_agreement(AGREED)) == AGREED
    assert "Example" not in repr(AGREED)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"reviewing": "kent"}', b"\xff"])
def test_what_is_no_agreement_is_none(content: bytes) -> None:
    assert unpack_agreement(ConfidentialBytes(content)) is None
