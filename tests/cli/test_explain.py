"""``gateway explain --json`` is what the contracts page says, and never holds what was removed."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.cli.explain import add_arguments, run
from gateway.roles.explain.dry_run import Circumstances, DryRun
from tests.screening.score import HERE, mail_of, rows, significant
from tests.stages.screen.make_hiding import ROUTINE, samples

ROOT = Path(__file__).parents[2]
KNOWN = HERE / "development_known.json"
SHAPE = {
    "": {"file", "mailbox", "kind", "assurance", "content", "screened", "notifications", "route", "plan"},
    "assurance": {"grade", "reasons", "results"},
    "content": {"encrypted", "opened", "signature", "signer", "wrapper"},
    "screened": {"outcome", "subject", "text", "topic", "removed", "reasons"},
    "route": {"outcome", "grade", "panel", "informed", "authority", "path", "reasons", "alternatives", "candidates"},
    "plan": {"state", "held_reason", "near_miss", "moves", "dispatches"},
}
LISTED = {
    ("assurance", "reasons"): {"code", "text"},
    ("assurance", "results"): {"method", "result", "properties"},
    ("screened", "removed"): {"kind", "where", "count"},
    ("screened", "reasons"): {"code", "text"},
    ("route", "reasons"): {"code", "text"},
    ("plan", "dispatches"): {"kind", "to", "encrypted_to"},
}
STATES = {"known", "not_known", "not_asked", "not_applicable", "to_follow"}
SECRETS = ("zebedee", "quillfeather", "9991234560", "rehtaefllijq", "headercanary", "filecanary")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dry_run() -> AsyncIterator[DryRun]:
    async with DryRun.open(config=None, zone_file=None, known=KNOWN, assume_confirmed=True) as opened:
        yield opened


def raw_of(row: dict[str, Any]) -> bytes:
    """Return one row of the set as a message with its text in base64: the words are nowhere in the clear."""
    body = mail_of(row).parts[0].content.reveal().decode().replace("\n", "\r\n")
    head = f'From: "{row["from_name"]}" <sender@outside.example>\r\nSubject: {row["subject"]}\r\n'
    return (head + f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n").encode()


def check_shape(line: dict[str, Any]) -> None:
    for name, keys in SHAPE.items():
        assert set(line[name] if name else line) == keys
    for (outer, inner), keys in LISTED.items():
        for entry in line[outer][inner]:
            assert set(entry) == keys, (outer, inner)
    for notification in line["notifications"]:
        assert set(notification) == {"fields", "missing"}
        for answer in notification["fields"].values():
            assert set(answer) == {"value", "state", "typed", "extent", "place"}
            assert answer["extent"] in {"whole", "part", "repaired", None}
            assert answer["state"] in STATES


def test_one_line_a_message_and_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    files = [str(ROOT / "docs/samples" / name) for name in ("question.eml", "notification.eml")]
    assert run(parser.parse_args(["--json", "--authenticated", "--assume-confirmed", *files])) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == files
    for line in lines:
        check_shape(line)
    assert [line["kind"] for line in lines] == ["general_query", "notification"]
    assert lines[1]["notifications"]
    assert lines[1]["plan"]["dispatches"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("mailbox", ["general", "secure"])
async def test_what_hides_in_a_message_is_nowhere_in_its_line(dry_run: DryRun, mailbox: str) -> None:
    for name, raw in samples().items():
        line = await dry_run.explain(f"{name}.eml", raw.encode(), Circumstances(mailbox=mailbox))
        check_shape(line)
        assert line["mailbox"] == mailbox
        dense = significant(json.dumps(line, ensure_ascii=False))
        assert not [secret for secret in SECRETS if secret in dense], name


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_confidential_of_the_development_set_is_in_a_line(dry_run: DryRun) -> None:
    """Spans of two words or more: a single word ("Tuesday") may stand in the gateway's own sentences."""
    looked_at = 0
    for row in rows(HERE / "development.jsonl"):
        if not row["confidential"]:
            continue
        line = await dry_run.explain("x.eml", raw_of(row), Circumstances(mailbox="general"))
        line["notifications"], line["route"] = [], {}  # by the contract these say what was found in a notification
        dense = significant(json.dumps(line, ensure_ascii=False))
        spans = [span["text"] for span in row["spans"] if len(re.findall(r"\w+", span["text"])) > 1]
        assert not [span for span in spans if significant(span) in dense], row["id"]
        looked_at += len(spans)
    assert looked_at > 50


@pytest.mark.asyncio(loop_scope="module")
async def test_subject_and_text_are_what_the_general_inbox_gets_even_of_what_could_not_be_read(
    dry_run: DryRun,
) -> None:
    passed = await dry_run.explain("x", samples()["alt_text"].encode(), Circumstances(mailbox="general"))
    assert (passed["screened"]["outcome"], passed["screened"]["subject"]) == ("pass", "Agenda")
    assert ROUTINE in passed["screened"]["text"]
    unread = await dry_run.explain("x", b"A: headercanary\r\n" * 900 + b"\r\nx", Circumstances(mailbox="general"))
    check_shape(unread)
    assert (unread["kind"], unread["screened"]["outcome"]) == ("unreadable", "card")
    assert unread["screened"]["subject"].startswith("Held for checking: message ")
    assert "Topic:        not known" in unread["screened"]["text"]
    assert "Attachments:  not known" in unread["screened"]["text"]
    assert [reason["code"] for reason in unread["screened"]["reasons"]] == ["unparsed"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("author", "authenticated", "shown"),
    [
        ("pat.ashdown@fenwater.example", True, "A partner organisation (verified)"),
        ("pat.ashdown@fenwater.example", False, "Member of the public"),
        ("pat.ashdown@fenwater.example.outside.example", True, "Member of the public"),
        ("pat.ashdown@evil-fenwater.example", True, "Member of the public"),
        ("pat.ashdown@outside.example", True, "Member of the public"),
    ],
)
async def test_a_senders_name_is_shown_only_for_a_proved_domain_of_the_panels_list(
    tmp_path: Path, author: str, authenticated: bool, shown: str
) -> None:
    known = tmp_path / "known.toml"
    known.write_text('domains = ["fenwater.example"]\n', encoding="utf-8")
    raw = f"From: Pat Ashdown <{author}>\r\nSubject: Agenda\r\n\r\n{ROUTINE}\r\n\r\nKind regards\r\nPat Ashdown\r\n"
    circumstances = Circumstances(mailbox="general", authenticated=authenticated)
    async with DryRun.open(config=None, zone_file=None, known=known, assume_confirmed=True) as dry_run:
        line = await dry_run.explain("x", raw.encode(), circumstances)
    assert line["screened"]["outcome"] == "pass"
    assert f"From:       {shown}\n" in line["screened"]["text"]
    assert ("Ashdown" in line["screened"]["text"]) is shown.startswith("A partner")
