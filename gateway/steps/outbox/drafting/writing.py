"""What every draft is made from, and the rows it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.model.case.rows import BlobRow, DispatchRow
from gateway.model.case.transfer_kind import TransferKind
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.intake_record import IntakeRecord
from gateway.model.ids import ALPHABET, CaseId, DispatchId, IntakeId
from gateway.model.kinds import DispatchKind, DispatchState
from gateway.stages.answers.automatic import reverse_path
from gateway.stages.answers.letter import message_id
from gateway.stages.answers.texts import Texts
from gateway.stages.transfer.document import DocumentLayout
from gateway.stages.transfer.files import File
from gateway.stages.transfer.receipt import Receipt
from gateway.stages.transfer.record import INFORM_FIELDS
from gateway.steps.tools import Tools

_TOKEN_LENGTH = 20


TRANSFER_KINDS = {DispatchKind.FORWARD: TransferKind.FORWARD, DispatchKind.INFORM: TransferKind.INFORM}


@dataclass(frozen=True, slots=True)
class Writing:
    """What drafting takes besides the tools."""

    texts: Texts
    layout: DocumentLayout  # of the notification document
    panel_names: Callable[[], Mapping[str, str]]
    max_message_bytes: int  # of one message to another panel
    receivers_max_bytes: Mapping[str, int] = field(default_factory=dict)  # by "panel:ID", or "panel" for all of them
    inform_fields: Sequence[str] = INFORM_FIELDS  # what a panel is told that is only informed
    answer_languages: Sequence[str] = ("en",)  # of automatic answers: a mail does not say what its sender reads

    def room_for(self, to: str) -> int:
        """Return how large one message to a receiver may be (RFC 1870)."""
        family = to.partition(":")[0]
        return self.receivers_max_bytes.get(to) or self.receivers_max_bytes.get(family) or self.max_message_bytes


@dataclass(frozen=True, slots=True)
class Subject:
    """What the dispatches of one intake are about."""

    record: IntakeRecord
    case_id: CaseId | None = None
    first_received_at: datetime | None = None  # of the case, where there is one
    sequence: int = 1  # of the hand-over, among those of the case
    originals: tuple[File, ...] = ()
    answer: ConfidentialText = NOTHING  # what a person wrote
    receipt: Receipt | None = None  # of the transfer that this intake is


@dataclass(frozen=True, slots=True)
class Drafted:
    """What will become one dispatch row."""

    kind: DispatchKind
    to: str
    dispatch_id: DispatchId
    token: str
    payload: ConfidentialBytes


def token(draw: bytes) -> str:
    """Return the token of bounce+TOKEN and reply+TOKEN from 16 random bytes."""
    number = int.from_bytes(draw, "big")
    letters = []
    for _ in range(_TOKEN_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


async def rows_of(
    tools: Tools, made: Drafted, intake_id: IntakeId | None, case_id: CaseId | None
) -> tuple[BlobRow, DispatchRow]:
    """Return the rows of one draft: its payload sealed to the outbox key, and the dispatch."""
    now = tools.clock.now()
    blob = await tools.outbox_blobs.seal(made.payload, "payload", now)
    row = DispatchRow(
        id=made.dispatch_id,
        kind=made.kind,
        to=made.to,
        state=DispatchState.QUEUED,
        message_id=message_id(made.dispatch_id, tools.office.domain),
        payload_blob=blob.id,
        created_at=now,
        intake_id=intake_id,
        case_id=case_id,
        token=made.token,
    )
    return blob, row


def bounce_address(tools: Tools, kind: DispatchKind, handle: str) -> str:
    """Return the reverse-path of a dispatch: "" where no report is wanted."""
    return reverse_path(kind, f"bounce+{handle}@{tools.office.domain}")
