"""Assess the channel of one arrival: asked once, stored, and never asked again.

Everything that asks the outside (DNS) is here; what follows gives the same each time it is run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from gateway.model.channel.arrival import Arrival
from gateway.model.channel.assurance import Assurance, ContentState, Evidence
from gateway.model.content.confidential import ConfidentialBytes
from gateway.model.content.message import Mail
from gateway.model.kinds import ContentEncryption
from gateway.stages.assess.grade import grade
from gateway.stages.assess.wrappers import wrapper_of
from gateway.steps.intake.read import Reading
from gateway.steps.intake.readers import Readers


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is stored before anything is decided: asked once, kept for good."""

    evidence: Evidence
    assurance: Assurance
    content: ContentState


_ASSESSMENT = TypeAdapter(Assessment)


def pack_assessment(assessment: Assessment) -> ConfidentialBytes:
    """Return the assessment as bytes to be sealed to the worker."""
    return ConfidentialBytes(_ASSESSMENT.dump_json(assessment))


def unpack_assessment(content: ConfidentialBytes) -> Assessment:
    """Read an assessment back."""
    return _ASSESSMENT.validate_json(content.reveal())


async def look(
    readers: Readers, arrival: Arrival, content: ConfidentialBytes, reading: Reading, now: datetime
) -> Assessment:
    """Gather the evidence of the channel and grade it."""
    evidence = await readers.evidence.gather(arrival, reading.outer, content)
    state = _content_state(reading)
    return Assessment(evidence, grade(evidence, readers.secure_domains, state, now), state)


def _content_state(reading: Reading) -> ContentState:
    """Add the wrapper that the sender's own words are in, if there is one that we cannot open."""
    if not isinstance(reading.mail, Mail) or not reading.content.opened:
        return reading.content
    wrapper = wrapper_of(reading.mail)
    if wrapper is None:
        return reading.content
    return replace(reading.content, wrapper=wrapper, opened=False, encrypted=ContentEncryption.UNREADABLE)
