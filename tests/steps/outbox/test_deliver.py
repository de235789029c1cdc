"""One dispatch leaves encrypted, past the gate, or it is held with its reason. Never anything weaker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from typing import Any
from uuid import uuid4

import pytest

from gateway.model.case.rows import DispatchRow, HandoverRow
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import Fingerprint, HandoverId, PanelId
from gateway.model.kinds import (
    ContentSignature,
    DispatchHeldReason,
    DispatchKind,
    DispatchState,
    HandoverState,
    MoveKind,
)
from gateway.model.residence.panels import Contact, PanelRegister, PanelStatus
from gateway.ports import Delivery, DeliveryOutcome, Permanent, Temporary
from gateway.steps.outbox import deliver as deliver_module
from gateway.steps.outbox.deliver import deliver, mend
from tests.key_homes import Panels
from tests.steps.office import NEIGHBOUR, NoKeys, Office
from tests.steps.outbox.sending import (
    BUSY,
    NO,
    SECRET,
    THERE,
    WRONG,
    Hop,
    OtherKeys,
    now,
    outbound,
    queued,
    register,
)
from tests.steps.world import CASE, START

FINGERPRINT = Fingerprint("A" * 40)
LETTER = b"Subject: Received\r\n\r\nThank you\r\n"
TO_SENDER: dict[str, Any] = {"kind": DispatchKind.RECEIPT, "to": "sender", "content": LETTER}
Reason = DispatchHeldReason


async def tried(
    place: Office, row: DispatchRow, hop: Hop, panels: PanelRegister, keys: Any = None, **more: Any
) -> DispatchRow:
    await deliver(place.tools, outbound(place, hop, panels, keys, **more), row)
    return await now(place, row)


async def handover_for(place: Office, row: DispatchRow, **changes: Any) -> HandoverRow:
    made = HandoverRow(HandoverId(uuid4()), CASE, row.id, NEIGHBOUR, HandoverState.PROPOSED, START, sequence=2)
    made = replace(made, **changes)
    await place.insert(made)
    return made


async def handover(place: Office, row: DispatchRow) -> HandoverRow:
    [found] = [one for one in await place.store.handovers(CASE) if one.dispatch_id == row.id]
    assert isinstance(found, HandoverRow)
    return found


class TestEncryption:
    async def test_what_leaves_for_a_panel_is_encrypted_to_its_key_and_signed(
        self, place: Office, panels: Panels
    ) -> None:
        row, hop = await queued(place), Hop()
        sent = await tried(place, row, hop, register(panels.there.own), panels.openpgp())
        [mail] = hop.handed
        assert (mail.forward_path, mail.reverse_path, mail.receiver) == (THERE, "bounce+t@cdop.example", row.to)
        assert b"Testchild" not in mail.message
        assert b"A real subject" not in mail.message
        message = message_from_bytes(mail.message)
        assert (message["Subject"], message["To"], message["Message-ID"]) == ("[...]", THERE, row.message_id)
        armoured = message.get_payload()[1].get_payload().encode()  # type: ignore[union-attr,index]
        opened = await panels.openpgp_there().decrypt(ConfidentialBytes(armoured))
        assert opened.plaintext is not None
        assert b"Zoe Testchild" in opened.plaintext.reveal()
        assert opened.verdict.signature is ContentSignature.GOOD
        assert (sent.state, sent.attempts, sent.last_code) == (DispatchState.SENT, 1, "250 2.0.0")

    async def test_a_message_that_the_gate_refuses_is_held_and_reaches_no_server(
        self, place: Office, panels: Panels
    ) -> None:
        """It is encrypted to another subkey than the one pinned for the receiver."""
        keys = OtherKeys(panels.openpgp(), encryption_subkeys=(FINGERPRINT,))
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, register(panels.there.own), keys)
        assert (held.state, held.held_reason) == (DispatchState.HELD, Reason.GATE_REFUSED)
        assert hop.handed == []
        assert place.told.alarms == ["dispatch_held"]

    @pytest.mark.parametrize("written", [SECRET, b"-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n", b""])
    async def test_what_is_no_ciphertext_is_refused_by_the_gate(
        self, place: Office, panels: Panels, written: bytes
    ) -> None:
        keys = OtherKeys(panels.openpgp(), encrypt_and_sign=written)
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, register(panels.there.own), keys)
        assert (held.held_reason, hop.handed) == (Reason.GATE_REFUSED, [])

    @pytest.mark.parametrize("reason", [Reason.NO_KEY, Reason.KEY_EXPIRED, Reason.KEY_REVOKED])
    async def test_a_key_that_cannot_be_used_holds_with_its_reason(self, place: Office, reason: Reason) -> None:
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, register(FINGERPRINT), OtherKeys(NoKeys(), usable=reason))
        assert (held.state, held.held_reason, hop.handed) == (DispatchState.HELD, reason, [])

    @pytest.mark.parametrize(
        ("usable", "code", "reason"),
        [
            ([None, Reason.KEY_EXPIRED], "encryption_failed", Reason.KEY_EXPIRED),
            ([None, None], "key_revoked", Reason.KEY_REVOKED),
            ([None, None], "something_else", Reason.ENCRYPTION_FAILED),
        ],
    )
    async def test_what_gpg_refuses_is_held_with_the_nearest_reason(
        self, place: Office, usable: list[Reason | None], code: str, reason: Reason
    ) -> None:
        keys = OtherKeys(NoKeys(), usable=usable, encrypt_and_sign=Permanent(code))
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, register(FINGERPRINT), keys)
        assert (held.held_reason, hop.handed) == (reason, [])

    async def test_gpg_that_does_not_work_is_waited_for_like_a_server(self, place: Office) -> None:
        keys = OtherKeys(NoKeys(), usable=None, encrypt_and_sign=Temporary("gpg"))
        row, hop = await queued(place), Hop()
        waiting = await tried(place, row, hop, register(FINGERPRINT), keys)
        assert (waiting.state, waiting.attempts, waiting.last_code) == (DispatchState.QUEUED, 1, "gpg")
        assert place.told.alarms == []
        waiting = await tried(place, waiting, hop, register(FINGERPRINT), keys)
        assert (waiting.attempts, hop.handed) == (2, [])
        assert place.told.alarms == ["encryption_down"]


class TestRegister:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"status": PanelStatus.UNCONFIRMED}, Reason.PANEL_NOT_CONFIRMED),
            ({"status": PanelStatus.SUSPENDED}, Reason.PANEL_NOT_CONFIRMED),
            ({"contacts": ()}, Reason.NO_CONTACT),
            ({"contacts": (Contact(THERE, valid_to=date(2026, 3, 1)),)}, Reason.NO_CONTACT),
            ({"contacts": (Contact(THERE, valid_from=date(2026, 3, 3)),)}, Reason.NO_CONTACT),
            ({"fingerprint": None}, Reason.KEY_NOT_PINNED),
        ],
    )
    async def test_a_panel_that_may_not_be_sent_to_is_not(
        self, place: Office, panels: Panels, changes: dict[str, Any], reason: Reason
    ) -> None:
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, register(panels.there.own, **changes), panels.openpgp())
        assert (held.state, held.held_reason, hop.handed) == (DispatchState.HELD, reason, [])

    async def test_a_panel_that_is_not_in_the_register_is_not_sent_to(self, place: Office, panels: Panels) -> None:
        row, hop = await queued(place), Hop()
        held = await tried(place, row, hop, PanelRegister({}), panels.openpgp())
        assert (held.held_reason, hop.handed) == (Reason.PANEL_NOT_CONFIRMED, [])

    async def test_the_register_is_asked_anew_each_time(self, place: Office, panels: Panels) -> None:
        asked: list[PanelRegister] = []

        def today() -> PanelRegister:
            asked.append(register(panels.there.own, contacts=(Contact(f"{len(asked)}@panel.example"),)))
            return asked[-1]

        row, hop = await queued(place), Hop([BUSY])
        for _ in range(2):
            row = await tried(place, row, hop, PanelRegister({}), panels.openpgp(), register=today)
        assert [mail.forward_path for mail in hop.handed] == ["0@panel.example", "1@panel.example"]


class TestAfterwards:
    async def test_a_forward_keeps_its_payload_and_its_hand_over_is_sent(self, place: Office, panels: Panels) -> None:
        row, hop = await queued(place), Hop()
        await handover_for(place, row)
        sent = await tried(place, row, hop, register(panels.there.own), panels.openpgp())
        assert sent.payload_blob == row.payload_blob
        assert (await place.store.blob(row.payload_blob)).header != b""
        after = await handover(place, row)
        assert (after.state, after.sent_at, after.due_at) == (HandoverState.SENT, START, START + timedelta(hours=24))

    async def test_sent_once_more_a_hand_over_keeps_its_clock(self, place: Office, panels: Panels) -> None:
        row = await queued(place)
        earlier = START - timedelta(days=1)
        await handover_for(place, row, state=HandoverState.ACKNOWLEDGED, sent_at=earlier, due_at=earlier)
        await tried(place, row, Hop(), register(panels.there.own), panels.openpgp())
        after = await handover(place, row)
        assert (after.state, after.sent_at, after.due_at) == (HandoverState.ACKNOWLEDGED, earlier, earlier)

    async def test_the_payload_of_everything_else_is_destroyed_once_it_was_sent(self, place: Office) -> None:
        row, hop = await queued(place, **TO_SENDER), Hop()
        sent = await tried(place, row, hop, PanelRegister({}))
        assert (sent.state, sent.payload_blob) == (DispatchState.SENT, None)
        assert (await place.store.blob(row.payload_blob)).header == b""
        assert hop.handed[0].message == TO_SENDER["content"]
        assert ("gateway_sends", {"kind": "receipt", "outcome": "sent"}) in place.told.counted

    async def test_a_dispatch_without_its_payload_is_held(self, place: Office) -> None:
        row, hop = await queued(place, payload_blob=None), Hop()
        held = await tried(place, row, hop, register(FINGERPRINT))
        assert (held.held_reason, hop.handed) == (Reason.ENCRYPTION_FAILED, [])

    async def test_without_room_to_note_that_it_left_nothing_leaves(self, place: Office) -> None:
        row, hop = await queued(place, **TO_SENDER), Hop()
        with pytest.raises(Temporary) as raised:
            await tried(place, row, hop, PanelRegister({}), has_room=lambda: False)
        assert (raised.value.code, hop.handed) == ("disk_full", [])
        assert await now(place, row) == row


class TestFailures:
    async def test_each_failure_waits_as_long_as_the_policy_says_and_is_never_tried_at_once(
        self, place: Office
    ) -> None:
        row, hop = await queued(place, **TO_SENDER), Hop([BUSY])
        for attempts in (1, 2, 3):
            row = await tried(place, row, hop, PanelRegister({}))
            assert (row.state, row.attempts, row.last_code) == (DispatchState.QUEUED, attempts, "451 4.3.0")
            assert row.next_attempt_at == place.tools.clock.now() + timedelta(minutes=attempts)
            assert await place.store.due_dispatches(place.tools.clock.now(), 9) == [
                one for one in await place.store.dispatches(states=(DispatchState.QUEUED,)) if one.id != row.id
            ]
        [first, *_] = await place.audit(MoveKind.SEND_FAILED)
        assert first.detail["code"] == "451 4.3.0"

    async def test_the_operator_is_told_from_the_second_failure_on(self, place: Office) -> None:
        row, hop = await queued(place, **TO_SENDER), Hop([BUSY])
        row = await tried(place, row, hop, PanelRegister({}))
        assert place.told.alarms == []
        await tried(place, row, hop, PanelRegister({}))
        assert place.told.alarms == ["next_hop_down"]

    async def test_a_wrong_certificate_is_a_delay_with_an_alarm(self, place: Office) -> None:
        row = await tried(place, await queued(place, **TO_SENDER), Hop([WRONG]), PanelRegister({}))
        assert (row.state, row.next_attempt_at is not None) == (DispatchState.QUEUED, True)
        assert place.told.alarms == ["dispatch_held"]

    async def test_a_refusal_for_good_is_held(self, place: Office) -> None:
        row = await tried(place, await queued(place, **TO_SENDER), Hop([NO]), PanelRegister({}))
        assert (row.state, row.held_reason, row.last_code) == (
            DispatchState.HELD,
            Reason.REFUSED_BY_NEXT_HOP,
            "550 5.1.1",
        )

    async def test_after_days_it_is_a_persons_work(self, place: Office) -> None:
        row = await queued(place, **TO_SENDER)
        place.world.clock.pass_by(timedelta(days=3))
        row = await tried(place, row, Hop([BUSY]), PanelRegister({}))
        assert row.state is DispatchState.QUEUED
        place.world.clock.pass_by(timedelta(seconds=1))
        row = await tried(place, row, Hop([BUSY]), PanelRegister({}))
        assert (row.state, row.held_reason) == (DispatchState.HELD, Reason.QUEUED_TOO_LONG)

    async def test_an_alarm_that_cannot_be_sent_raises_no_alarm(self, place: Office) -> None:
        row = await queued(place, **{**TO_SENDER, "kind": DispatchKind.ALARM})
        held = await tried(place, row, Hop([NO]), PanelRegister({}))
        assert (held.state, place.told.alarms) == (DispatchState.HELD, [])

    @pytest.mark.parametrize("delivery", [Delivery(DeliveryOutcome.PERMANENT, "552 5.3.4"), replace(NO, max_bytes=900)])
    async def test_a_letter_that_is_too_big_is_held_and_the_size_is_kept(
        self, place: Office, delivery: Delivery
    ) -> None:
        row = await tried(place, await queued(place, **TO_SENDER), Hop([delivery]), PanelRegister({}))
        assert (row.state, row.held_reason, row.last_code) == (DispatchState.HELD, Reason.TOO_BIG, delivery.code)
        learned = await place.store.receiver("sender")
        assert (learned.max_bytes if learned is not None else None) == delivery.max_bytes

    async def test_a_size_that_changes_is_kept_anew(self, place: Office) -> None:
        for size in (900, 800):
            row = await queued(place, **TO_SENDER)
            await tried(place, row, Hop([replace(NO, max_bytes=size)]), PanelRegister({}))
        assert (await place.store.receiver("sender")).max_bytes == 800


class TestPackingAgain:
    """What packing again does is tested with it; here, when it is asked for."""

    @pytest.fixture
    def packed(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        asked: list[int] = []

        async def pack_again(_: object, __: object, row: DispatchRow, room: int, *more: object) -> bool:
            asked.append(room)
            return len(asked) > 1

        monkeypatch.setattr(deliver_module, "pack_again", pack_again)
        return asked

    async def test_a_transfer_that_its_receiver_refused_for_its_size_is_packed_again(
        self, place: Office, panels: Panels, packed: list[int]
    ) -> None:
        row = await queued(place)
        delivery = replace(NO, max_bytes=150_000)
        held = await tried(place, row, Hop([delivery]), register(panels.there.own), panels.openpgp())
        assert (packed, held.held_reason) == ([150_000], Reason.TOO_BIG)
        second = await queued(place)
        after = await tried(place, second, Hop([delivery]), register(panels.there.own), panels.openpgp())
        assert (after, packed) == (second, [150_000, 150_000]), "what packing wrote is not written over"

    async def test_a_transfer_larger_than_its_room_is_packed_before_it_is_tried(
        self, place: Office, panels: Panels, packed: list[int]
    ) -> None:
        place.writing = replace(place.writing, max_message_bytes=500)
        row, hop = await queued(place), Hop()
        sent = await tried(place, row, hop, register(panels.there.own), panels.openpgp())
        assert (packed, sent.state, len(hop.handed)) == ([500], DispatchState.SENT, 1), (
            "it could not be, so it is tried"
        )
        again = await queued(place)
        assert await tried(place, again, hop, register(panels.there.own), panels.openpgp()) == again
        assert len(hop.handed) == 1

    async def test_other_messages_are_never_packed_again(
        self, place: Office, panels: Panels, packed: list[int]
    ) -> None:
        row = await queued(place, DispatchKind.ANSWER)
        await tried(place, row, Hop([replace(NO, max_bytes=9)]), register(panels.there.own), panels.openpgp())
        assert packed == []


class TestMending:
    async def held(self, place: Office, reason: Reason, **more: Any) -> DispatchRow:
        return await queued(place, state=DispatchState.HELD, held_reason=reason, **more)

    async def test_a_mended_key_queues_what_it_held(self, place: Office) -> None:
        row = await self.held(place, Reason.KEY_EXPIRED)
        fixed = outbound(place, Hop(), register(FINGERPRINT), OtherKeys(NoKeys(), usable=None))
        assert await mend(place.tools, fixed, row)
        after = await now(place, row)
        assert (after.state, after.held_reason) == (DispatchState.QUEUED, None)
        assert not await mend(place.tools, fixed, row), "by what was read before"

    @pytest.mark.parametrize(
        ("reason", "more", "changes", "usable"),
        [
            (Reason.GATE_REFUSED, {}, {}, None),
            (Reason.TOO_BIG, {}, {}, None),
            (Reason.QUEUED_TOO_LONG, {}, {}, None),
            (Reason.NO_KEY, {"to": "sender"}, {}, None),
            (Reason.NO_KEY, {}, {}, Reason.NO_KEY),
            (Reason.PANEL_NOT_CONFIRMED, {}, {"status": PanelStatus.SUSPENDED}, None),
            (Reason.NO_CONTACT, {}, {"contacts": ()}, None),
        ],
    )
    async def test_what_is_not_mended_or_needs_a_person_stays_held(
        self, place: Office, reason: Reason, more: dict[str, Any], changes: dict[str, Any], usable: Reason | None
    ) -> None:
        row = await self.held(place, reason, **more)
        keys = OtherKeys(NoKeys(), usable=usable)
        assert not await mend(place.tools, outbound(place, Hop(), register(FINGERPRINT, **changes), keys), row)
        assert await now(place, row) == row


async def test_a_panel_named_in_the_payload_is_the_one_it_is_encrypted_to(place: Office) -> None:
    with pytest.raises(deliver_module._Hold) as raised:
        deliver_module.receiver(register(FINGERPRINT), PanelId("kent"), place.tools.clock.now())
    assert raised.value.reason is Reason.PANEL_NOT_CONFIRMED
    assert deliver_module.receiver(register(FINGERPRINT), NEIGHBOUR, START) == (THERE, FINGERPRINT)
