"""Raw mail as it comes from the internet, damaged in every way: nothing is raised, nothing is lost.

Made here from the committed samples, since the mail this was first shown on may not be committed: ``bench/raw_mail.py``
reads any folder of raw mail by the same steps.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import raw_mail
from gateway.model.content.message import Mail, Unparsed
from gateway.model.content.screening import AllowList
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(
    (*ROOT.glob("tests/stages/screen/hiding/*.eml"), *ROOT.glob("tests/data/dsn/*"), *ROOT.glob("docs/samples/*.eml"))
)
BOUNDARY, HEADER_END = b"--b1", b"\r\n\r\n"


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _without_a_line(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _a_line_twice(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    place = chance.randrange(len(lines))
    return b"\n".join([*lines[:place], lines[place], *lines[place:]])


def _octets_put_in(raw: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(raw))
    return raw[:place] + chance.randbytes(chance.randrange(1, 12)) + raw[place:]


def _octets_changed(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(5):
        changed[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(changed)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _without_a_line,
    _a_line_twice,
    _octets_put_in,
    _octets_changed,
    lambda raw, _: raw.replace(b"\r\n", b"\n"),
    lambda raw, _: raw.replace(b"\r\n", b"\r"),
    lambda raw, _: b"From mbox@x.example Mon Mar  3 09:00:00 2025\r\n" + raw,
    lambda raw, _: raw.replace(HEADER_END, b"\r\nno colon in this line\r\n\r\n", 1),
    lambda raw, _: raw.replace(b"charset=utf-8", b"charset=\xe9\xff"),
    lambda raw, _: raw.replace(BOUNDARY + b"--", b""),
    lambda raw, _: raw.replace(b"Subject: ", b"Subject: =?utf-8?b?////?= =?x?q?=zz?= \xe9", 1),
    lambda raw, _: raw.replace(b"8bit", b"base64"),
    lambda raw, _: raw.replace(b"8bit", b"quoted-printable") + b"=zz =\xff=",
    lambda raw, _: raw.replace(b"Content-Type", b"content-TYPE ; x=(((", 1),
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_damaged_mail_is_read_or_refused_with_a_code_and_never_fails_the_screen(
    path: Path, tables: ScreenTables, known: AllowList
) -> None:
    chance = random.Random(path.name)
    for damage in DAMAGES:
        for _ in range(3):
            parsed = parse(damage(path.read_bytes(), chance), MimeLimits())
            if isinstance(parsed, Unparsed):
                assert parsed.code != "parser_failed"
                continue
            screened = screen(parsed, context(known), tables)
            assert "screening_failed" not in {reason.code for reason in screened.reasons}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_octets_are_read_or_refused(head: bytes, body: bytes) -> None:
    assert isinstance(
        parse(b"Content-Type: multipart/mixed; boundary=b1\r\n" + head + body, MimeLimits()), Mail | Unparsed
    )
    assert isinstance(parse(head + HEADER_END + body, MimeLimits()), Mail | Unparsed)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text("abc é<>:", min_size=1, max_size=60), min_size=1, max_size=6))
def test_every_part_that_was_put_in_comes_out(texts: list[str]) -> None:
    parts = b"".join(
        b"--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode() + b"\r\n" for text in texts
    )
    raw = b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n" + parts + b"--b1--\r\n"
    parsed = parse(raw, MimeLimits())
    assert isinstance(parsed, Mail)
    assert [part.content.reveal().decode() for part in parsed.parts] == texts


async def test_the_reader_of_a_folder_counts_what_it_read_and_what_raised(
    tmp_path: Path, tables: ScreenTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.eml").write_bytes((ROOT / "docs/samples/question.eml").read_bytes())
    (tmp_path / "b.txt").write_bytes(b"A: b\r\n" * 900 + b"\r\nx")
    (tmp_path / "c.json").write_bytes(b"{}")
    counts = await raw_mail.read_all(tmp_path, tables)
    assert (counts.messages, counts.raised.total(), counts.lost, counts.failed) == (2, 0, 0, 0)
    assert counts.unparsed == {"too_many_headers": 1}

    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(raw_mail, "screen", fail)
    counts = await raw_mail.read_all(tmp_path, tables)
    assert (counts.raised, counts.lost) == ({"KeyError": 1}, 0)
