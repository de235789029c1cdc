"""Serve the MTA-STS policy of our own domain (RFC 8461 section 3.3), and nothing else under that name."""

from __future__ import annotations

from aiohttp import web

from gateway.model.channel.own_domain import OwnDomain, StsMode
from gateway.stages.policies.papers import STS_PATH, sts_host, sts_policy


def add_policy(app: web.Application, own: OwnDomain) -> None:
    """Serve the policy at its well-known path. The certificate must also bear ``mta-sts.DOMAIN``.

    Under another host name it is not found: a policy belongs to one name.
    """
    if own.sts_mode is StsMode.NONE:
        return
    policy = sts_policy(own).encode("ascii")
    host = sts_host(own.domain)

    async def serve(request: web.Request) -> web.Response:
        if (request.host or "").partition(":")[0].lower() != host:
            raise web.HTTPNotFound
        return web.Response(body=policy, content_type="text/plain", headers={"Cache-Control": "max-age=3600"})

    app.router.add_get(STS_PATH, serve)
