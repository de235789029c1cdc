"""Who is answered, and with what: nobody who is not proved, no robot, no list, no loop, no scolding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.config.texts import load_texts
from gateway.model.channel.arrival import Connection, Tls
from gateway.model.channel.assurance import Assurance, Author, AuthorState, ContentState, Dmarc, Evidence
from gateway.model.content.confidential import NOTHING, Confidential
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
from gateway.stages import mime
from gateway.stages.answers.answering import AnswerKind, NoAnswer, Question, answer_kind

NOW = datetime(2026, 11, 23, tzinfo=UTC)
POLICY = load_secure_domains([packaged_config()])
TEXTS = load_texts([packaged_config()])
OWN = frozenset({"secure-cdop@gateway.example", "cdop@council.gov.uk"})
SECURE, GENERAL = MailboxName.SECURE, MailboxName.GENERAL


def mail(head: str = "", kind: str = "text/plain") -> Mail:
    raw = f"{head}From: a@b.example\r\nContent-Type: {kind}\r\n\r\nx"
    parsed = mime.parse(raw.encode(), mime.MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


def question(
    domain: str = "nhs.net", grade: Grade = Grade.SECURE, mailbox: MailboxName = SECURE, **more: object
) -> Question:
    address = more.pop("address", f"nurse@{domain}")
    reverse = more.pop("reverse_path", address)
    evidence = Evidence(
        Channel.SMTP,
        mailbox,
        NOW,
        NOW,
        reverse_path=Confidential(str(reverse)),
        connection=Connection("192.0.2.1", "h", True, Tls("TLSv1.3", "x")),
        author=Author(AuthorState.ONE, Confidential(str(address)), domain, (domain,)),
        dmarc=Dmarc(str(more.pop("dmarc", "pass")), domain),
    )
    kind = IntakeKind.NOTIFICATION if mailbox is SECURE else IntakeKind.GENERAL_QUERY
    asked = Question(kind, mailbox, evidence, Assurance(grade, (), (), domain, True), ContentState(), mail())
    return replace(asked, **more)  # type: ignore[arg-type]


def answer(asked: Question) -> AnswerKind | NoAnswer:
    return answer_kind(asked, POLICY, OWN)


@pytest.mark.parametrize(
    ("asked", "template"),
    [
        (question(), "ack_secure"),
        (question(grade=Grade.END_TO_END), "ack_secure"),
        (question("clinic.example", Grade.NOT_SECURE), "advice_form"),
        (question("gmail.com", Grade.NOT_SECURE), "advice_form"),
        (question("trust.nhs.uk", Grade.NOT_SECURE), "advice_nhs"),
        (question("clinic.example", Grade.CLAIMED, content=ContentState(ContentEncryption.OPENPGP)), "advice_openpgp"),
        (question("clinic.example", Grade.NOT_SECURE, content=ContentState(signature=ContentSignature.UNKNOWN)),
         "advice_openpgp"),
        (question(grade=Grade.UNREADABLE, kind=IntakeKind.UNREADABLE), "advice_wrapper"),
        (question(kind=IntakeKind.SECURE_QUERY), "ack_secure"),
        (question("a.sch.uk", Grade.NOT_SECURE, kind=IntakeKind.SECURE_QUERY), "advice_form"),
        (question("gmail.com", Grade.NOT_SECURE, kind=IntakeKind.SECURE_QUERY), "receipt_parent"),
        (question(mailbox=GENERAL), "receipt_professional"),
        (question(mailbox=GENERAL, case_content=True), "advice_secure_mailbox"),
        (question("council.gov.uk", Grade.CLAIMED, GENERAL, case_content=True), "advice_form"),
        (question("trust.nhs.uk", Grade.NOT_SECURE, GENERAL, case_content=True), "advice_nhs"),
        (question("clinic.example", Grade.NOT_SECURE, GENERAL, case_content=True, sender_class=SenderClass.PARTNER),
         "advice_form"),
        (question("gmail.com", Grade.NOT_SECURE, GENERAL), "receipt_parent"),
        (question("gmail.com", Grade.NOT_SECURE, GENERAL, case_content=True), "receipt_parent"),
        (question("gmail.com", Grade.NOT_SECURE, GENERAL, topic=Topic.FAMILY), "receipt_parent"),
        (question("gmail.com", Grade.NOT_SECURE, GENERAL, topic=Topic.PRESS), "receipt_public"),
        (question(grade=Grade.UNREADABLE, mailbox=GENERAL), "advice_wrapper"),
    ],
)  # fmt: skip
def test_each_sender_gets_the_text_that_fits(asked: Question, template: str) -> None:
    outcome = answer(asked)
    assert isinstance(outcome, AnswerKind)
    assert outcome.template == template
    assert TEXTS.template(template)
    kinds = {"ack": DispatchKind.ACKNOWLEDGEMENT, "advice": DispatchKind.ADVICE, "receipt": DispatchKind.RECEIPT}
    assert outcome.dispatch is kinds[template.partition("_")[0]]


@pytest.mark.parametrize("result", ["fail", "none", "temperror", "permerror"])
@pytest.mark.parametrize("mailbox", [SECURE, GENERAL])
def test_nobody_is_answered_without_a_dmarc_pass(result: str, mailbox: MailboxName) -> None:
    assert answer(question(mailbox=mailbox, dmarc=result)) == NoAnswer("not_authenticated")


def test_a_good_signature_inside_does_not_make_a_forged_author_answerable() -> None:
    assert answer(question(grade=Grade.END_TO_END, dmarc="fail")) == NoAnswer("not_authenticated")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (question(reverse_path=""), "null_reverse_path"),
        (question(address="CDOP@council.gov.uk"), "own_address"),
        (question(reverse_path="secure-cdop@gateway.example"), "own_address"),
        (question(address="no-reply@nhs.net"), "robot_address"),
        (question(address="MAILER-DAEMON@nhs.net"), "robot_address"),
        (question(address="team-request@nhs.net"), "robot_address"),
        (question(reverse_path="bounce+abc@nhs.net"), "robot_address"),
        (question(mail=mail("Auto-Submitted: auto-replied\r\n")), "auto_submitted"),
        (question(mail=mail("Auto-Submitted: auto-generated (x)\r\n")), "auto_submitted"),
        (question(mail=mail("Auto-Submitted: auto-notified; owner-email=x\r\n")), "auto_submitted"),
        (question(mail=mail("List-Id: <x.example>\r\n")), "list"),
        (question(mail=mail("List-Unsubscribe: <mailto:x@y.example>\r\n")), "list"),
        (question(mail=mail("Precedence: Bulk\r\n")), "bulk"),
        (question(mail=mail("X-Auto-Response-Suppress: All\r\n")), "automatic"),
        (question(mail=mail("", "multipart/report; boundary=x")), "report"),
        (question(mail=None), "unparsed"),
        (question(kind=IntakeKind.DELIVERY_REPORT), "kind"),
        (question(kind=IntakeKind.SPAM_SUSPECTED), "kind"),
        (question(kind=IntakeKind.OPERATOR_MAIL), "kind"),
        (question(kind=IntakeKind.DOMAIN_REPORT), "kind"),
        (question(kind=IntakeKind.ACKNOWLEDGEMENT), "kind"),
        (question(answered_before=True), "thread_answered"),
        (question(answers_today=20), "too_many"),
    ],
)
def test_robots_lists_loops_and_repeats_get_nothing(asked: Question, code: str) -> None:
    assert answer(asked) == NoAnswer(code)


def test_auto_submitted_no_is_a_person() -> None:
    assert isinstance(answer(question(mail=mail("Auto-Submitted: no\r\n"))), AnswerKind)


def test_form_posts_are_answered_by_their_page_and_not_by_mail() -> None:
    asked = question()
    assert answer(replace(asked, evidence=replace(asked.evidence, channel=Channel.FORM))) == NoAnswer("not_mail")


def test_author_without_an_address_gets_nothing() -> None:
    asked = question()
    nobody = replace(asked.evidence, author=Author(AuthorState.SEVERAL_FIELDS, NOTHING))
    assert answer(replace(asked, evidence=nobody)) == NoAnswer("not_authenticated")
