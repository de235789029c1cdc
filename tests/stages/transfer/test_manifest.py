"""A manifest is read strictly: who, to whom, when, and every file once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from gateway.stages.transfer import manifest
from gateway.stages.transfer.manifest import MAX_AGE, MAX_AHEAD, Manifest, ManifestRefusal, repeats_a_name
from tests.stages.transfer.samples import HERE, NOW, THERE, original, transfer

FILES = manifest.listed([[original("a.pdf", 10)], [original("b.pdf", 20)]])
WHAT = transfer()
MADE = Manifest(
    **{"schema": manifest.SCHEMA, "from": HERE, "to": THERE},
    kind=WHAT.case.kind,
    transfer=WHAT.transfer,
    case=WHAT.case_id,
    sequence=1,
    time=NOW,
    messages=2,
    files=FILES,
)
WRITTEN = manifest.write(MADE)


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(WRITTEN), **changes}).encode()


def test_it_reads_back_and_always_writes_the_same_bytes() -> None:
    assert manifest.read(WRITTEN, HERE, THERE, NOW) == MADE
    assert manifest.write(MADE) == WRITTEN
    assert manifest.content_hash(WRITTEN) != manifest.content_hash(WRITTEN + b" ")


def test_it_is_for_its_receiver_and_by_its_signer_only() -> None:
    assert manifest.read(WRITTEN, THERE, THERE, NOW) is ManifestRefusal.WRONG_SENDER
    assert manifest.read(WRITTEN, HERE, HERE, NOW) is ManifestRefusal.WRONG_RECEIVER


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (NOW + MAX_AGE, True),
        (NOW + MAX_AGE + timedelta(seconds=1), False),
        (NOW - MAX_AHEAD, True),
        (NOW - MAX_AHEAD - timedelta(seconds=1), False),
    ],
)
def test_it_is_neither_old_nor_of_the_future(now: Any, taken: bool) -> None:
    found = manifest.read(WRITTEN, HERE, THERE, now)
    assert (found == MADE) is taken
    assert taken or found is ManifestRefusal.WRONG_TIME


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        changed(extra=1),
        changed(sequence=0),
        changed(time="2026-11-23T03:00:00"),
        changed(messages=1),
        changed(files=[*json.loads(WRITTEN)["files"], json.loads(WRITTEN)["files"][0]]),
        WRITTEN.replace(b'"sequence": 1', b'"sequence": 1, "sequence": 2'),
        b"[" * 100_000,
    ],
)
def test_what_is_not_exactly_a_manifest_is_unreadable(content: bytes) -> None:
    assert manifest.read(content, HERE, THERE, NOW) is ManifestRefusal.UNREADABLE


def test_a_name_that_stands_twice_is_seen_at_any_depth() -> None:
    assert repeats_a_name(b'{"a": {"b": 1, "b": 2}}')
    assert repeats_a_name(b"not json")
    assert not repeats_a_name(b'{"a": {"b": 1}, "b": 2}')
