"""What waits to leave keeps its description and its bytes apart and unchanged."""

from __future__ import annotations

import pytest

from gateway.model.case.payload import Payload, pack_payload, unpack_payload
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.framing import BadFrame
from gateway.model.ids import PanelId


@pytest.mark.parametrize("panel", [None, PanelId("kent")])
def test_a_payload_reads_back_as_it_was(panel: PanelId | None) -> None:
    payload = Payload("bounce+t@b.example", ConfidentialText("a@b.example"), panel, ConfidentialText("Zoe"))
    content = ConfidentialBytes(b"\x00\xffSubject: x\r\n")
    assert unpack_payload(pack_payload(payload, content)) == (payload, content)
    assert "Zoe" not in repr(payload)


def test_what_is_no_payload_is_refused() -> None:
    with pytest.raises(BadFrame):
        unpack_payload(ConfidentialBytes(b"x"))
    with pytest.raises(ValueError, match="validation error"):
        unpack_payload(ConfidentialBytes(b"\x00\x00\x00\x02{}"))
