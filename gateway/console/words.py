"""The words that people read for the values of the closed lists."""

from __future__ import annotations

from gateway.model.content.screening import SenderClass, Topic
from gateway.model.kinds import (
    CaseState,
    Channel,
    DispatchKind,
    DispatchState,
    Grade,
    HandoverState,
    IntakeKind,
    IntakeState,
    MailboxName,
    MoveKind,
    RouteGrade,
    RouteOutcome,
    ScreenOutcome,
)
from gateway.model.office.looks import Looked
from gateway.model.office.staff import Role
from gateway.stages.answers.answer_route import about_route as way_back

__all__ = ["way_back"]

KINDS: dict[IntakeKind | None, str] = {
    None: "Not yet known",
    IntakeKind.NOTIFICATION: "Notification",
    IntakeKind.POSSIBLE_NOTIFICATION: "Possible notification",
    IntakeKind.SECURE_QUERY: "Query, secure",
    IntakeKind.GENERAL_QUERY: "Query, general",
    IntakeKind.ACKNOWLEDGEMENT: "Answer of a panel",
    IntakeKind.DELIVERY_REPORT: "Delivery report",
    IntakeKind.DOMAIN_REPORT: "Domain report",
    IntakeKind.OPERATOR_MAIL: "Mail for the operator",
    IntakeKind.SPAM_SUSPECTED: "Suspected spam",
    IntakeKind.UNREADABLE: "Unreadable",
}
INTAKE_STATES: dict[IntakeState, str] = {
    IntakeState.RECEIVED: "Received",
    IntakeState.ASSESSED: "Assessed",
    IntakeState.DECIDED: "Decided",
    IntakeState.HELD: "Held",
    IntakeState.CLOSED: "Closed",
}
CASE_STATES: dict[CaseState, str] = {
    CaseState.OPEN: "Open",
    CaseState.SCREENED_OUT: "Screened out",
    CaseState.HANDED_OVER: "Handed over",
    CaseState.CLOSED: "Closed",
}
DISPATCH_STATES: dict[DispatchState, str] = {
    DispatchState.QUEUED: "Waiting to leave",
    DispatchState.HELD: "Held",
    DispatchState.SENT: "Sent",
    DispatchState.CANCELLED: "Replaced by smaller messages",
}
HANDOVER_STATES: dict[HandoverState, str] = {
    HandoverState.PROPOSED: "Proposed",
    HandoverState.SENT: "Sent",
    HandoverState.ACKNOWLEDGED: "Acknowledged",
    HandoverState.ACCEPTED: "Accepted",
    HandoverState.AGREED: "Agreed",
    HandoverState.DECLINED: "Declined",
    HandoverState.BOUNCED: "Came back",
    HandoverState.WITHDRAWN: "Withdrawn",
}
DISPATCH_KINDS: dict[DispatchKind, str] = {
    DispatchKind.FORWARD: "The case, encrypted",
    DispatchKind.INFORM: "Notice of a death in their area, encrypted",
    DispatchKind.GENERAL_COPY: "Screened copy",
    DispatchKind.CARD: "Card: something is held",
    DispatchKind.DIGEST: "Daily list of suspected spam",
    DispatchKind.ACKNOWLEDGEMENT: "Acknowledgement",
    DispatchKind.ADVICE: "Acknowledgement with a secure way",
    DispatchKind.RECEIPT: "Receipt",
    DispatchKind.ANSWER: "Answer",
    DispatchKind.TRANSFER_RECEIPT: "Transfer receipt",
    DispatchKind.REMINDER: "Reminder",
    DispatchKind.ALARM: "Alarm",
}
MAILBOXES: dict[MailboxName, str] = {
    MailboxName.SECURE: "Secure mailbox",
    MailboxName.GENERAL: "General mailbox",
    MailboxName.POSTMASTER: "Postmaster",
    MailboxName.REPORTS: "Reports",
    MailboxName.BOUNCE: "Bounces",
    MailboxName.REPLY: "Replies of the general inbox",
}
CHANNELS: dict[Channel, str] = {
    Channel.SMTP: "By mail",
    Channel.FORM: "By web form",
    Channel.NEIGHBOUR_PAGE: "By the neighbour's page",
}
GRADES: dict[Grade | None, str] = {
    None: "Not yet graded",
    Grade.END_TO_END: "Encrypted and signed by an enrolled sender",
    Grade.SECURE: "Secure",
    Grade.CLAIMED: "Claimed, not proved",
    Grade.NOT_SECURE: "Not secure",
    Grade.UNREADABLE: "Unreadable wrapper",
    Grade.FORM: "Web form",
    Grade.FORM_SIGNED_IN: "Web form, signed in",
}
ROUTE_OUTCOMES: dict[RouteOutcome, str] = {
    RouteOutcome.ROUTE: "Route is certain",
    RouteOutcome.HOLD: "A person must decide",
    RouteOutcome.OUTSIDE: "Outside England",
}
ROUTE_GRADES: dict[RouteGrade, str] = {
    RouteGrade.EXACT: "exact postcode",
    RouteGrade.AUTHORITY: "local authority",
    RouteGrade.BORDER: "postcode on a border",
    RouteGrade.TERMINATED: "postcode no longer in use",
    RouteGrade.SECTOR: "postcode sector only",
    RouteGrade.DISTRICT: "postcode district only",
    RouteGrade.REPAIRED: "mistyped postcode, repaired",
    RouteGrade.TOWN: "name of a town only",
    RouteGrade.CONFLICT: "the answers contradict each other",
    RouteGrade.SHARED: "area of more than one panel",
    RouteGrade.UNCONFIRMED: "panel not confirmed by this office",
    RouteGrade.NONE: "no residence given",
}
OUTCOMES: dict[ScreenOutcome, str] = {
    ScreenOutcome.PASS: "Goes whole",
    ScreenOutcome.MASKED: "Goes with contact details masked",
    ScreenOutcome.CARD: "A card goes instead",
}
SENDER_CLASSES: dict[SenderClass, str] = {
    SenderClass.PARTNER: "Partner organisation",
    SenderClass.PROFESSIONAL: "Professional",
    SenderClass.PUBLIC: "Member of the public",
    SenderClass.STAFF: "Staff",
    SenderClass.AUTOMATIC: "Automatic mail",
}
TOPICS: dict[Topic, str] = {
    Topic.NOTIFICATION: "a notification",
    Topic.CASE: "a case",
    Topic.FAMILY: "a family",
    Topic.TRAINING: "training",
    Topic.MEETING: "a meeting",
    Topic.PRESS: "the press",
    Topic.INFORMATION_REQUEST: "a request for information",
    Topic.OTHER: "something else",
}
ROLES: dict[Role, str] = {Role.COORDINATOR: "Coordinator", Role.MANAGER: "Manager", Role.READER: "Reader"}
MOVES: dict[MoveKind, str] = {
    MoveKind.ADOPT: "Taken in and sealed",
    MoveKind.ASSESS: "Channel assessed",
    MoveKind.DECIDE: "Decided",
    MoveKind.HOLD: "Held for a person",
    MoveKind.ATTEMPT_FAILED: "An attempt failed; it is tried again",
    MoveKind.SENT: "Sent",
    MoveKind.SEND_FAILED: "Sending failed; it is tried again",
    MoveKind.HOLD_DISPATCH: "A dispatch was held",
    MoveKind.MEND_DISPATCH: "A held dispatch is tried again",
    MoveKind.PACK_AGAIN: "Packed again, to fit what the receiver takes",
    MoveKind.REPORT: "A delivery report or an answer arrived",
    MoveKind.DIGEST: "The general inbox was told of a day's suspected spam",
    MoveKind.REMIND: "Another panel was reminded",
    MoveKind.LEAVING: "Handed to the mail server",
    MoveKind.WITHDRAW: "Withdrawn before it left",
    MoveKind.AGREE: "Agreed who reviews",
    MoveKind.SEND_TO_PANEL: "Sent to a panel",
    MoveKind.RELEASE: "Released to the general inbox",
    MoveKind.OPEN_CASE: "Case opened",
    MoveKind.ANSWER: "Answered",
    MoveKind.KEEP: "Kept on the secure side",
    MoveKind.CLOSE: "Closed",
    MoveKind.REOPEN: "Reopened",
    MoveKind.SCREEN_OUT: "Screened out",
    MoveKind.TAKE_BACK: "Taken back: it waits for a person",
    MoveKind.INSTRUCT: "Asked for",
    MoveKind.REFUSED: "Refused by the gateway",
    MoveKind.LOOK: "Looked at",
    MoveKind.SIGN_IN: "Signed in",
    MoveKind.SIGN_OUT: "Signed out",
    MoveKind.KEYS: "Keys in use were looked at",
    MoveKind.ALLOWED: "The list of what is let through was changed",
    MoveKind.ALARM: "The operator was told",
}
ASKED: dict[str, str] = {
    MoveKind.SEND_TO_PANEL: "send to a panel",
    MoveKind.RELEASE: "release to the general inbox",
    MoveKind.OPEN_CASE: "open a case",
    MoveKind.ANSWER: "answer",
    MoveKind.KEEP: "keep on the secure side",
    MoveKind.CLOSE: "close",
    MoveKind.REOPEN: "reopen",
    MoveKind.SCREEN_OUT: "screen out",
    MoveKind.TAKE_BACK: "take back",
    MoveKind.AGREE: "write down what was agreed",
    MoveKind.MEND_DISPATCH: "try a held dispatch again",
    MoveKind.WITHDRAW: "withdraw what has not left",
}
RESULTS: dict[str, str] = {
    "moved_on": "somebody was first, or the gateway was: it has changed since you looked. Look again.",
    "not_now": "it is no longer in a state in which this can be done.",
    "consumed": "this instruction was carried out or refused before.",
    "has_left": "it has left already.",
    "leaving_now": "it is leaving at this moment. Look again in a minute.",
    "another_address": "the address is not the one that the message came from.",
    "no_authority": "it came before the gateway kept whom an answer may reach. Write by another way.",
    "signature": "the signature of the console did not hold. The operator has been told.",
    "right": "your role does not allow it, or your account has been closed.",
    "payload": "something that it needs was not in it.",
    "no_intake": "the intake is not there.",
    "no_original": "the original could not be read.",
    "wrong_original": "the original belongs to another intake.",
    "has_case": "it has a case already.",
    "no_case": "there is no case that this could be done to.",
    "not_a_secure_sender": "the sender's way is not proved secure.",
    "handover_open": "a hand-over is still open.",
    "no_handover": "there is no hand-over that this belongs to.",
    "agreed_already": "an agreement has been written down already.",
    "not_held": "it is not held any more.",
}
KEY_TROUBLES: dict[str, str] = {
    "no_key": "Nothing can be encrypted to it.",
    "key_expired": "It has expired.",
    "key_revoked": "It has been revoked.",
    "key_not_pinned": "It is not the one that was confirmed by telephone.",
    "weak": "It is too weak.",
    "trial_failed": "A trial encryption to it failed.",
    "wrong_certificate": "The file holds another key than the one that was confirmed.",
    "no_certificate": "The certificate that was confirmed is not there.",
    "certificate_unreadable": "The certificate cannot be read.",
    "key_unreadable": "The key cannot be read.",
}
LOOKS: dict[str, str] = {
    Looked.RECORD: "what the gateway found out",
    Looked.SOURCE: "the unmasked text",
    Looked.ORIGINAL: "the original as text",
    Looked.ORIGINAL_FILE: "the original as a file",
    Looked.AGREEMENT: "what was agreed",
    Looked.OPENED: "what was inside the encrypted message",
}
FINDINGS: dict[str, str] = {
    "nhs_number": "NHS number",
    "date": "date",
    "part_date": "date",
    "phone": "telephone number",
    "email": "e-mail address",
    "email_hidden": "e-mail address or handle",
    "known_name": "name of this case",
    "number": "long number",
    "file_name": "file name",
    "letter_spaced": "spaced-out letters",
    "kinship": "relative",
    "child": "particular child",
    "person": "particular person",
    "clinical": "health",
    "phrases": "health or circumstances",
}


def finding(kind: str) -> str:
    """Return the words for a kind of finding: the screen's own word with spaces where none are set here."""
    return FINDINGS.get(kind, kind.replace("_", " "))


def asked(kind: MoveKind) -> str:
    """Return what a person asked for, after "Asked to" or as a heading."""
    return ASKED.get(kind.value, kind.value.replace("_", " "))


def result(code: str) -> str:
    """Return the words for what the worker answered."""
    return RESULTS.get(code, code.replace("_", " ") + ".")
