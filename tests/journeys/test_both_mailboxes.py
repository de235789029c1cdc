"""One message to both mailboxes becomes two intakes of one case, and the neighbour gets it once."""

from __future__ import annotations

import asyncio
import smtplib
import ssl

import pytest

from gateway.model.kinds import DispatchKind, MailboxName
from gateway.roles.demo.world import DOMAIN, GENERAL, SECURE
from tests.journeys.mail import sample
from tests.journeys.walk import Walk


def send_to_both(walk: Walk) -> None:
    content = sample("notification, lives in Oxford").content.as_bytes()
    with smtplib.SMTP("127.0.0.1", walk.world.ports["mx"], timeout=120) as session:
        session._host = f"mx.{DOMAIN}"  # type: ignore[attr-defined] # the name the certificate must bear
        session.starttls(context=ssl.create_default_context(cafile=str(walk.world.ca_file)))
        session.sendmail("doctor@trust.example", [SECURE, GENERAL], content)


@pytest.mark.asyncio(loop_scope="session")
async def test_one_message_to_both_mailboxes_is_two_intakes_one_case_one_forward(walk: Walk) -> None:
    await asyncio.to_thread(send_to_both, walk)
    await walk.settle()
    first, second = await walk.intakes()
    assert {first.mailbox, second.mailbox} == {MailboxName.SECURE, MailboxName.GENERAL}
    assert first.case_id == second.case_id is not None
    assert [first.duplicate_of, second.duplicate_of] in ([None, first.id], [second.id, None])  # side by side
    assert len(await walk.store().cases()) == 1
    forwards = [row for row in await walk.dispatches() if row.kind is DispatchKind.FORWARD]
    assert len(forwards) == 1
    assert len(walk.received("oxfordshire")) == 1


@pytest.mark.asyncio(loop_scope="session")
async def test_a_second_notifier_with_other_answers_is_linked_and_forwarded_as_the_next(walk: Walk) -> None:
    await walk.mail(sample("notification, lives in Oxford"))
    await walk.settle()
    other = (
        sample("notification, lives in Oxford").content.as_bytes().replace(b"Stoke Mandeville", b"Stoke Manderville")
    )
    await walk.raw("doctor@trust.example", SECURE, other)
    await walk.settle()
    assert len(await walk.store().cases()) == 1
    assert [row.sequence for row in await walk.store().handovers()] == [1, 2]
