"""What sending takes: a register of one neighbour, gpg with real keys or a stand-in, and a scripted next hop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from gateway.model.case.payload import Payload, pack_payload
from gateway.model.case.rows import DispatchRow
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.ids import DispatchId, Fingerprint
from gateway.model.kinds import DispatchHeldReason, DispatchKind, DispatchState
from gateway.model.residence.panels import Contact, Panel, PanelRegister, PanelStatus
from gateway.ports import Delivery, DeliveryOutcome, OutboundMail
from gateway.steps.outbox.deliver import Outbound
from gateway.steps.outbox.pack_again import Packer
from tests.steps.office import NEIGHBOUR, NoKeys, Office
from tests.steps.world import CASE, PlainMime

THERE = "cdop@oxfordshire.example"
OK = Delivery(DeliveryOutcome.SENT, "250 2.0.0")
BUSY = Delivery(DeliveryOutcome.TEMPORARY, "451 4.3.0")
NO = Delivery(DeliveryOutcome.PERMANENT, "550 5.1.1")
WRONG = Delivery(DeliveryOutcome.WRONG_CERTIFICATE, "certificate")
SECRET = b"Content-Type: text/plain\r\n\r\nZoe Testchild\r\n"


@dataclass
class Hop:
    """Answers what it was told to, the last answer for ever; keeps what it was handed."""

    answers: list[Delivery] = field(default_factory=lambda: [OK])
    handed: list[OutboundMail] = field(default_factory=list)

    async def send(self, mail: OutboundMail) -> Delivery:
        self.handed.append(mail)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class OtherKeys:
    """An OpenPGP port over another, with some of its answers changed."""

    def __init__(self, below: Any, **answers: Any) -> None:
        self.below, self.answers = below, answers

    async def _said(self, name: str, *given: Any) -> Any:
        if name not in self.answers:
            return await getattr(self.below, name)(*given)
        answer = self.answers[name]
        answer = answer.pop(0) if isinstance(answer, list) and len(answer) > 1 else answer
        answer = answer[0] if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def usable(self, fingerprint: Fingerprint) -> DispatchHeldReason | None:
        found: DispatchHeldReason | None = await self._said("usable", fingerprint)
        return found

    async def encrypt_and_sign(self, plaintext: ConfidentialBytes, recipients: Sequence[Fingerprint]) -> bytes:
        found: bytes = await self._said("encrypt_and_sign", plaintext, recipients)
        return found

    async def encryption_subkeys(self, recipients: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
        found: tuple[Fingerprint, ...] = await self._said("encryption_subkeys", recipients)
        return found

    async def decrypt(self, ciphertext: ConfidentialBytes) -> Any:
        return await self.below.decrypt(ciphertext)

    async def verify(self, signed: ConfidentialBytes, signature: bytes) -> Any:
        return await self.below.verify(signed, signature)


def register(pinned: Fingerprint | None, /, **changes: Any) -> PanelRegister:
    panel = Panel(
        NEIGHBOUR,
        "Oxfordshire",
        (),
        PanelStatus.CONFIRMED,
        contacts=(Contact(THERE),),
        fingerprint=pinned,
        confirmed_by="A. Manager",
        confirmed_on=date(2026, 1, 1),
    )
    return PanelRegister({NEIGHBOUR: replace(panel, **changes)})


def outbound(place: Office, hop: Hop, panels: PanelRegister, openpgp: Any = None, **changes: Any) -> Outbound:
    made = Outbound(
        next_hop=hop,
        openpgp=openpgp if openpgp is not None else NoKeys(),
        packer=Packer(place.writing, PlainMime()),
        register=lambda: panels,
        backoff=lambda attempts: timedelta(minutes=attempts),
        give_up=timedelta(days=3),
        receipt_within=timedelta(hours=24),
    )
    return replace(made, **changes)


async def queued(
    place: Office,
    kind: DispatchKind = DispatchKind.FORWARD,
    *,
    to: str = f"panel:{NEIGHBOUR}",
    content: bytes = SECRET,
    **changes: Any,
) -> DispatchRow:
    """Add one dispatch that waits to leave, as drafting writes it."""
    number = DispatchId(uuid4())
    to_panel = to.startswith("panel:")
    payload = Payload(
        "bounce+t@cdop.example",
        NOTHING if to_panel else ConfidentialText("nurse@trust.example"),
        NEIGHBOUR if to_panel else None,
        ConfidentialText("A real subject"),
    )
    blob = await place.blobs.seal(pack_payload(payload, ConfidentialBytes(content)), "payload", place.tools.clock.now())
    row = DispatchRow(
        number,
        kind,
        to,
        DispatchState.QUEUED,
        f"<{number}@cdop.example>",
        blob.id,
        place.tools.clock.now(),
        case_id=CASE if to_panel else None,
    )
    row = replace(row, **changes)
    await place.insert(blob, row)
    return row


async def now(place: Office, row: DispatchRow) -> DispatchRow:
    found = await place.store.dispatch(row.id)
    assert isinstance(found, DispatchRow)
    return found
