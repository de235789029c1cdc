"""A child died in another panel's area and did not live there: that panel is told the least it needs, and no more."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest

from bench.federation.deaths import Death
from bench.federation.inside import Fate, Federation, start
from gateway.adapters.sealing.blob_opener import BlobOpener
from gateway.adapters.sealing.unseal import KeyRing
from gateway.model.case.rows import HandoverRow
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.intake_record import unpack_record
from gateway.model.ids import PanelId
from gateway.model.kinds import CaseState, DispatchKind, DispatchState, HeldReason, IntakeState, MoveKind
from gateway.roles.demo.messages import CHILDREN, NOTE, Child, Sample
from gateway.roles.worker import watch
from gateway.stages.cases.handover import FollowUp, may_close, next_step
from tests.journeys.mail import sample
from tests.journeys.test_neighbours_resident import bytes_of
from tests.journeys.walk import Journey, Walk, notification_of, walk_through

HOSPITAL = "John Radcliffe Hospital, Headington, Oxford OX3 9DU"  # Oxfordshire's area
LIVED_HERE = Child("Wrenwhistle", "Tamsin", "999 000 0123", CHILDREN["home"].postcode, HOSPITAL)
LIVED_IN_THIRD = Child("Pennyfarrow", "Lucian", "999 000 0131", CHILDREN["stevenage"].postcode, HOSPITAL)
LIVED_NOWHERE = Child("Hollowmere", "Sabina", "999 000 0158", "", HOSPITAL)
TOLD = {"family_name", "given_names", "date_of_birth", "date_of_death", "nhs_number", "place_name_address"}
NOT_TOLD = (b"Testwell", b"Consultant", b"01632 960200", b"scan.jpg", b"female")


def of(child: Child) -> Sample:
    """Return a notification of one child, with an attachment that an informed panel must not get."""
    found = sample("notification, lives in Oxford")
    content: EmailMessage = copy.deepcopy(found.content)
    content.set_content(
        NOTE.format(
            family=child.family,
            given=child.given,
            nhs=child.nhs,
            home=child.home,
            postcode=child.postcode,
            place=child.place,
        )
    )
    content.add_attachment(b"invented", maintype="image", subtype="jpeg", filename="scan.jpg")
    content.replace_header("Message-ID", f"<{child.family.lower()}@trust.example>")
    return sample("notification, lives in Oxford", content=content)


async def told_the_least(walk: Walk, child: Child, residence: str) -> None:
    """Check everything that Oxfordshire got, opened with its own key."""
    plains = await walk.decrypted("oxfordshire")
    assert plains
    for plain in plains:
        parts = {part.get_filename(): bytes_of(part) for part in message_from_bytes(plain).walk()}
        assert set(parts) == {None, "notification.html", "notification.json", "manifest.json"}
        told = json.loads(parts["notification.json"])
        [notification] = told["notifications"]
        assert {name for name, answer in notification["fields"].items() if answer["state"] == "known"} == TOLD
        assert notification["groups"] == {}
        assert (told["kind"], told["residence_panel"], told["first_received_at"]) == ("inform", residence, None)
        assert told["reference"] in str(message_from_bytes(plain)["Subject"])
        assert notification["fields"]["family_name"]["value"] == child.family
        whole = b"".join(parts.values())
        assert [word for word in NOT_TOLD if word in whole] == []
        if child.postcode:
            assert child.postcode.encode() not in whole
        assert b"/n/" not in whole, "no page to answer on: no answer is asked for"


async def arrives(walk: Walk) -> None:
    await walk.mail(of(LIVED_HERE))


async def oxfordshire_is_told(walk: Walk) -> None:
    assert await walk.left() == ["acknowledgement:sender", "inform:panel:oxfordshire"]
    assert {row.state for row in await walk.dispatches()} == {DispatchState.SENT}
    await told_the_least(walk, LIVED_HERE, "buckinghamshire")
    assert walk.heavy.intake.writing.inform_fields == walk.settings.outbox.inform_fields
    assert await walk.store().handovers() == [], "nothing waits for a receipt"
    [case] = await walk.store().cases()
    assert (case.panel, case.state) == ("buckinghamshire", CaseState.OPEN)
    assert not walk.received("hertfordshire")


JOURNEY = Journey(
    "died in another area",
    (arrives,),
    oxfordshire_is_told,
    (LIVED_HERE.family, LIVED_HERE.given),
    ("oxfordshire",),
)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_child_of_ours_who_died_in_another_area_is_told_there_and_nothing_waits(walk: Walk) -> None:
    await walk_through(walk, JOURNEY)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_child_of_a_third_area_goes_whole_to_the_third_and_the_least_to_the_area_of_death(walk: Walk) -> None:
    await walk.mail(of(LIVED_IN_THIRD))
    await walk.settle()
    assert await walk.left() == [
        "acknowledgement:sender",
        "forward:panel:hertfordshire",
        "inform:panel:oxfordshire",
    ]
    await told_the_least(walk, LIVED_IN_THIRD, "hertfordshire")
    [whole] = await walk.decrypted("hertfordshire")
    assert b"scan.jpg" in whole
    [handover] = await walk.store().handovers()
    assert handover.panel == "hertfordshire", "only the panel of residence is asked for an answer"


@pytest.mark.asyncio(loop_scope="session")
async def test_where_a_person_chose_the_residence_the_area_of_death_is_told_once(walk: Walk) -> None:
    await walk.mail(of(LIVED_NOWHERE))
    await walk.settle()
    row = await walk.only_intake()
    assert (row.state, row.held_reason) == (IntakeState.HELD, HeldReason.NO_RESIDENCE)
    assert not walk.received("oxfordshire")
    for reason in ("She lived in Aylesbury.", "Said once more."):
        record = await walk.looked_at(await walk.only_intake())
        assert await walk.person(
            MoveKind.SEND_TO_PANEL,
            await walk.only_intake(),
            reason=ConfidentialText(reason),
            panel=PanelId("buckinghamshire"),
            notification=notification_of(record),
        )
        await walk.settle()
    assert await walk.left() == ["acknowledgement:sender", "inform:panel:oxfordshire"]
    await told_the_least(walk, LIVED_NOWHERE, "buckinghamshire")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder with a short path: gpg-agent's sockets lie below it."""
    root = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))
    yield root
    shutil.rmtree(root, ignore_errors=True)


async def the_three_agree(federation: Federation) -> None:
    """Check what three real gateways made of a death: notified to one, resident of the second, died with the third."""
    notified, home, place = (federation.gateways[name] for name in ("buckinghamshire", "hertfordshire", "oxfordshire"))
    assert sorted(f"{row.kind}:{row.to}" for row in await notified.store().dispatches()) == [
        "acknowledgement:sender",
        "forward:panel:hertfordshire",
        "inform:panel:oxfordshire",
    ]
    [intake] = await place.store().intakes()
    assert (intake.state, intake.held_reason, intake.case_id) == (IntakeState.HELD, HeldReason.TOLD_OF_DEATH, None)
    assert await place.store().cases() == []
    assert await place.store().dispatches() == [], "no receipt, nothing forwarded, nobody answered"
    [taken] = await place.store().all_transfers()
    assert (taken.sender, taken.kind, taken.case_id) == ("buckinghamshire", TransferKind.INFORM, None)
    assert intake.record_blob is not None
    opener = BlobOpener(place.folders.blobs, KeyRing.load(place.folders.console_keys, "case"))
    blob = await place.store().blob(intake.record_blob)
    assert blob is not None
    record, _ = unpack_record(await opener.open(blob))
    assert set(notification_of(record).fields) == TOLD, "staff of the place of death can read it"
    assert [row.kind for row in await home.store().dispatches()] == [DispatchKind.TRANSFER_RECEIPT]


async def test_the_gateway_of_the_area_of_death_shows_it_to_a_person_and_nobody_waits(short_folder: Path) -> None:
    panels = ("buckinghamshire", "hertfordshire", "oxfordshire")
    async with AsyncExitStack() as stack:
        federation = await start(stack, short_folder, panels, Fate(Random(1), frozenset()))
        await federation.notify(Death(1, "hertfordshire", "oxfordshire", notified="buckinghamshire", where=HOSPITAL))
        await federation.rest(60)
        await the_three_agree(federation)
        sender = federation.gateways["buckinghamshire"]
        handovers: list[HandoverRow] = await sender.store().handovers()
        [handover] = handovers
        assert (handover.panel, handover.acknowledged_at is not None) == ("hertfordshire", True)
        assert not may_close(handovers), "acknowledged is not accepted"
        assert next_step(handover, handovers, handover.acknowledged_at or handover.created_at, FollowUp()) == "nothing"
        await watch(sender.heavy)
        kinds = {row.kind for row in await sender.store().dispatches()}
        assert not kinds & {DispatchKind.REMINDER, DispatchKind.ALARM}
