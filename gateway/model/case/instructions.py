"""A person's decision on its way from console to worker: sealed to the worker, signed by the console."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pydantic import TypeAdapter

from gateway.model.case.agreement import Agreement
from gateway.model.case.rows import BlobRow, InstructionRow
from gateway.model.content import framing
from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.form.notification import Notification
from gateway.model.ids import PanelId
from gateway.model.kinds import MoveKind


@dataclass(frozen=True, slots=True)
class Instruction:
    """One decision. Which parts are filled depends on the kind of move:

    SEND_TO_PANEL ``panel`` and ``notification``; RELEASE ``screened`` (what the person saw and agreed to let out,
    struck-out parts gone); OPEN_CASE ``notification``; ANSWER ``answer`` and ``answer_to``; MEND_DISPATCH none;
    AGREE ``agreement``, with the row's dispatch naming the hand-over;
    KEEP, CLOSE, REOPEN, SCREEN_OUT ``reason`` only.
    """

    kind: MoveKind
    reason: ConfidentialText  # in the person's words; always given
    panel: PanelId | None = None
    notification: Notification | None = None
    screened: Screened | None = None
    answer: ConfidentialText = NOTHING
    answer_to: ConfidentialText = NOTHING  # the original sender's address, from the record
    agreement: Agreement | None = None
    answer_may_carry_content: bool = False  # from the record: the grade was proved


_INSTRUCTION = TypeAdapter(Instruction)


def pack_instruction(instruction: Instruction, original: ConfidentialBytes | None = None) -> ConfidentialBytes:
    """Return the payload to be sealed to the worker; ``original`` is the intake's original frame if needed."""
    tail = original.reveal() if original is not None else b""
    return ConfidentialBytes(framing.prefix(_INSTRUCTION.dump_json(instruction)) + tail)


def unpack_instruction(content: ConfidentialBytes) -> tuple[Instruction, ConfidentialBytes | None]:
    """Return the instruction and the original frame, if one came with it."""
    description, tail = framing.split(content.reveal())
    return _INSTRUCTION.validate_json(description), ConfidentialBytes(tail) if tail else None


def open_key(kind: MoveKind, intake: object, case: object, dispatch: object) -> str:
    """Return the key under which one instruction may be open: its subject and its event."""
    subject = next((f"{name}:{id_}" for name, id_ in _named(case, dispatch, intake) if id_ is not None), "")
    return f"{subject}:{kind.value}"


def _named(case: object, dispatch: object, intake: object) -> tuple[tuple[str, object], ...]:
    return ("case", case), ("dispatch", dispatch), ("intake", intake)


def signed_bytes(row: InstructionRow, payload: BlobRow) -> bytes:
    """Return what the console's Ed25519 key signs: the row's ids, the versions seen, the hash of the payload's header.

    The header holds the only wrapped data key and is bound to every chunk of the body, so its hash stands for
    the payload.
    """
    content = {
        "id": str(row.id),
        "kind": row.kind.value,
        "staff_id": row.staff_id,
        "posted_at": row.posted_at.isoformat(),
        "intake_id": str(row.intake_id or ""),
        "case_id": str(row.case_id or ""),
        "dispatch_id": str(row.dispatch_id or ""),
        "payload": hashlib.sha256(payload.header).hexdigest(),
        "seen": [row.intake_version, row.case_version, row.dispatch_version],
    }
    return b"CDOP gateway instruction v2\n" + json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
