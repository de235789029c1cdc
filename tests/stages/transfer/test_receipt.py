"""A receipt counts from whom the transfer went to, for us, and in its one form."""

from __future__ import annotations

import json

import pytest

from gateway.stages.transfer import receipt
from gateway.stages.transfer.receipt import MAX_RECEIPT_BYTES, Receipt
from tests.stages.transfer.samples import HERE, NOW, THERE
from tests.stages.transfer.test_manifest import MADE, WRITTEN

TAKEN = receipt.make(MADE, WRITTEN, NOW, "ABCD1234")
SENT = receipt.write(TAKEN)


def test_a_receipt_is_tied_to_what_was_taken() -> None:
    found = receipt.read(SENT, THERE, HERE)
    assert isinstance(found, Receipt)
    assert found == TAKEN
    assert (found.sender, found.receiver, found.transfer) == (THERE, HERE, MADE.transfer)
    assert str(MADE.transfer) in receipt.text(found)
    assert "ABCD1234" in receipt.text(found)


@pytest.mark.parametrize(("signer", "own"), [(HERE, HERE), (THERE, THERE), (HERE, THERE)])
def test_a_receipt_between_others_is_none(signer: str, own: str) -> None:
    assert receipt.read(SENT, signer, own) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"",
        SENT + b" " * MAX_RECEIPT_BYTES,
        json.dumps({**json.loads(SENT), "extra": 1}).encode(),
        json.dumps({**json.loads(SENT), "reference": "<b>"}).encode(),
        SENT.replace(b'"reference"', b'"reference": "AAAA1111", "reference"'),
    ],
)
def test_what_is_not_exactly_a_receipt_is_none(content: bytes) -> None:
    assert receipt.read(content, THERE, HERE) is None
