"""What the general inbox would get of an arrival, and whether a second reader objects."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.case.plan import Plan
from gateway.model.channel.arrival import Arrival
from gateway.model.content.confidential import ConfidentialText
from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList, ScreenContext, Screened
from gateway.model.content.thread import Remembered
from gateway.model.kinds import DispatchKind
from gateway.stages.answers.unread import unread
from gateway.stages.screen import screen
from gateway.steps.intake.assess import Assessment
from gateway.steps.intake.read import Reading
from gateway.steps.intake.readers import Readers


async def second_opinion_is_clear(readers: Readers, screened: Screened, plan: Plan) -> bool:
    """Ask only about what is about to be released. Our own frame above the sender's words is not asked about."""
    if readers.second_opinion is None or not any(item.kind is DispatchKind.GENERAL_COPY for item in plan.dispatches):
        return True
    body = ConfidentialText(screened.text.reveal().partition("\n\n")[2])
    return await readers.second_opinion.is_clear(screened.subject, body, readers.known)


def screened_of(
    readers: Readers, arrival: Arrival, reading: Reading, assessment: Assessment, thread: Remembered
) -> Screened:
    """Return what the general inbox would get of an arrival."""
    context = replace(screen_context(readers, arrival, assessment), known_names=thread.names, masks=thread.masks)
    if not isinstance(reading.mail, Mail):
        return unread(context, readers.screening)
    return screen(reading.mail, context, readers.screening)


def screen_context(readers: Readers, arrival: Arrival, assessment: Assessment) -> ScreenContext:
    """Return what screening is told of an arrival beside its text."""
    return ScreenContext(
        mailbox=arrival.mailbox,
        received_at=arrival.received_at,
        reference=arrival.reference,
        authenticated=assessment.assurance.authenticated,
        author_domain=assessment.assurance.author_domain,
        partner=_is_partner(assessment, readers.known),
        allowed=readers.known,
        staff_domains=tuple({address.rpartition("@")[2] for address in readers.own_addresses}),
        console_url=readers.console_url,
    )


def _is_partner(assessment: Assessment, known: AllowList) -> bool:
    """Say whether an authenticated author is of an organisation that the panel lists as its own or a partner."""
    domain = assessment.assurance.author_domain
    return assessment.assurance.authenticated and domain is not None and domain in known.domains
