"""The MTA-STS policy is served under its own name, as text/plain, and only while there is one."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.model.channel.own_domain import OwnDomain, StsMode
from gateway.stages.policies.papers import STS_PATH
from gateway.web.pages.mta_sts import add_policy

OWN = OwnDomain("cdop.example", ("mx.cdop.example",), "", sts_mode=StsMode.ENFORCE)


async def get(own: OwnDomain, host: str) -> tuple[int, str, str]:
    app = web.Application()
    add_policy(app, own)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(STS_PATH, headers={"Host": host})
        return answer.status, answer.content_type, await answer.text()


async def test_policy_is_served_under_its_name() -> None:
    status, kind, text = await get(OWN, "MTA-STS.cdop.example:8443")
    assert (status, kind) == (200, "text/plain")
    assert text.splitlines() == ["version: STSv1", "mode: enforce", "mx: mx.cdop.example", "max_age: 604800"]


async def test_under_another_name_or_without_a_policy_there_is_nothing() -> None:
    assert (await get(OWN, "notify.cdop.example"))[0] == 404
    assert (await get(OwnDomain("cdop.example", ("mx",), "", sts_mode=StsMode.NONE), "mta-sts.cdop.example"))[0] == 404
