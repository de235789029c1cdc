"""A file is what its first bytes say, whatever its name and the browser claim."""

from __future__ import annotations

import pytest

from gateway.web.draft.filetypes import file_type, tidy_name

MAIL = b"Received: by x\r\nFrom: a@b.example\r\n\r\nHello"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"junk\n%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"PK\x03\x04....word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (MAIL, "message/rfc822"),
        (b"PK\x03\x04....evil.exe", None),
        (b"MZ\x90\x00", None),
        (b"<html><script>", None),
        (b"From: only one field\r\n\r\n", None),
        (MAIL + b"\x00", None),
        (b"", None),
        (b"\x00" * 1100 + b"%PDF-", None),
    ],
)
def test_only_listed_kinds_are_taken(head: bytes, kind: str | None) -> None:
    assert file_type(head) == kind


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("form.pdf", "form.pdf"),
        ("C:\\x\\form.pdf", "form.pdf"),
        ("../form.pdf", "form.pdf"),
        ("a\x00\u202eb.pdf", "ab.pdf"),
        ("...", "document"),
        ("x" * 200 + ".pdf", "x" * 140 + ".pdf"),
        ("x" * 200, "x" * 150),
    ],
)
def test_a_name_without_folders_and_tricks(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy
