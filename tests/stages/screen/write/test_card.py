"""What is rebuilt and what a card may say: nothing of a message but what the rules name, and counts of the rest."""

from __future__ import annotations

import base64
import quopri
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from email.header import Header

import pytest

from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList, ScreenContext, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.write import card, mask
from tests.screening.score import HERE, context, mail_of, rows
from tests.stages.screen.make_hiding import HEAD, ROUTINE, html, one, part, samples, several

STAGE = sys.modules["gateway.stages.screen.screen"]
CONFIDENTIAL = [row for row in rows(HERE / "development.jsonl") if row["confidential"]]


def screened(raw: str | bytes, asked: ScreenContext, tables: ScreenTables) -> Screened:
    mail = parse(raw.encode() if isinstance(raw, str) else raw, MimeLimits())
    assert isinstance(mail, Mail)
    return screen(mail, asked, tables)


def plain(body: str, subject: str = "Agenda") -> Mail:
    return mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body})


def test_what_is_not_the_text_is_counted_and_named_in_one_line(tables: ScreenTables, known: AllowList) -> None:
    raw = several(
        part(ROUTINE),
        part("x", "application/pdf", "Content-Disposition: attachment\r\n"),
        part("x", "application/ms-tnef; name=winmail.dat"),
        part("x", "image/png"),
        part("BEGIN:VCALENDAR", "text/calendar"),
        part("BEGIN:VCARD", "text/vcard"),
        part("Subject: in\r\n\r\nx", "message/rfc822"),
        part("x", "application/pgp-signature"),
    )
    result = screened(raw, context(known), tables)
    assert result.outcome is ScreenOutcome.PASS
    counted = {(item.kind, item.where): item.count for item in result.removed}
    assert counted == {
        ("attachment", "part"): 2,
        ("image", "part"): 1,
        ("calendar", "part"): 1,
        ("contact_card", "part"): 1,
        ("attached_message", "part"): 1,
        ("signature_file", "part"): 1,
    }
    [line] = [line for line in result.text.reveal().splitlines() if line.startswith("Not carried over:")]
    for words in ("attachment (2)", "image (1)", "calendar invitation (1)", "contact card (1)", "attached message (1)"):
        assert words in line
    assert "winmail" not in result.text.reveal()


def test_a_rebuilt_message_is_our_frame_and_the_fresh_text_and_nothing_else(
    tables: ScreenTables, known: AllowList
) -> None:
    body = (
        f"{ROUTINE}\r\n\r\nKind regards\r\nPat Ashdown\r\n\r\nOn 3 March 2025 at 10:14, CDOP wrote:\r\n> Come at ten."
    )
    headers = "X-Canary: headercanary\r\nMessage-ID: <canary@outside.example>\r\nReply-To: canary@outside.example\r\n"
    result = screened(one(body, extra=headers), context(known), tables)
    assert result.outcome is ScreenOutcome.PASS
    assert result.subject.reveal() == "Agenda"
    assert result.text.reveal() == (
        "From:       Member of the public\nReceived:   2025-03-04 09:30 UTC\nReference:  K7MPQ2XRTW\n"
        "Not carried over: lines of an earlier message (2), lines of the sender's signature (1)\n\n"
        f"{ROUTINE}\n\nKind regards\n"
    )


def test_html_alone_gives_its_visible_text(tables: ScreenTables, known: AllowList) -> None:
    result = screened(html("<p>Thank you.</p>"), context(known), tables)
    assert result.outcome is ScreenOutcome.PASS
    assert f"{ROUTINE}\n" in result.text.reveal()
    assert "<" not in result.text.reveal()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("unknown_charset", "unknown_charset"),
        ("utf7", "unknown_charset"),
        ("hidden_style", "hidden_text"),
        ("white_text", "hidden_text"),
        ("tiny_text", "hidden_text"),
        ("plain_differs", "plain_differs_from_html"),
        ("bidi", "bidi"),
        ("script", "html_active"),
        ("uuencode", "enclosed_data"),
        ("two_texts", "several_texts"),
        ("two_from", "two_from"),
        ("two_boundaries", "two_boundaries"),
        ("two_file_names", "two_filenames"),
        ("parsers_disagree", "parsers_disagree"),
        ("preamble", "preamble"),
        ("epilogue", "epilogue"),
    ],
)
def test_each_doubt_about_the_form_is_a_card_for_that_very_reason(
    name: str, code: str, tables: ScreenTables, known: AllowList
) -> None:
    result = screened(samples()[name], context(known), tables)
    assert result.outcome is ScreenOutcome.CARD
    assert code in {reason.code for reason in result.reasons}
    harmless = one(ROUTINE)
    assert screened(harmless, context(known), tables).outcome is ScreenOutcome.PASS


def test_a_card_is_the_fixed_text_filled_with_six_facts(tables: ScreenTables, known: AllowList) -> None:
    asked = context(known, console_url="https://console.cdop.example/x")
    raw = several(part("Zebedee Quillfeather, 999 123 4560"), part("x", "application/pdf; name=Zebedee.pdf"))
    result = screened(raw, asked, tables)
    texts = tables.texts
    assert result.outcome is ScreenOutcome.CARD
    assert result.subject.reveal() == texts.card_subject.format(reference="K7MPQ2XRTW")
    filled = texts.card.format(
        reference="K7MPQ2XRTW",
        received="2025-03-04 09:30 UTC",
        sender=texts.senders["public"],
        attachments="1",
        topic=texts.topics["meeting"],
        link="https://console.cdop.example/x",
    )
    assert result.text.reveal() == filled.strip() + "\n"


def test_the_card_asks_for_no_other_fact_and_has_a_reply_ready(tables: ScreenTables) -> None:
    fields = set(re.findall(r"\{(\w*)\}", tables.texts.card + tables.texts.card_subject))
    assert fields == {"reference", "received", "sender", "attachments", "topic", "link"}
    assert "Thank you for your message." in tables.texts.card


def test_two_different_messages_have_the_same_card(tables: ScreenTables, known: AllowList) -> None:
    one_card = screen(plain("Zebedee Quillfeather is in bed 4 of the ward."), context(known), tables)
    other = screen(plain("My neighbour Ottoline Marsh, 999 123 4560, has moved."), context(known), tables)
    assert one_card.outcome is other.outcome is ScreenOutcome.CARD
    assert (one_card.subject, one_card.text) == (other.subject, other.text)


def test_a_token_says_the_kind_and_a_number_and_nothing_of_the_detail(tables: ScreenTables, known: AllowList) -> None:
    shown = set()
    for number in ("07700 900123", "+44 1632 960 111"):
        for name in ("Ashdown", "Bartholomew"):
            body = f"Please could you ring {name} on {number} about the training booking? {name} is in on Monday."
            mail = mail_of({"from_name": name, "subject": f"Training booking for {name}", "body": body})
            result = screen(mail, context(known), tables)
            assert result.outcome is ScreenOutcome.MASKED
            shown.add(result.subject.reveal() + result.text.reveal())
    [text] = shown
    assert "Training booking for [NAME 1]" in text
    assert "ring [NAME 1] on [PHONE 1] about the training booking? [NAME 1] is in" in text


def coded(row: dict[str, str], kind: str, encoding: str, content: bytes) -> bytes:
    head = HEAD.format(subject=Header(row["subject"], "utf-8").encode())
    return f"{head}Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content + b"\r\n"


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def markup(row: dict[str, str]) -> str:
    lines = row["body"].replace("&", "&amp;").replace("<", "&lt;").split("\n")
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>"


def wrapped(row: dict[str, str], *parts: str, kind: str = "mixed") -> bytes:
    head = HEAD.format(subject=Header(row["subject"], "utf-8").encode())
    return several(*parts, kind=kind).replace(HEAD.format(subject="Agenda"), head).encode()


def inside(inner: str, kind: str = "mixed") -> str:
    return f"Content-Type: multipart/{kind}; boundary=c2\r\n\r\n--c2\r\n{inner}\r\n--c2--"


Wrap = Callable[[dict[str, str]], bytes]
WRAPPINGS: dict[str, Wrap] = {
    "base64": lambda row: coded(
        row, "text/plain; charset=utf-8", "base64", base64.encodebytes(row["body"].encode()).replace(b"\n", b"\r\n")
    ),
    "quoted-printable": lambda row: coded(
        row, "text/plain; charset=utf-8", "quoted-printable", quopri.encodestring(row["body"].encode())
    ),
    "windows-1252": lambda row: coded(
        row, "text/plain; charset=windows-1252", "8bit", crlf(row["body"]).encode("cp1252", "ignore")
    ),
    "html": lambda row: coded(row, "text/html; charset=utf-8", "8bit", markup(row).encode()),
    "alternative": lambda row: wrapped(
        row, part(crlf(row["body"])), part(markup(row), "text/html; charset=utf-8"), kind="alternative"
    ),
    "related": lambda row: wrapped(
        row, part(markup(row), "text/html; charset=utf-8"), part("x", "image/png"), kind="related"
    ),
    "mixed with a file": lambda row: wrapped(row, part(crlf(row["body"])), part("x", "application/pdf")),
    "multipart in multipart": lambda row: wrapped(row, inside(part(crlf(row["body"])))),
    "signed": lambda row: wrapped(row, part(crlf(row["body"])), part("x", "application/pgp-signature"), kind="signed"),
    "attached message": lambda row: wrapped(row, part(f"Subject: x\r\n\r\n{crlf(row['body'])}", "message/rfc822")),
    "second text beside a routine one": lambda row: wrapped(row, part(ROUTINE), part(crlf(row["body"]))),
    "html beside a routine text": lambda row: wrapped(
        row, part(ROUTINE), part(markup(row), "text/html; charset=utf-8"), kind="alternative"
    ),
}


@pytest.mark.parametrize("wrapping", list(WRAPPINGS))
def test_a_wrapping_never_turns_a_card_into_a_pass(wrapping: str, tables: ScreenTables, known: AllowList) -> None:
    for row in CONFIDENTIAL:
        result = screened(WRAPPINGS[wrapping](row), context(known), tables)
        assert result.outcome is ScreenOutcome.CARD, row["id"]


HARMLESS = (
    "base64",
    "quoted-printable",
    "windows-1252",
    "html",
    "alternative",
    "related",
    "mixed with a file",
    "signed",
)


@pytest.mark.parametrize("wrapping", HARMLESS)
def test_a_routine_query_passes_in_the_same_wrappings(wrapping: str, tables: ScreenTables, known: AllowList) -> None:
    """Else the test above would prove nothing."""
    result = screened(WRAPPINGS[wrapping]({"subject": "Agenda", "body": ROUTINE}), context(known), tables)
    assert result.outcome is ScreenOutcome.PASS
    assert ROUTINE in result.text.reveal()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        *((STAGE, name) for name in ("sender_words", "allowed_of", "own_details", "closing_name", "_doubts")),
        *((STAGE, name) for name in ("_is_prose", "_file_is_named", "_released", "_examined")),
        (STAGE.classify, "stretches"),
        (STAGE.classify, "headed"),
        (STAGE.classify, "least_routine"),
        (mask, "apply"),
        (mask.Masks, "token"),
        (card, "sender_class"),
        (card, "rebuilt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_further_step_that_fails_means_card(
    module: object, name: str, monkeypatch: pytest.MonkeyPatch, tables: ScreenTables, known: AllowList
) -> None:
    raw = several(
        part("Please could you ring me on 07700 900123 about the training booking?"),
        part("x", "application/pdf; name=agenda.pdf"),
    )
    assert screened(raw, context(known), tables).outcome is ScreenOutcome.MASKED

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Zebedee")

    monkeypatch.setattr(module, name, fail)
    result = screened(raw, context(known), tables)
    assert result.outcome is ScreenOutcome.CARD
    assert "training booking" not in result.text.reveal()
    assert [reason.code for reason in result.reasons] == ["screening_failed"]


def test_a_table_that_is_broken_means_card(tables: ScreenTables, known: AllowList) -> None:
    broken = replace(tables, words=None)  # type: ignore[arg-type] # what a wrong file could give
    assert screen(plain(ROUTINE), context(known), broken).outcome is ScreenOutcome.CARD
