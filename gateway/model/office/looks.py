"""What passes between the console's pages and its desk: looks at content, and one person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.case.instructions import Instruction
from gateway.model.case.rows import CaseRow, DispatchRow, IntakeRow
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.ids import InstructionId, StaffId


class Looked(StrEnum):
    """What of an intake a person saw. These words are written to the audit."""

    RECORD = "record"  # evidence, extract, screened version, notification
    SOURCE = "source"  # the unmasked text beside what the general inbox would get
    ORIGINAL = "original"  # the message as it came, as text
    ORIGINAL_FILE = "original_file"  # the message as it came, as a file on the person's machine
    AGREEMENT = "agreement"  # what two panels agreed on
    OPENED = "opened"  # what was inside the encrypted message


@dataclass(frozen=True, slots=True)
class Original:
    """The message or post as it came. ``arrival`` is None if the frame itself cannot be read."""

    arrival: Arrival | None
    content: ConfidentialBytes


@dataclass(frozen=True, slots=True)
class Order:
    """One decision of one person, about one intake, case or dispatch."""

    instruction: Instruction
    staff_id: StaffId
    intake: IntakeRow | None = None
    case: CaseRow | None = None
    dispatch: DispatchRow | None = None
    id: InstructionId | None = None  # from the page that offered it: posting it twice is posting it once
    with_original: bool = False  # the worker needs the original bytes of ``intake`` to carry it out
