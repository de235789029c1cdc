"""What goes to another panel: the whole case or the least needed, in messages that its server takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.case.payload import Payload, unpack_payload
from gateway.model.case.plan import PlannedDispatch, to_panel
from gateway.model.case.rows import DispatchRow, HandoverRow, ReceiverRow, Row
from gateway.model.channel.assurance import Assurance, ContentState
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.kinds import Channel, DispatchKind, Grade, HandoverState
from gateway.stages.cases.neighbour_link import Choice, LinkPolicy, PanelAnswer, Verdict, judge
from gateway.stages.transfer.files import File
from gateway.stages.transfer.take import Taken, take
from gateway.steps.outbox.drafting.transfer import answering, room_for, transfer_of
from gateway.steps.outbox.drafting.writing import Subject
from tests.steps.office import HOME, NEIGHBOUR, Office, notice, parsed, routing_tables
from tests.steps.world import CASE, START

TO = to_panel(NEIGHBOUR)
SCAN = File(ConfidentialText("scan.pdf"), "application/pdf", ConfidentialBytes(bytes(range(250)) * 800))


def subject(place: Office) -> Subject:
    arrival = place.arrival(channel=Channel.FORM)
    record = IntakeRecord(
        arrival, Assurance(Grade.FORM, ()), ContentState(), notifications=(notice(circumstances="Found at home."),)
    )
    return Subject(record, CASE, START, 3, (SCAN,))


async def drafted(place: Office, kind: DispatchKind, about: Subject | None = None) -> tuple[Row, ...]:
    return await transfer_of(place.tools, place.writing, PlannedDispatch(kind, TO), about or subject(place))


def messages(place: Office, rows: tuple[Row, ...]) -> list[tuple[Payload, bytes]]:
    found = []
    for row in rows:
        if isinstance(row, DispatchRow):
            assert row.payload_blob is not None
            payload, content = unpack_payload(ConfidentialBytes(place.blobs.contents[row.payload_blob]))
            found.append((payload, content.reveal()))
    return found


def taken(place: Office, rows: tuple[Row, ...]) -> list[Taken]:
    now = place.tools.clock.now()
    found = [take(parsed(content).parts, HOME, NEIGHBOUR, now) for _, content in messages(place, rows)]
    assert all(isinstance(one, Taken) for one in found)
    return [one for one in found if isinstance(one, Taken)]


async def test_a_forward_holds_the_whole_notification_and_the_originals(place: Office) -> None:
    rows = await drafted(place, DispatchKind.FORWARD)
    [message] = taken(place, rows)
    assert message.case is not None
    assert message.case.notifications[0].text("circumstances") == "Found at home."
    assert SCAN.content.reveal() in [file.content.reveal() for file in message.files]
    assert (message.manifest.sender, message.manifest.receiver, message.manifest.sequence) == (HOME, NEIGHBOUR, 3)
    [(payload, _)] = messages(place, rows)
    assert (payload.panel, payload.forward_path.reveal()) == (NEIGHBOUR, "")


async def test_its_hand_over_is_answered_with_the_link_and_code_inside(place: Office) -> None:
    rows = await drafted(place, DispatchKind.FORWARD)
    [handover] = [row for row in rows if isinstance(row, HandoverRow)]
    [first] = [row for row in rows if isinstance(row, DispatchRow)]
    assert (handover.dispatch_id, handover.panel, handover.sequence) == (first.id, NEIGHBOUR, 3)
    assert handover.state is HandoverState.PROPOSED
    [(_, content)] = messages(place, rows)
    text = parsed(content).parts[0].content.reveal().decode()
    token = text.partition("/handover/")[2].split()[0]
    code = next(word for word in text.split() if len(word) == 9 and word[4] == "-" and word.isupper())
    answer = PanelAnswer(token, code.replace("-", ""), Choice.ACCEPT)
    verdict, _ = judge(answer, handover, START, LinkPolicy(), routing_tables().panels)
    assert verdict is Verdict.TAKEN


async def test_what_informs_holds_the_least_and_no_link(place: Office) -> None:
    rows = await drafted(place, DispatchKind.INFORM)
    [message] = taken(place, rows)
    assert message.case is not None
    [told] = message.case.notifications
    assert set(told.fields) <= set(place.writing.inform_fields)
    assert told.text("circumstances") == ""
    assert SCAN.content.reveal() not in [file.content.reveal() for file in message.files]
    assert not any(isinstance(row, HandoverRow) for row in rows)
    assert b"/handover/" not in parsed(messages(place, rows)[0][1]).parts[0].content.reveal()


@pytest.mark.parametrize(("announced", "several"), [(None, False), (150_000, True), (1_000, False)])
async def test_what_the_server_announced_decides_how_large_a_message_is(
    place: Office, announced: int | None, several: bool
) -> None:
    """Less than a notification takes is not believed: sending shows whether it still holds."""
    if announced is not None:
        await place.insert(ReceiverRow(TO, announced, START))
    rows = await drafted(place, DispatchKind.FORWARD)
    found = messages(place, rows)
    assert (len(found) > 1) is several
    if several:
        assert max(len(content) for _, content in found) <= 150_000
        assert len({row.id for row in rows if isinstance(row, DispatchRow)}) == len(found)
        assert len({one.manifest_bytes for one in taken(place, rows)}) == 1


async def test_the_smaller_of_setting_and_announcement_counts(place: Office) -> None:
    small = replace(place.writing, max_message_bytes=200_000)
    assert await room_for(place.tools, small, TO) == 200_000
    await place.insert(ReceiverRow(TO, 150_000, START))
    assert await room_for(place.tools, small, TO) == 150_000
    assert await room_for(place.tools, replace(small, max_message_bytes=120_000), TO) == 120_000


async def test_every_link_is_another(place: Office) -> None:
    first, second = (answering(place.tools, DispatchKind.FORWARD)[0] for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.token, first.code) != (second.token, second.code)
    assert answering(place.tools, DispatchKind.INFORM)[0] is None
