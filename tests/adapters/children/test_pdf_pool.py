"""The form's PDF is made in a confined child: text in, PDF out, one at a time, and never too many waiting."""

from __future__ import annotations

import asyncio
import io

import pytest
from pypdf import PdfReader

from gateway.adapters.children.pdf_pool import PdfPool
from gateway.ports import Temporary

STYLE = '<style>body { font-family: "DejaVu Sans", sans-serif; font-size: 10pt }</style>'
NAME = "Zoë Łukasz-Ελένη"


def page(body: str, language: str = "en") -> str:
    return f"<html lang={language}><head><title>a</title>{STYLE}</head><body><h1>a</h1>{body}</body></html>"


def words(content: bytes) -> str:
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)


async def test_a_child_that_can_open_no_file_writes_the_names_that_are_typed() -> None:
    pool = PdfPool()
    try:
        assert NAME in words(await pool.make(page(f"<dl><dt><b>{NAME}</b></dt><dd>{NAME}</dd></dl>", "cy")))
        assert pool.pool.not_confined == ()
    finally:
        await pool.close()


async def test_a_page_over_its_time_is_not_made_and_the_next_one_is() -> None:
    pool = PdfPool(timeout_s=3.0)
    try:
        await pool.make(page("warm"))
        long = "".join(f"<tr><th>{number}<td>{'word ' * 2000}" for number in range(60))
        with pytest.raises(Temporary, match="pdf_not_made"):
            await pool.make(page(f"<table>{long}</table>"))
        pool.pool.timeout_s = 60.0
        assert "next" in words(await pool.make(page("next")))
    finally:
        await pool.close()


async def test_who_would_wait_behind_too_many_is_told_to_come_again() -> None:
    pool = PdfPool(max_waiting=1)
    try:
        made = await asyncio.gather(*(pool.make(page("a")) for _ in range(5)), return_exceptions=True)
    finally:
        await pool.close()
    assert [type(one) for one in made] == [bytes, bytes, Temporary, Temporary, Temporary]
