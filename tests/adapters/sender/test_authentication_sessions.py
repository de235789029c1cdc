"""The table of sessions: each is signed, sent over its zone, gathered and graded as in the worker."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.secure_domains import load_secure_domains
from gateway.adapters.sender.authentication import SenderAuthenticator
from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.model.channel.assurance import Assurance
from gateway.model.channel.secure_domains import SecureDomains
from gateway.model.content.confidential import Confidential
from gateway.model.kinds import Grade
from gateway.stages.assess.grade import grade
from gateway.stages.assess.sentences import SENTENCES
from tests.adapters.channel_kit import NOW, FixedClock, arrival, message, parse, seal, sign
from tests.adapters.sessions import KEYS, SESSIONS, ZONE, Session
from tests.adapters.sessions_edges import EDGES
from tests.adapters.sessions_edges import ZONE as EDGE_ZONE

ALL = (*SESSIONS, *EDGES)


@pytest.fixture(scope="module")
def policy() -> SecureDomains:
    """The packaged policy with one accredited host and one named sealer, checked three weeks ago."""
    packaged = load_secure_domains([packaged_config()])
    rows = [replace(row, hosts=("accredited.nhs.uk",)) if row.domain == "nhs.uk" else row for row in packaged.rows]
    checked = tuple(replace(row, checked_on=NOW.date()) for row in rows)
    return replace(packaged, rows=checked, trusted_sealers=("lists.example",))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authenticator() -> AsyncIterator[SenderAuthenticator]:
    made = SenderAuthenticator(
        ZoneFileResolver(ZONE + EDGE_ZONE),
        FixedClock(),
        authserv_id="gateway.example",
        processes=1,
    )
    yield made
    await made.close()


def build(session: Session) -> bytes:
    raw = message(session.author, session.subject, session.extra)
    if not session.author:
        raw = raw.replace(b"From: \r\n", b"")
    if session.key:
        raw = sign(raw, KEYS[session.key], session.domain, session.selector, **session.options)
    if session.spoil == "list":
        raw = raw.replace(b"Subject: ", b"Subject: [list] ")
    for at, (key, domain, results) in enumerate(session.seals, 1):
        raw = seal(raw, KEYS[key], domain, results, cv=session.cv if at == len(session.seals) else "")
    if session.spoil == "arc_results":
        raw = re.sub(rb"ARC-Authentication-Results:[^\r\n]*\r\n", b"", raw)
    if session.spoil == "arc_first":
        raw = re.sub(rb"ARC-[A-Za-z-]+: i=1;[^\r\n]*\r\n", b"", raw)
    if session.spoil in ("body", "arc"):
        raw += b"Added below.\r\n"
    if session.spoil == "subject":
        raw = raw.replace(b"Subject: ", b"Subject: Re: ")
    return session.top.encode() + raw


async def assess(authenticator: SenderAuthenticator, policy: SecureDomains, session: Session) -> Assurance:
    raw = build(session)
    address = session.author.rpartition("<")[2].rstrip(">").strip() if session.author else ""
    reverse_path = address if session.reverse_path is None else session.reverse_path
    came = arrival(reverse_path, tls=session.tls, peer=session.peer, helo=session.helo)
    evidence = await authenticator.gather(came, parse(raw), Confidential(raw))
    return grade(evidence, policy, session.content, NOW + session.later)


@pytest.mark.parametrize("session", ALL, ids=lambda session: session.name)
@pytest.mark.asyncio(loop_scope="module")  # the children belong to one loop
async def test_session_gets_its_grade_and_reasons(
    authenticator: SenderAuthenticator, policy: SecureDomains, session: Session
) -> None:
    assurance = await assess(authenticator, policy, session)
    codes = [reason.code for reason in assurance.reasons]
    assert (assurance.grade, codes) == (session.grade, codes)
    assert set(session.reasons) <= set(codes), codes
    assert not set(session.never) & set(codes), codes
    assert "proved_transport_only" in codes


def test_the_table_has_at_least_sixty_sessions_and_every_grade_of_mail() -> None:
    assert len(ALL) >= 60
    assert len({session.name for session in ALL}) == len(ALL)
    assert {session.grade for session in ALL} == {
        Grade.SECURE, Grade.CLAIMED, Grade.NOT_SECURE, Grade.UNREADABLE, Grade.END_TO_END,
    }  # fmt: skip
    assert {code for session in ALL for code in session.reasons} - set(SENTENCES) == {"wrapper_newthing"}
