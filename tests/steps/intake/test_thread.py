"""A thread of the general mailbox is remembered by its first message, or by our own message that is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from gateway.model.case.plan import TO_GENERAL_INBOX
from gateway.model.case.rows import DispatchRow
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.message import Unparsed
from gateway.model.content.thread import Remembered, pack_remembered
from gateway.model.ids import DispatchId
from gateway.model.kinds import DispatchKind, DispatchState
from gateway.steps.intake.adopt import adopt
from gateway.steps.intake.thread import beside, everybodys_thread, remembered
from tests.steps.office import KEY, Office, letter, parsed

FIRST = parsed(letter("x", message_id="<1@trust.example>"))
REPLY = parsed(letter("x", message_id="<2@b.example>", in_reply_to="<1@trust.example>"))


async def inbox_message(place: Office, name: str, to: str = TO_GENERAL_INBOX, index: str | None = None) -> DispatchRow:
    """Add a message of the thread to the general inbox, with what lies beside it."""
    kept = Remembered(ConfidentialText("a@b.example"), (ConfidentialText(name),), ((ConfidentialText(name), "[1]"),))
    blob = await place.blobs.seal(pack_remembered(kept), "reply", place.tools.clock.now())
    intake = (await adopt(place.tools, place.spooled(place.arrival(), letter("x")))).row
    number = DispatchId(uuid4())
    row = DispatchRow(
        number,
        DispatchKind.GENERAL_COPY,
        to,
        DispatchState.SENT,
        f"<{number}@cdop.example>",
        None,
        place.tools.clock.now(),
        intake_id=intake.id,
        reply_blob=blob.id,
        thread_index=index if index is not None else everybodys_thread(FIRST, KEY),
    )
    await place.insert(blob, row)
    place.world.clock.pass_by(timedelta(minutes=1))
    return row


def names(found: Remembered) -> list[str]:
    return [name.reveal() for name in found.names]


async def test_everybodys_messages_of_one_thread_are_remembered_together(place: Office) -> None:
    await inbox_message(place, "Quillon")
    await inbox_message(place, "Zebedee")
    found = await remembered(place.tools, REPLY, KEY)
    assert names(found) == ["Quillon", "Zebedee"]
    assert [(detail.reveal(), token) for detail, token in found.masks] == [("Quillon", "[1]"), ("Zebedee", "[1]")]


async def test_another_thread_another_key_and_what_went_elsewhere_are_not(place: Office) -> None:
    await inbox_message(place, "Quillon")
    await inbox_message(place, "Zebedee", to="sender")
    assert names(await remembered(place.tools, parsed(letter("x", message_id="<9@trust.example>")), KEY)) == []
    assert names(await remembered(place.tools, REPLY, b"other" * 7)) == []
    assert names(await remembered(place.tools, REPLY, KEY)) == ["Quillon"]


async def test_an_answer_to_our_own_message_is_known_by_our_id(place: Office) -> None:
    row = await inbox_message(place, "Quillon", index="")
    for head in ({"references": f"<0@x.example> {row.message_id.upper()}"}, {"in_reply_to": row.message_id}):
        assert names(await remembered(place.tools, parsed(letter("x", **head)), KEY)) == ["Quillon"]
    stranger = f"<{row.id}@elsewhere.example>"
    assert names(await remembered(place.tools, parsed(letter("x", references=stranger)), KEY)) == []
    unknown = f"<{uuid4()}@cdop.example>"
    assert names(await remembered(place.tools, parsed(letter("x", references=unknown)), KEY)) == []


async def test_what_is_no_mail_has_no_thread(place: Office) -> None:
    assert await remembered(place.tools, None, KEY) == Remembered()
    assert await remembered(place.tools, Unparsed("too_deep"), KEY) == Remembered()
    assert everybodys_thread(parsed(letter("x")), KEY) is None


async def test_a_message_with_nothing_beside_it_gives_nothing(place: Office) -> None:
    row = await inbox_message(place, "Quillon")
    assert await beside(place.tools, replace(row, reply_blob=None)) == Remembered()
    assert names(await beside(place.tools, row)) == ["Quillon"]
