"""The confined child that reads documents: what it must be able to read without opening a file."""

from __future__ import annotations

import pytest

from gateway.adapters.children.document_pool import DocumentPool
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Part

_FORM = "Full name of child: Zoë Example\nDate of birth: 03/02/2019\n"


def _part(content: bytes, content_type: str, charset: str | None, filename: str | None) -> Part:
    name = ConfidentialText(filename) if filename is not None else None
    disposition = "attachment" if filename is not None else None
    return Part((1,), content_type, charset, disposition, name, ConfidentialBytes(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream"])
async def test_an_attached_text_file_is_read_in_whatever_encoding_editors_write(
    encoding: str, content_type: str
) -> None:
    async with DocumentPool() as documents:
        found = await documents.read(_part(_FORM.encode(encoding), content_type, None, "Form A.txt"))
    assert found.texts == (_FORM,)


@pytest.mark.parametrize("charset", ["utf-8-sig", "windows-1252", "iso-8859-15", "no-such-charset"])
async def test_an_html_body_is_read_in_its_declared_charset_and_by_fall_back_if_that_is_unknown(charset: str) -> None:
    encoding = "utf-8" if charset == "no-such-charset" else charset
    async with DocumentPool() as documents:
        found = await documents.read(_part("<p>Zoë Example</p>".encode(encoding), "text/html", charset, None))
    assert found.texts == ("Zoë Example",)
