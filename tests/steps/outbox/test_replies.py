"""Staff of the general inbox answer by mail: only their own domain's proved words, and nothing confidential, leave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.plan import TO_GENERAL_INBOX
from gateway.model.case.rows import IntakeRow, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.message import Unparsed
from gateway.model.content.thread import Remembered, pack_remembered
from gateway.model.kinds import DispatchKind, HeldReason, IntakeKind, IntakeState, MailboxName, MoveKind
from gateway.ports import Temporary
from gateway.steps.intake.adopt import adopt
from gateway.steps.outbox.replies import take_reply
from tests.steps.office import FixedEvidence, Office, letter, parsed
from tests.steps.outbox.sending import queued

STAFF = "Tess Tester <tess@cdop.example>"
TOKEN = "t0ken9"


async def asked(place: Office, author: str = "parent@home.example", name: str = "Quillon") -> IntakeRow:
    """Add a question and what the general inbox got of it."""
    question = (await adopt(place.tools, place.spooled(place.arrival(MailboxName.GENERAL), letter("x")))).row
    kept = Remembered(ConfidentialText(author), (ConfidentialText(name),))
    blob = await place.blobs.seal(pack_remembered(kept), "reply", place.tools.clock.now())
    await place.insert(blob)
    kind, to = DispatchKind.GENERAL_COPY, TO_GENERAL_INBOX
    await queued(place, kind, to=to, token=TOKEN, reply_blob=blob.id, intake_id=question.id)
    return question


async def reply(
    place: Office, raw: bytes, token: str | None = TOKEN, dmarc: str = "pass", reverse_path: str = "tess@cdop.example"
) -> IntakeRow:
    arrival = place.arrival(MailboxName.REPLY, token=token, reverse_path=reverse_path)
    row = (await adopt(place.tools, place.spooled(arrival, raw))).row
    readers = replace(place.readers, evidence=FixedEvidence(dmarc))
    await take_reply(place.tools, readers, place.writing, row, arrival, ConfidentialBytes(raw))
    return await place.row(row.id)


async def answers(place: Office) -> list[bytes]:
    rows = [row for row in await place.store.dispatches() if row.kind is DispatchKind.ANSWER]
    return [(await place.payload(row))[1] for row in rows]


async def test_an_answer_goes_on_to_whoever_asked_without_quote_and_direct_details(place: Office) -> None:
    question = await asked(place)
    text = (
        "Thank you. The meeting is on Tuesday at ten.\n\nTess Tester\ntess@cdop.example\n07700 900123\n\n"
        "> When is the next meeting?\n"
    )
    row = await reply(place, letter(text, author=STAFF))
    assert (row.state, row.kind, row.held_reason) == (IntakeState.CLOSED, IntakeKind.GENERAL_QUERY, None)
    [sent] = await answers(place)
    message = parsed(sent)
    body = message.parts[0].content.reveal().decode()
    assert "Tuesday at ten" in body
    for gone in ("Tess", "900123", "tess@cdop.example", "next meeting?"):
        assert gone not in body
    assert message.values("to")[0].reveal() == "parent@home.example"
    assert question.reference in message.subject.reveal()
    assert len(await place.audit(MoveKind.ANSWER)) == 1


@pytest.mark.parametrize(
    ("author", "dmarc"),
    [(STAFF, "fail"), (STAFF, "none"), (STAFF, "temperror"), ("Tess <tess@elsewhere.example>", "pass")],
)
async def test_an_answer_that_is_not_provably_our_staffs_is_held(place: Office, author: str, dmarc: str) -> None:
    await asked(place)
    row = await reply(place, letter("The meeting is on Tuesday.", author=author), dmarc=dmarc)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.ANSWER_NOT_PROVED)
    assert await answers(place) == []


@pytest.mark.parametrize(
    "text",
    [
        "We are sorry that Zoe Testchild, NHS number 999 000 0018, died at home on 1 March.",
        "Please ask Quillon about it.",
    ],
)
async def test_an_answer_with_something_confidential_is_held_and_kept(place: Office, text: str) -> None:
    await asked(place)
    row = await reply(place, letter(text, author=STAFF))
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.CONFIDENTIAL_CONTENT)
    assert await answers(place) == []
    assert (await place.record(row)).text.reveal().startswith(text[:10])


async def test_an_answer_of_nothing_but_quotes_or_html_is_held(place: Office) -> None:
    await asked(place)
    html = f"From: {STAFF}\r\nContent-Type: text/html\r\n\r\n<p>Tuesday\r\n".encode()
    for raw in (letter("> quoted\n", author=STAFF), html):
        assert (await reply(place, raw)).held_reason is HeldReason.CONFIDENTIAL_CONTENT
    assert await answers(place) == []


async def test_an_out_of_office_reply_goes_nowhere(place: Office) -> None:
    await asked(place)
    robot = letter("I am away until Tuesday.", author=STAFF, auto_submitted="auto-replied")
    for raw, reverse_path in ((robot, "tess@cdop.example"), (letter("I am away.", author=STAFF), "")):
        row = await reply(place, raw, reverse_path=reverse_path)
        assert (row.state, row.held_reason) == (IntakeState.CLOSED, None)
    assert await answers(place) == []


@pytest.mark.parametrize("token", [None, "nobody's"])
async def test_a_token_that_nobody_has_is_held(place: Office, token: str | None) -> None:
    await asked(place)
    row = await reply(place, letter("Tuesday.", author=STAFF), token)
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.UNKNOWN_TOKEN)


async def test_without_anybody_to_answer_it_is_held(place: Office) -> None:
    await asked(place, author="")
    assert (await reply(place, letter("Tuesday.", author=STAFF))).held_reason is HeldReason.UNKNOWN_TOKEN


async def test_what_cannot_be_parsed_is_held(place: Office) -> None:
    class TooDeep:
        async def parse(self, raw: ConfidentialBytes) -> Unparsed:
            return Unparsed("too_deep")

    await asked(place)
    place.readers = replace(place.readers, mime=TooDeep())
    assert (await reply(place, letter("Tuesday.", author=STAFF))).held_reason is HeldReason.UNPARSEABLE


async def test_when_another_was_first_it_is_tried_again_and_nothing_leaves(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(place)
    real = place.store.commit

    async def first_elsewhere(move: Move) -> bool:
        return move.kind is MoveKind.ADOPT and bool(await real(move))

    monkeypatch.setattr(place.store, "commit", first_elsewhere)
    with pytest.raises(Temporary):
        await reply(place, letter("The meeting is on Tuesday.", author=STAFF))
    assert await answers(place) == []
