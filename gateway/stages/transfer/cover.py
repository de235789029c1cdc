"""The covering text: what a person reads first on opening the encrypted message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model.case.transfer_kind import TransferKind
from gateway.stages.transfer import document, record
from gateway.stages.transfer.files import File

_WHY = {
    TransferKind.FORWARD: (
        "We have been told of the death of a child who, as far as we know, was normally resident in your area.\n"
        "The duty to review lies with the area of residence (Children Act 2004, section 16M), so we send you all\n"
        "that we received. Please tell us whether you accept it, and let us agree who reviews and how each of us\n"
        "tells the other."
    ),
    TransferKind.INFORM: (
        "We have been told of the death of a child in your area. The child was normally resident elsewhere.\n"
        "This is for your information, and holds the least that you need. Who reviews is agreed between panels."
    ),
}
SUBJECTS = {
    TransferKind.FORWARD: "Notification of a child's death, reference {reference}",
    TransferKind.INFORM: "For information: death of a child in your area, reference {reference}",
}


@dataclass(frozen=True, slots=True)
class Answering:
    """How the receiver answers. ``link`` is a one-time page of ours; "" where there is none."""

    contact: str  # a sentence: whom to ring
    link: str = ""
    code: str = ""


def subject(kind: TransferKind, reference: str, number: int, messages: int) -> str:
    """Return the inner subject. The reference says nothing about the child."""
    plain = SUBJECTS[kind].format(reference=reference)
    return plain if messages == 1 else f"{plain} ({number} of {messages})"


def text(case: record.Case, sender: str, answering: Answering, number: int, messages: Sequence[Sequence[File]]) -> str:
    """Return the covering text of message ``number`` (from 1). ``sender`` is our panel's name in full."""
    lines = [f"From {sender}", f"Reference {case.reference}", "", _WHY[case.kind], ""]
    if len(messages) > 1:
        lines += [f"This is message {number} of {len(messages)}; they belong together.", ""]
    lines.append("In this message:")
    lines += [f"  {file.name.reveal()}{_NOTES.get(file.name.reveal(), '')}" for file in messages[number - 1]]
    if any(file.piece_of is not None for file in messages[number - 1]):
        lines += ["", "Files ending in .001, .002 and so on are pieces of one large file: join them in that order."]
    lines += ["", *_answer(answering), ""]
    lines.append("This mailbox is no emergency line. If a child may be in danger now, ring 999.")
    return "\n".join(lines) + "\n"


_NOTES = {
    document.NAME: "  the notification, to read and print",
    record.NAME: "  the same, for a case system",
}


def _answer(answering: Answering) -> list[str]:
    lines = ["Please let us know that you have this: answer this message, signed with your panel's key."]
    if answering.link:
        lines += ["Or open this page once, and type the code:", f"  {answering.link}", f"  code {answering.code}"]
    return [*lines, answering.contact]
