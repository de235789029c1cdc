"""Attached documents give their text and tables, or a code that makes a person look."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfWriter
from weasyprint import HTML

from gateway.stages.documents import read
from gateway.stages.documents.document_limits import MAX_BYTES
from gateway.stages.extract import from_mail


def form_a() -> bytes:
    """Return a Form A as a Word document: a table and a content control."""
    document = docx.Document()
    document.add_paragraph("Notified by: Dr A Example")
    table = document.add_table(rows=0, cols=4)
    for cells in (("Surname", "Testcase", "Forename", "Jo"), ("DOB", "1/2/2024", "Date of death", "2/3/2026")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    line = "<w:p><w:r><w:t>Home postcode: HP20 1UA</w:t></w:r></w:p>"
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent>{line}</w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(html: str, password: str = "") -> bytes:
    """Return a page as a PDF."""
    content: bytes = HTML(string=html).write_pdf()
    if not password:
        return content
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_word_form_with_table_and_content_control_is_a_notification() -> None:
    found = read(form_a())
    assert found.code == ""
    (notification,) = from_mail(found.texts, found.tables)
    assert notification.text("family_name") == "Testcase"
    assert notification.text("date_of_death") == "2026-03-02"
    assert notification.text("home_postcode") == "HP20 1UA"
    assert notification.text("notifier_name") == "Dr A Example"


def test_nested_tables_are_tables_of_their_own_and_their_text_stands_once() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "outer"
    cell.add_table(rows=1, cols=2).rows[0].cells[1].text = "inner"
    out = io.BytesIO()
    document.save(out)
    found = read(out.getvalue())
    assert found.tables == ((("outer",),), (("", "inner"),))


def test_pdf_lines_are_a_notification() -> None:
    rows = ("Surname: Testcase", "Forename: Jo", "DOB: 1/2/2024", "Date of death: 2/3/2026")
    found = read(pdf("".join(f"<p>{row}</p>" for row in rows)))
    assert found.code == ""
    (notification,) = from_mail(found.texts, found.tables)
    assert notification.text("given_names") == "Jo"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 rubbish", "damaged"),
        (b"PK\x03\x04 rubbish", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", "unsupported"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unsupported"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, code: str) -> None:
    found = read(content)
    assert (found.code, found.texts) == (code, ())


def test_a_scan_and_a_locked_pdf_say_so() -> None:
    assert read(pdf("<svg width='10' height='10'><rect width='5' height='5'/></svg>")).code == "no_text"
    assert read(pdf("<p>Surname: Testcase</p>", password="x")).code == "encrypted"


def test_a_bomb_and_a_giant_are_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 80_000_000)
    assert read(out.getvalue()).code == "too_large"
    assert read(b"x" * (MAX_BYTES + 1)).code == "too_large"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Surname: Tést".encode(), "Surname: Tést"),
        ("Surname: Tést".encode("utf-8-sig"), "Surname: Tést"),
        ("Surname: Tést".encode("utf-16"), "Surname: Tést"),
        ("Surname: Tést’s".encode("cp1252"), "Surname: Tést’s"),
    ],
)
def test_text_in_usual_encodings(content: bytes, text: str) -> None:
    assert read(content).texts == (text,)


def test_repr_shows_nothing_of_the_document() -> None:
    assert "Testcase" not in repr(read(form_a()))
