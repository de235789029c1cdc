"""Uploads: kept or refused each on its own, sealed on disk, streamed into the post, scanned or said not to be."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gateway.adapters.scanners import Clamd
from gateway.web import FormLimits
from gateway.web.draft.filetypes import file_type, tidy_name
from tests.web.draft.test_journey import begin, send
from tests.web.site import Running, Visitor, running

PDF = b"%PDF-1.7\n" + b"canary-in-a-file " * 20_000  # over five sealed chunks


async def upload(visitor: Visitor, *files: tuple[str, bytes], token: str | None = None) -> str:
    """Post files as a browser does: the token first."""
    await visitor.get("/notify/files")
    own = {"Sec-Fetch-Site": "same-origin", "Origin": visitor.url}
    with aiohttp.MultipartWriter("form-data") as writer:
        part = writer.append(dict(visitor.hidden())["csrf"] if token is None else token)
        part.set_content_disposition("form-data", name="csrf")
        for name, content in files:
            part = writer.append(content, {"Content-Type": "application/octet-stream"})
            part.set_content_disposition("form-data", name="files", quote_fields=False, filename=name)
    async with visitor.session.post(visitor.url + "/notify/files", data=writer, headers=own) as response:
        visitor.html, visitor.status, visitor.path = await response.text(), response.status, response.url.path
    return visitor.html


async def test_a_file_arrives_whole_and_is_never_in_clear_on_disk(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    html = await upload(visitor, ("C:\\ward\\report.pdf", PDF), ("photo.png", b"\x89PNG\r\n\x1a\n picture"))
    assert "report.pdf" in html
    assert "ward" not in html
    for file in form.folder.rglob("*"):
        assert not file.is_file() or b"canary-in-a-file" not in file.read_bytes()
    await send(visitor)
    ((_, post),) = form.deposit.posts
    assert [(file.name.reveal(), file.content_type, file.checked) for file in post.files] == [
        ("report.pdf", "application/pdf", ""),
        ("photo.png", "image/png", ""),
    ]
    assert post.files[0].content.reveal() == PDF


async def test_a_wrong_file_is_refused_and_the_good_one_beside_it_is_kept(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    html = await upload(visitor, ("run.pdf", b"MZ\x90\x00 not a pdf"), ("good.pdf", PDF), ("empty.pdf", b""))
    assert visitor.status == 422
    assert "There is a problem" in html
    assert "run.pdf: send a PDF" in html
    assert "empty.pdf: send a PDF" in html
    assert 'summary-list__key">good.pdf<' in html
    assert 'summary-list__key">run.pdf<' not in html
    assert len(list((form.folder / "form" / "files").iterdir())) == 1


async def test_size_limits_hold_for_each_file_and_for_all(tmp_path: Path) -> None:
    limits = FormLimits(max_file_bytes=2_000, max_files_bytes=3_000, max_files=3)
    async with running(tmp_path, limits) as form, Visitor(form.url) as visitor:
        await begin(visitor)
        small = b"%PDF-" + b"x" * 1_400
        await upload(visitor, ("big.pdf", b"%PDF-" + b"x" * 2_500))
        assert visitor.status == 422
        await upload(visitor, ("a.pdf", small), ("b.pdf", small))
        assert visitor.status == 200
        html = await upload(visitor, ("c.pdf", small))
        assert visitor.status == 422
        assert html.count("summary-list__key") == 2


async def test_an_upload_without_the_token_keeps_nothing(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await upload(visitor, ("report.pdf", PDF), token="x" * 43)
    assert visitor.status == 403
    assert not list((form.folder / "form" / "files").iterdir())


async def test_an_upload_whose_token_does_not_come_first_keeps_nothing(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    own = {"Sec-Fetch-Site": "same-origin", "Origin": visitor.url}
    with aiohttp.MultipartWriter("form-data") as writer:
        part = writer.append(PDF, {"Content-Type": "application/octet-stream"})
        part.set_content_disposition("form-data", name="files", quote_fields=False, filename="report.pdf")
    async with visitor.session.post(visitor.url + "/notify/files", data=writer, headers=own) as response:
        assert response.status == 403
    assert not list((form.folder / "form" / "files").iterdir())


async def test_a_removed_file_is_gone_from_disk_and_post(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await upload(visitor, ("report.pdf", PDF))
    await visitor.post("/notify/files/remove", {})
    assert "report.pdf" not in visitor.html
    assert not list((form.folder / "form" / "files").iterdir())


async def test_a_stalled_upload_ends_in_408_and_leaves_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, FormLimits(chunk_timeout_s=0.3)) as form, Visitor(form.url) as visitor:
        await begin(visitor)
        await visitor.get("/notify/files")
        token = dict(visitor.hidden())["csrf"]

        answered = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            yield (
                f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
                '--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-'
            ).encode()
            await answered.wait()

        own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data; boundary=x"}
        async with visitor.session.post(form.url + "/notify/files", data=stalled(), headers=own) as response:
            answered.set()
            assert response.status == 408
        assert not list((form.folder / "form" / "files").iterdir())


@asynccontextmanager
async def clamd(reply: bytes) -> AsyncIterator[tuple[Clamd, list[bytes]]]:
    """Serve INSTREAM like clamd, with one answer."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        seen.append(content)
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Clamd("127.0.0.1", port, timeout_s=3), seen
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("reply", "checked"),
    [
        (b"stream: OK\0", "clean"),
        (b"stream: Eicar-Test-Signature FOUND\0", "malware"),
        (b"INSTREAM size limit exceeded. ERROR\0", "failed"),
        (b"stream: OK", "failed"),
        (b"", "failed"),
    ],
)
async def test_the_scanners_word_travels_with_the_file_and_no_word_is_never_clean(
    tmp_path: Path, reply: bytes, checked: str
) -> None:
    async with (
        clamd(reply) as (scanner, seen),
        running(tmp_path, scanner=scanner) as form,
        Visitor(form.url) as visitor,
    ):
        await begin(visitor)
        await upload(visitor, ("report.pdf", PDF))
        await send(visitor)
        assert seen == [PDF]
        ((_, post),) = form.deposit.posts
        assert post.files[0].checked == checked


async def test_an_unreachable_scanner_is_failed_not_clean(tmp_path: Path) -> None:
    scanner = Clamd(str(tmp_path / "no-such-socket"), timeout_s=1)
    async with running(tmp_path, scanner=scanner) as form, Visitor(form.url) as visitor:
        await begin(visitor)
        await upload(visitor, ("report.pdf", PDF))
        await send(visitor)
        assert form.deposit.posts[0][1].files[0].checked == "failed"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", _DOCX := "application/vnd.openxmlformats-officedocument."
         "wordprocessingml.document"),
        (b"PK\x03\x04 other.exe", None),
        (b"From: a@b.example\r\nSubject: x\r\n\r\nbody", "message/rfc822"),
        (b"Dear sir,\r\nFrom: a\r\n", None),
        (b"<html><script>", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)  # fmt: skip
def test_type_is_by_content(head: bytes, expected: str | None) -> None:
    assert file_type(head) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("\x00\r\n", "document"),
        ("a" * 300 + ".pdf", "a" * 140 + ".pdf"),
    ],
)
def test_names_lose_folders_and_control_characters(name: str, expected: str) -> None:
    assert tidy_name(name) == expected


async def test_continue_attaches_what_was_chosen_first(form: Running, visitor: Visitor) -> None:
    await begin(visitor)
    await visitor.get("/notify/files")
    body = aiohttp.FormData()
    for name, value in visitor.hidden()[:1]:
        body.add_field(name, value)
    body.add_field("files", PDF, filename="report.pdf", content_type="application/pdf")
    body.add_field("then", "tasks")
    own = {"Sec-Fetch-Site": "same-origin", "Origin": form.url}
    async with visitor.session.post(form.url + "/notify/files", data=body, headers=own) as response:
        assert response.url.path == "/notify/tasks"
        assert "1 attached" in await response.text()
