"""Whether a sender is answered automatically, and with which text. Pure; the table of docs/contracts.md.

An automatic answer to a forged sender is backscatter: it tells somebody who wrote nothing that something was
written. So only proved senders are answered.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from gateway.model.channel.assurance import Assurance, ContentState, Evidence
from gateway.model.channel.secure_domains import SecureDomains
from gateway.model.content.message import Mail
from gateway.model.content.screening import SenderClass, Topic
from gateway.model.kinds import (
    Channel,
    ContentEncryption,
    ContentSignature,
    DispatchKind,
    Grade,
    IntakeKind,
    MailboxName,
)
from gateway.stages.assess.names import within
from gateway.stages.assess.policy import is_professional

ANSWERED = (
    IntakeKind.NOTIFICATION,
    IntakeKind.POSSIBLE_NOTIFICATION,
    IntakeKind.SECURE_QUERY,
    IntakeKind.GENERAL_QUERY,
    IntakeKind.UNREADABLE,
)
_ROBOT = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|noreply[.+_-].{0,60}|bounces?(?:[.+_=-].{0,200})?|.{0,60}-bounces?"
    r"|.{0,60}-(?:request|owner|admin)|owner-.{0,60}|majordomo|listserv|abuse|root|daemon)",
    re.I,
)
_BULK = ("bulk", "junk", "list", "auto_reply")


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """The answer to send: which dispatch, which text of config/texts."""

    dispatch: DispatchKind
    template: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing is sent; ``code`` says why, for the record."""

    code: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is known when deciding whether to answer the sender of one mail intake."""

    kind: IntakeKind
    mailbox: MailboxName
    evidence: Evidence
    assurance: Assurance
    content: ContentState
    mail: Mail | None  # None: it could not be parsed
    case_content: bool = False  # a general query with confidential content: a near miss
    sender_class: SenderClass | None = None
    topic: Topic | None = None
    answered_before: bool = False  # this thread has been answered already
    answers_today: int = 0  # automatic answers to this sender today


def answer_kind(
    asked: Question, policy: SecureDomains, own_addresses: Collection[str], max_answers_a_day: int = 20
) -> AnswerKind | NoAnswer:
    """Decide whether the sender is answered. ``own_addresses``: the gateway's, and those it sends to."""
    stop = may_not_answer(asked.evidence, asked.mail, own_addresses)
    if stop is not None:
        return NoAnswer(stop)
    if asked.kind not in ANSWERED:
        return NoAnswer("kind")
    if asked.answered_before:
        return NoAnswer("thread_answered")
    if asked.answers_today >= max_answers_a_day:
        return NoAnswer("too_many")
    professional = _professional(asked, policy)
    return _at_secure(asked, professional) if asked.mailbox is MailboxName.SECURE else _at_general(asked, professional)


def may_not_answer(evidence: Evidence, mail: Mail | None, own_addresses: Collection[str]) -> str | None:
    """Return why nothing may be sent automatically to the author, or None if it may. RFC 3834 section 2."""
    if evidence.channel is not Channel.SMTP:
        return "not_mail"
    if evidence.dmarc.result != "pass" or not evidence.author.address:
        return "not_authenticated"  # the author, not a signer of the content: the answer goes to the author's address
    if not evidence.reverse_path:
        return "null_reverse_path"
    addresses = (evidence.author.address.reveal().lower(), evidence.reverse_path.reveal().lower())
    if any(address in own_addresses for address in addresses):
        return "own_address"
    if any(_ROBOT.fullmatch(address.rpartition("@")[0]) for address in addresses):
        return "robot_address"
    return "unparsed" if mail is None else _automatic(mail)


def _automatic(mail: Mail) -> str | None:
    submitted = [value.reveal().partition(";")[0].strip().lower() for value in mail.values("auto-submitted")]
    if any(word not in ("no", "") for word in submitted):
        return "auto_submitted"
    if any(header.name.startswith("list-") for header in mail.headers):
        return "list"
    if any(value.reveal().strip().lower() in _BULK for value in mail.values("precedence")):
        return "bulk"
    if any(mail.values(name) for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "feedback-id")):
        return "automatic"
    if mail.content_type in ("multipart/report", "message/delivery-status", "message/disposition-notification"):
        return "report"
    return None


def _professional(asked: Question, policy: SecureDomains) -> bool:
    if asked.sender_class in (SenderClass.PARTNER, SenderClass.PROFESSIONAL, SenderClass.STAFF):
        return True
    domain = asked.assurance.author_domain
    return domain is not None and is_professional(domain, policy)


def _at_secure(asked: Question, professional: bool) -> AnswerKind:
    if asked.assurance.grade.is_proved:
        return AnswerKind(DispatchKind.ACKNOWLEDGEMENT, "ack_secure")
    if asked.assurance.grade is Grade.UNREADABLE:
        return AnswerKind(DispatchKind.ADVICE, "advice_wrapper")
    if asked.kind is IntakeKind.NOTIFICATION or professional:
        return AnswerKind(DispatchKind.ADVICE, easy_way(asked.assurance, asked.content))
    return AnswerKind(DispatchKind.RECEIPT, "receipt_parent")


def _at_general(asked: Question, professional: bool) -> AnswerKind:
    if not professional:
        family = asked.case_content or asked.topic in (Topic.FAMILY, Topic.CASE, Topic.NOTIFICATION, None)
        return AnswerKind(DispatchKind.RECEIPT, "receipt_parent" if family else "receipt_public")
    if asked.assurance.grade is Grade.UNREADABLE:
        return AnswerKind(DispatchKind.ADVICE, "advice_wrapper")
    if not asked.case_content:
        return AnswerKind(DispatchKind.RECEIPT, "receipt_professional")
    if asked.assurance.grade.is_proved:
        return AnswerKind(DispatchKind.ADVICE, "advice_secure_mailbox")
    return AnswerKind(DispatchKind.ADVICE, easy_way(asked.assurance, asked.content))


def easy_way(assurance: Assurance, content: ContentState) -> str:
    """Return the text with the one easy secure way that works for this sender."""
    if content.encrypted is ContentEncryption.OPENPGP or content.signature is not ContentSignature.NONE:
        return "advice_openpgp"
    domain = assurance.author_domain
    if domain is not None and within(domain, "nhs.uk"):
        return "advice_nhs"
    return "advice_form"
