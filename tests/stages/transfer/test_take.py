"""A signed message is a transfer only if every file of it is listed, whole and once."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Part
from gateway.stages.transfer import manifest, record
from gateway.stages.transfer.compose import compose
from gateway.stages.transfer.take import Taken, TakeRefusal, complete, take
from tests.stages.transfer.samples import HERE, LAYOUT, NAMES, NOW, THERE, original, parts_of, transfer

SMALL, BIG = original("scan.pdf", 1000), original("film.mp4", 200_000)


def parts(*files: object, room: int = 10_000_000) -> list[list[Part]]:
    made = compose(transfer(*files), LAYOUT, NAMES, room)  # type: ignore[arg-type]
    return [parts_of(message.entity.reveal()) for message in made.messages]


def taken(message: list[Part]) -> Taken | TakeRefusal:
    return take(message, HERE, THERE, NOW)


def named(message: list[Part], name: str) -> int:
    return next(at for at, part in enumerate(message) if part.filename is not None and part.filename.reveal() == name)


def test_a_transfer_is_taken_with_its_case_and_files() -> None:
    [message] = parts(SMALL)
    found = taken(message)
    assert isinstance(found, Taken)
    assert found.case is not None
    assert found.number == 1
    assert found.key == (HERE, str(found.manifest.transfer))
    assert SMALL.content in [file.content for file in found.files]


def test_without_a_manifest_it_is_an_ordinary_message_and_with_two_it_is_refused() -> None:
    [message] = parts(SMALL)
    at = named(message, manifest.NAME)
    assert taken(message[:at] + message[at + 1 :]) is TakeRefusal.NO_MANIFEST
    assert taken([*message, message[at]]) is TakeRefusal.TWO_MANIFESTS


@pytest.mark.parametrize("content", [b"", b"x" * 1000, SMALL.content.reveal() + b"x"])
def test_a_file_that_is_not_what_was_listed_is_refused(content: bytes) -> None:
    [message] = parts(SMALL)
    at = named(message, "scan.pdf")
    message[at] = replace(message[at], content=ConfidentialBytes(content))
    assert taken(message) is TakeRefusal.CHANGED_FILE


def test_a_file_that_was_not_listed_or_stands_twice_is_refused() -> None:
    [message] = parts(SMALL)
    at = named(message, "scan.pdf")
    other = replace(message[at], filename=ConfidentialText("other.pdf"))
    assert taken([*message, other]) is TakeRefusal.UNLISTED_FILE
    assert taken([*message, message[at]]) is TakeRefusal.CHANGED_FILE


def test_several_messages_are_whole_once_every_one_is_here() -> None:
    found = [taken(message) for message in parts(BIG, SMALL, room=100_000)]
    messages = [one for one in found if isinstance(one, Taken)]
    assert len(messages) == len(found) > 2
    assert [one.number for one in messages] == list(range(1, len(messages) + 1))
    assert [one.case is not None for one in messages] == [True] + [False] * (len(messages) - 1)
    assert complete(messages[:-1]) is None
    files = complete(list(reversed(messages)))
    assert files is not None
    assert {BIG.content, SMALL.content} <= {file.content for file in files}
    assert complete([]) is None


def test_messages_of_two_transfers_are_no_whole() -> None:
    [one], [other] = parts(SMALL), parts(original("other.pdf", 10))
    first, second = taken(one), taken(other)
    assert isinstance(first, Taken)
    assert isinstance(second, Taken)
    assert complete([first, second]) is None


def test_a_record_that_does_not_read_is_refused() -> None:
    [message] = parts(SMALL)
    at, listing = named(message, record.NAME), named(message, manifest.NAME)
    before = message[at].content.reveal()
    after = before.replace(b"urn:cdop-gateway:notification:", b"urn:cdop-gateway:elsewhere:nn:")
    message[at] = replace(message[at], content=ConfidentialBytes(after))
    text = message[listing].content.reveal()
    text = text.replace(hashlib.sha256(before).hexdigest().encode(), hashlib.sha256(after).hexdigest().encode())
    message[listing] = replace(message[listing], content=ConfidentialBytes(text))
    assert taken(message) is TakeRefusal.RECORD_UNREADABLE
