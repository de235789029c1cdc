"""Intake serves our own MTA-STS policy beside the form, and refuses clear text where the settings say so."""

from __future__ import annotations

import ssl

import aiohttp
import pytest

from gateway.adapters.config.settings import Settings
from gateway.model.channel.own_domain import OwnDomain, StsMode
from gateway.model.kinds import MailboxName
from gateway.roles.demo.world import DOMAIN
from gateway.roles.intake import smtp_settings
from gateway.stages.policies.papers import STS_PATH, sts_host, sts_policy
from tests.journeys.walk import Walk


@pytest.mark.asyncio(loop_scope="session")
async def test_intake_serves_the_policy_under_its_name_with_a_certificate_that_bears_it(walk: Walk) -> None:
    context = ssl.create_default_context(cafile=str(walk.world.ca_file))
    connector = aiohttp.TCPConnector(ssl=context)
    url = f"https://127.0.0.1:{walk.world.ports['web']}{STS_PATH}"
    host = sts_host(DOMAIN)
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        client.get(url, headers={"Host": host}, server_hostname=host) as answer,
    ):
        served = (answer.status, answer.content_type, await answer.text())
    own = OwnDomain(DOMAIN, (f"mx.{DOMAIN}",), "", sts_mode=StsMode.TESTING)
    assert served == (200, "text/plain", sts_policy(own))


def refusing(settings: Settings, **flags: bool) -> frozenset[MailboxName]:
    intake = settings.intake.model_copy(update=flags)
    told = smtp_settings(settings.model_copy(update={"intake": intake})).clear_text
    if told.mailboxes:
        assert (told.form_address, told.telephone) == (settings.panel.form_url, settings.panel.telephone)
    return told.mailboxes


@pytest.mark.asyncio(loop_scope="session")
async def test_each_mailbox_has_a_setting_of_its_own_for_clear_text_and_takes_it_by_default(walk: Walk) -> None:
    assert refusing(walk.settings) == frozenset()
    assert refusing(walk.settings, refuse_clear_text_secure=True) == {MailboxName.SECURE}
    assert refusing(walk.settings, refuse_clear_text_general=True) == {MailboxName.GENERAL}
