"""Send the demo's mail by real SMTP and its forms by real HTTPS, as a sender's system and a browser would."""

from __future__ import annotations

import asyncio
import html
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

import aiohttp

from gateway.adapters.host.system import SystemClock
from gateway.adapters.openpgp import GnuPG
from gateway.model.content.confidential import ConfidentialBytes
from gateway.roles.demo.messages import Sample
from gateway.roles.demo.world import DOMAIN, World
from gateway.stages.openpgp import pgp_mime

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_REFERENCE = re.compile(r'cdop-reference">([^<]+)<')


async def send(world: World, sample: Sample) -> None:
    """Send one message to the MX port; smtplib's exceptions say that it was not taken."""
    raw = await _encrypted(world, sample) if sample.encrypted else sample.content.as_bytes()
    await asyncio.to_thread(deliver, world, sample.reverse_path or sample.author, sample.to, raw, tls=sample.tls)


def deliver(world: World, reverse_path: str, forward_path: str, raw: bytes, *, tls: bool = True) -> None:
    """Speak SMTP to the gateway; with ``tls`` its certificate is verified against the demo's authority."""
    with smtplib.SMTP("127.0.0.1", world.ports["mx"], local_hostname="mail.example", timeout=30) as session:
        if tls:
            context = ssl.create_default_context(cafile=str(world.ca_file))
            session._host = f"mx.{DOMAIN}"  # type: ignore[attr-defined] # the name that the certificate must bear
            session.starttls(context=context)
        session.sendmail(reverse_path, [forward_path], raw)


async def _encrypted(world: World, sample: Sample) -> bytes:
    """Return PGP/MIME to the gateway's key, signed by the sender's own."""
    gnupg = GnuPG(world.sender.home, world.sender.own, [world.own])
    outer = (
        ("From", sample.author),
        ("To", sample.to),
        ("Subject", pgp_mime.OUTER_SUBJECT),
        ("Date", format_datetime(SystemClock().now())),
        ("Message-ID", str(sample.content["Message-ID"])),
    )
    body = sample.content.get_content()
    entity = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + pgp_mime.crlf(body.encode())
    inner = pgp_mime.protect(outer, str(sample.content["Subject"]), entity)
    try:
        armoured = await gnupg.encrypt_and_sign(ConfidentialBytes(inner), [world.own])
    finally:
        gnupg.close()
    return pgp_mime.build(outer, armoured)


async def post_form(world: World, path: str, values: Mapping[str, Any]) -> str:
    """Fill in one page as a browser without JavaScript does; return the reference that the confirmation shows."""
    base = f"https://127.0.0.1:{world.ports['web']}"
    context = ssl.create_default_context(cafile=str(world.ca_file))
    jar = aiohttp.CookieJar(unsafe=True)
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as browser:
        async with browser.get(base + path) as page:
            hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(await page.text())}
        headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        for _ in range(2):  # what looks odd, as a test number does, is shown once more and passes the second time
            async with browser.post(base + path, data={**hidden, **values}, headers=headers) as answer:
                text = await answer.text()
            hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(text)}
            found = _REFERENCE.search(text)
            if found is not None:
                break
    if found is None:
        raise RuntimeError("the form was not taken")
    return found[1].strip()
