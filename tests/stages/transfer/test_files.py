"""Files of a transfer: names that any system writes, pieces that join again, nothing lost between messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.content.confidential import ConfidentialBytes
from gateway.stages.transfer.files import (
    MAX_NAME_LENGTH,
    RESERVED,
    attachment,
    cut,
    distinct,
    join,
    pack,
    room,
    safe_name,
)
from tests.stages.transfer.samples import original


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("form.pdf", "form.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\form.pdf", "form.pdf"),
        ('a:b*c?"<>|.pdf', "a_b_c_____.pdf"),
        ("a\r\nb\x00\u202e.pdf", "a__b__.pdf"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("", "file"),
        ("Manifest.JSON", "original-Manifest.JSON"),
    ],
)
def test_a_name_that_any_system_can_write(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_takes_a_reserved_one(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= MAX_NAME_LENGTH + len("original-")
    assert not set(safe) & set('/\\:*?"<>|\r\n\x00')
    assert safe.lower() not in RESERVED


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/html; x=1", "application/octet-stream"),
        ("x\r\nBcc: a", "application/octet-stream"),
    ],
)
def test_a_type_is_one_or_octets(declared: str, kind: str) -> None:
    assert attachment("x", declared, ConfidentialBytes(b"")).content_type == kind


def test_two_files_of_one_name_get_names_of_their_own() -> None:
    files = distinct([original(name, 1) for name in ("a.pdf", "A.pdf", "a.pdf", "b", "b")])
    assert [file.name.reveal() for file in files] == ["a.pdf", "A-2.pdf", "a-3.pdf", "b", "b-2"]


@pytest.mark.parametrize("size", [0, 1, 30_000, 200_000])
def test_pieces_fit_and_join_again(size: int) -> None:
    file = original("scan.pdf", size)
    pieces = cut(file, 40_000)
    assert all(piece.encoded_bytes <= 40_000 for piece in pieces)
    [joined] = join(pieces)
    assert (joined.name, joined.content) == (file.name, file.content)


def test_without_room_for_a_line_nothing_is_cut() -> None:
    with pytest.raises(ValueError, match="no room"):
        cut(original("x", 5000), 800)
    assert room(0) == 0
    assert room(1_000_000) < 1_000_000 * 3 / 4


def test_every_file_is_in_one_message_in_its_order() -> None:
    files = [original(f"{number}.pdf", 10_000) for number in range(5)]
    each = files[0].encoded_bytes
    packed = pack(each, 2 * each, files)
    assert [len(message) for message in packed] == [1, 2, 2]
    assert [file for message in packed for file in message] == files
    assert pack(0, each, [])[0] == ()
