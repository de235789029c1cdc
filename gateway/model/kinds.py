"""The closed lists that several parts share. The words are the wire values: see docs/contracts.md."""

from __future__ import annotations

from enum import StrEnum


class MailboxName(StrEnum):
    """The mailboxes that exist; every other forward-path is refused with 550 5.1.1."""

    SECURE = "secure"
    GENERAL = "general"
    POSTMASTER = "postmaster"
    REPORTS = "reports"
    BOUNCE = "bounce"  # bounce+TOKEN: null-sender reports to our own mail
    REPLY = "reply"  # reply+TOKEN: general staff answer a stripped message


class Channel(StrEnum):
    """The door an intake came in by."""

    SMTP = "smtp"
    FORM = "form"
    NEIGHBOUR_PAGE = "neighbour_page"  # the acknowledge, accept, decline page of a forward


class IntakeKind(StrEnum):
    NOTIFICATION = "notification"
    POSSIBLE_NOTIFICATION = "possible_notification"  # it seems to tell of a death: a person says whether it does
    SECURE_QUERY = "secure_query"
    GENERAL_QUERY = "general_query"
    ACKNOWLEDGEMENT = "acknowledgement"
    DELIVERY_REPORT = "delivery_report"
    DOMAIN_REPORT = "domain_report"
    OPERATOR_MAIL = "operator_mail"
    SPAM_SUSPECTED = "spam_suspected"
    UNREADABLE = "unreadable"


class Grade(StrEnum):
    """How securely it came, by evidence at our own boundary."""

    END_TO_END = "end_to_end"
    SECURE = "secure"
    CLAIMED = "claimed"
    NOT_SECURE = "not_secure"
    UNREADABLE = "unreadable"
    FORM = "form"
    FORM_SIGNED_IN = "form_signed_in"

    @property
    def is_proved(self) -> bool:
        """True if content may be answered the same way without further encryption."""
        return self in (Grade.END_TO_END, Grade.SECURE)


class ScreenOutcome(StrEnum):
    PASS = "pass"
    MASKED = "masked"
    CARD = "card"


class RouteOutcome(StrEnum):
    ROUTE = "route"
    HOLD = "hold"
    OUTSIDE = "outside"


class RouteGrade(StrEnum):
    EXACT = "exact"
    AUTHORITY = "authority"
    BORDER = "border"
    TERMINATED = "terminated"
    SECTOR = "sector"
    DISTRICT = "district"
    REPAIRED = "repaired"
    TOWN = "town"
    CONFLICT = "conflict"
    SHARED = "shared"
    UNCONFIRMED = "unconfirmed"
    NONE = "none"


class ContentEncryption(StrEnum):
    NONE = "none"
    OPENPGP = "openpgp"
    SMIME = "smime"
    UNREADABLE = "unreadable"


class ContentSignature(StrEnum):
    NONE = "none"
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"  # signed by a key that is not enrolled
    UNVERIFIABLE = "unverifiable"


class IntakeState(StrEnum):
    RECEIVED = "received"
    ASSESSED = "assessed"
    DECIDED = "decided"
    HELD = "held"
    CLOSED = "closed"


class CaseState(StrEnum):
    OPEN = "open"
    SCREENED_OUT = "screened_out"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class DispatchState(StrEnum):
    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    CANCELLED = "cancelled"  # will not be sent: the same transfer is sent in other messages


class DispatchKind(StrEnum):
    FORWARD = "forward"  # the case, to the panel of residence, OpenPGP
    INFORM = "inform"  # only what is needed, to the panel of the area of death, OpenPGP
    GENERAL_COPY = "general_copy"  # a rebuilt message for the general inbox
    CARD = "card"  # a fixed text for the general inbox: something is held
    DIGEST = "digest"  # once a day, for the general inbox: references of suspected spam, no content
    ACKNOWLEDGEMENT = "acknowledgement"  # to the notifier: reference, what happens next
    ADVICE = "advice"  # acknowledgement with one easy secure way
    RECEIPT = "receipt"  # to whoever wrote a general query
    ANSWER = "answer"  # a person's answer to the original sender
    TRANSFER_RECEIPT = "transfer_receipt"  # gateway to gateway: signed, tied to the hash of what was taken
    REMINDER = "reminder"  # to a neighbour that has not acknowledged
    ALARM = "alarm"  # content-free, to the operator


class HandoverState(StrEnum):
    """The furthest point a forward has reached. The facts behind it are stored separately."""

    PROPOSED = "proposed"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    DECLINED = "declined"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"  # taken back before it left


class MoveKind(StrEnum):
    """Every way in which the store may change. Each commit is one of these."""

    ADOPT = "adopt"
    ASSESS = "assess"
    DECIDE = "decide"
    HOLD = "hold"
    ATTEMPT_FAILED = "attempt_failed"
    SENT = "sent"
    SEND_FAILED = "send_failed"
    HOLD_DISPATCH = "hold_dispatch"
    MEND_DISPATCH = "mend_dispatch"
    PACK_AGAIN = "pack_again"  # a transfer is repacked into messages small enough for its receiver
    REPORT = "report"  # a fact about a sent dispatch or a hand-over arrived
    DIGEST = "digest"  # the general inbox was told of a day's suspected spam
    LEAVING = "leaving"  # the worker hands a message to the next hop: from now on it cannot be withdrawn
    WITHDRAW = "withdraw"  # what has not left is taken back
    REMIND = "remind"  # a neighbour that had not answered was reminded
    SEND_TO_PANEL = "send_to_panel"
    RELEASE = "release"
    OPEN_CASE = "open_case"
    ANSWER = "answer"
    KEEP = "keep"
    CLOSE = "close"
    REOPEN = "reopen"
    TAKE_BACK = "take_back"  # an intake that was kept, decided or closed waits for a person again
    SCREEN_OUT = "screen_out"
    AGREE = "agree"  # both panels agree who reviews
    INSTRUCT = "instruct"  # a person decided something in the console
    REFUSED = "refused"  # an instruction whose signature did not verify or whose author had no right to it
    LOOK = "look"  # a person saw content
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ALARM = "alarm"
    KEYS = "keys"  # every key in use was examined and tried
    ALLOWED = "allowed"  # the panel's list of what is allowed has changed


class HeldReason(StrEnum):
    """Why an intake waits for a person. ``HELD_SENTENCES`` says each in words."""

    UNREADABLE_WRAPPER = "unreadable_wrapper"
    UNPARSEABLE = "unparseable"
    AMBIGUOUS_MESSAGE = "ambiguous_message"
    NO_RESIDENCE = "no_residence"
    ROUTE_UNCERTAIN = "route_uncertain"
    PANEL_UNCONFIRMED = "panel_unconfirmed"
    OUTSIDE_ENGLAND = "outside_england"
    CONFIDENTIAL_CONTENT = "confidential_content"
    POSSIBLE_NOTIFICATION = "possible_notification"
    SECURE_QUERY = "secure_query"
    SEVERAL_CHILDREN = "several_children"
    UPLOAD_UNCHECKED = "upload_unchecked"
    MAIL_UNCHECKED = "mail_unchecked"
    MALWARE = "malware"
    OPERATOR_MAIL = "operator_mail"
    UNKNOWN_TOKEN = "unknown_token"
    BOUNCED = "bounced"
    DECLINED = "declined"
    ANSWER_NOT_PROVED = "answer_not_proved"
    ATTEMPTS_USED_UP = "attempts_used_up"
    STOPPED_BY_ERROR = "stopped_by_error"
    TRANSFER_INCOMPLETE = "transfer_incomplete"
    TRANSFER_DISAGREES = "transfer_disagrees"
    TRANSFER_REFUSED = "transfer_refused"
    TOLD_OF_DEATH = "told_of_death"
    REOPENED = "reopened"
    OVER_BUDGET = "over_budget"
    DAMAGED_ARRIVAL = "damaged_arrival"


HELD_SENTENCES: dict[HeldReason, str] = {
    HeldReason.UNREADABLE_WRAPPER: "It came in an encrypted wrapper that the gateway cannot open. Open it by hand.",
    HeldReason.UNPARSEABLE: "The message could not be read by the gateway. Read the original.",
    HeldReason.AMBIGUOUS_MESSAGE: "The message can be read in more than one way, so a person must read it.",
    HeldReason.NO_RESIDENCE: "The child's normal residence is not given. Choose the panel.",
    HeldReason.ROUTE_UNCERTAIN: "The panel of residence is not certain. Confirm or choose it.",
    HeldReason.PANEL_UNCONFIRMED: "The panel of residence has not been confirmed by this office yet.",
    HeldReason.OUTSIDE_ENGLAND: "The child lived outside England. Choose whom to tell.",
    HeldReason.CONFIDENTIAL_CONTENT: "A message to the general mailbox has confidential content.",
    HeldReason.SECURE_QUERY: "A message to the secure mailbox has no notification in it. Read it and answer it.",
    HeldReason.POSSIBLE_NOTIFICATION: (
        "It may tell of a child's death. Its case is open and its clock runs: read it, and confirm or screen it out."
    ),
    HeldReason.SEVERAL_CHILDREN: "More than one child may be meant. Open a case for each.",
    HeldReason.UPLOAD_UNCHECKED: "An uploaded file could not be checked for malware.",
    HeldReason.MAIL_UNCHECKED: "The message could not be checked for malware. Do not open attachments yet.",
    HeldReason.MALWARE: "Malware was reported in this message. Do not open attachments.",
    HeldReason.OPERATOR_MAIL: "A message for the operator of the gateway.",
    HeldReason.UNKNOWN_TOKEN: "An answer arrived with a token that the gateway does not know.",
    HeldReason.BOUNCED: "A message of ours did not get to its receiver. See to it that they are told.",
    HeldReason.DECLINED: "Another panel declined a case. Find out who reviews, and send it on or write it down.",
    HeldReason.ANSWER_NOT_PROVED: "An answer for the general inbox did not provably come from its own domain.",
    HeldReason.ATTEMPTS_USED_UP: "It could not be worked on after several attempts.",
    HeldReason.STOPPED_BY_ERROR: "A fault in the gateway stopped it. The operator has been told.",
    HeldReason.TRANSFER_INCOMPLETE: "Another panel sent a case in several messages, and not all of them are here yet.",
    HeldReason.TRANSFER_DISAGREES: "Another panel sent this case to us, but the address is not surely in our area.",
    HeldReason.TRANSFER_REFUSED: "A transfer from another panel did not verify, or came with other content. Ask them.",
    HeldReason.REOPENED: "Somebody reopened it. Decide again what is to be done.",
    HeldReason.OVER_BUDGET: "Reading it took longer than any message may take. Read the original.",
    HeldReason.DAMAGED_ARRIVAL: (
        "Something arrived whose file cannot be opened, so nothing of it can be shown. The operator has been told, and "
        "the file is kept."
    ),
    HeldReason.TOLD_OF_DEATH: "Another panel tells you of a death in your area. Read it; the case is theirs.",
}


class DispatchHeldReason(StrEnum):
    """Why a dispatch waits. It is not sent while it does."""

    NO_KEY = "no_key"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    KEY_NOT_PINNED = "key_not_pinned"
    ENCRYPTION_FAILED = "encryption_failed"
    GATE_REFUSED = "gate_refused"
    PANEL_NOT_CONFIRMED = "panel_not_confirmed"
    NO_CONTACT = "no_contact"
    WRONG_CERTIFICATE = "wrong_certificate"
    REFUSED_BY_NEXT_HOP = "refused_by_next_hop"
    TOO_BIG = "too_big"
    QUEUED_TOO_LONG = "queued_too_long"
    STOPPED_BY_FAULT = "stopped_by_fault"
    CASE_CHANGED = "case_changed"


DISPATCH_HELD_SENTENCES: dict[DispatchHeldReason, str] = {
    DispatchHeldReason.NO_KEY: "No key of the receiver can be used.",
    DispatchHeldReason.KEY_EXPIRED: "The receiver's key has expired.",
    DispatchHeldReason.KEY_REVOKED: "The receiver's key has been revoked.",
    DispatchHeldReason.KEY_NOT_PINNED: "The receiver's key is not the one that was confirmed by telephone.",
    DispatchHeldReason.ENCRYPTION_FAILED: "Encryption failed.",
    DispatchHeldReason.GATE_REFUSED: "The check of what was about to leave refused it.",
    DispatchHeldReason.PANEL_NOT_CONFIRMED: "The receiving panel has not been confirmed.",
    DispatchHeldReason.NO_CONTACT: "No address of the receiver is known.",
    DispatchHeldReason.WRONG_CERTIFICATE: "The receiving server's certificate did not verify.",
    DispatchHeldReason.REFUSED_BY_NEXT_HOP: "The next mail server refused it for good.",
    DispatchHeldReason.TOO_BIG: (
        "The receiver's server takes smaller messages only, and the gateway could not divide this one to fit. Ask the "
        "receiver what it takes; the operator sets max_message_bytes for this receiver in gateway.toml and starts the "
        "gateway again; then choose Try again."
    ),
    DispatchHeldReason.CASE_CHANGED: "The case has changed since this was held. Look whether it should still leave.",
    DispatchHeldReason.STOPPED_BY_FAULT: "A fault in the gateway stopped it. The operator has been told.",
    DispatchHeldReason.QUEUED_TOO_LONG: "It could not be delivered for too long.",
}


class AlarmKind(StrEnum):
    """What the operator is told, at most once an hour for each kind, never with content."""

    INTAKE_HELD_BY_ERROR = "intake_held_by_error"
    DISPATCH_HELD = "dispatch_held"
    HANDOVER_OVERDUE = "handover_overdue"
    HANDOVER_BOUNCED = "handover_bounced"
    KEY_EXPIRES = "key_expires"
    CLOCK_OVERDUE = "clock_overdue"
    NEXT_HOP_DOWN = "next_hop_down"
    ENCRYPTION_DOWN = "encryption_down"
    DISK_LOW = "disk_low"
    INSTRUCTION_REFUSED = "instruction_refused"
    AUDIT_BROKEN = "audit_broken"
    REGISTER_DUE = "register_due"
    WORKER_TROUBLE = "worker_trouble"
    ARRIVALS_WAIT = "arrivals_wait"


ALARM_SENTENCES: dict[AlarmKind, str] = {
    AlarmKind.INTAKE_HELD_BY_ERROR: "An intake is held because the gateway could not work on it.",
    AlarmKind.DISPATCH_HELD: "A message that must leave is held.",
    AlarmKind.HANDOVER_OVERDUE: "Another panel has not acknowledged a case in time.",
    AlarmKind.HANDOVER_BOUNCED: "A case sent to another panel came back.",
    AlarmKind.KEY_EXPIRES: "A key is about to expire or has expired.",
    AlarmKind.CLOCK_OVERDUE: "A held intake is past its time.",
    AlarmKind.NEXT_HOP_DOWN: "The next mail server cannot be reached.",
    AlarmKind.ENCRYPTION_DOWN: "Messages to other panels wait: gpg is missing, or does not answer.",
    AlarmKind.DISK_LOW: "Disk space is low.",
    AlarmKind.INSTRUCTION_REFUSED: "An instruction from the console did not verify and was not carried out.",
    AlarmKind.AUDIT_BROKEN: "The audit chain does not verify.",
    AlarmKind.REGISTER_DUE: "An authority ends soon, or has ended, and the register has no panel that follows.",
    AlarmKind.WORKER_TROUBLE: "A part of the worker fails again and again. The log names it.",
    AlarmKind.ARRIVALS_WAIT: "Something that arrived has waited too long to be adopted or decided.",
}
