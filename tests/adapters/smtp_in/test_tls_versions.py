"""What our listeners negotiate, asked by a client that would take anything; what it can do is shown on a lax server."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.adapters.smtp_in import server as listeners
from gateway.adapters.smtp_in.tls import make_context
from tests.adapters.smtp_in.rig import Rig, certificate, make_certificate, peer, rig

ANYTHING = "ALL:@SECLEVEL=0"
# Mozilla Server Side TLS 5.7, "intermediate", written down here apart from the code that is tested.
INTERMEDIATE = {
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-CHACHA20-POLY1305",
}
OF_TLS_1_3 = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}


def anything(
    version: ssl.TLSVersion, ciphers: str = ANYTHING, protocol: int = ssl.PROTOCOL_TLS_CLIENT
) -> ssl.SSLContext:
    """Return a context for exactly one version, down to what nobody should use."""
    context = ssl.SSLContext(protocol)
    context.set_ciphers(ciphers)
    with warnings.catch_warnings():  # Python itself says that these are old
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    if protocol == ssl.PROTOCOL_TLS_CLIENT:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_cert_chain(certificate().chain, certificate().key)
    return context


async def negotiated(port: int, context: ssl.SSLContext) -> str | None:
    """Return the cipher that both agreed on, None where they agreed on none."""
    try:
        async with asyncio.timeout(60):
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    except (ssl.SSLError, ConnectionError):
        return None
    name: str = writer.get_extra_info("ssl_object").cipher()[0]
    writer.transport.abort()
    await asyncio.sleep(0)
    return name


@asynccontextmanager
async def lax_server(version: ssl.TLSVersion) -> AsyncIterator[int]:
    context = anything(version, protocol=ssl.PROTOCOL_TLS_SERVER)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=lambda version: version.name)
async def test_old_tls_is_refused_of_a_client_that_speaks_it(version: ssl.TLSVersion) -> None:
    context = anything(version)
    async with lax_server(version) as port:
        assert await negotiated(port, context) is not None, "this client cannot speak it: the test would show nothing"
    async with rig() as gateway:
        assert await negotiated(gateway.tls_port, context) is None


async def test_of_all_ciphers_of_tls_1_2_only_those_of_mozillas_intermediate_are_taken() -> None:
    version = ssl.TLSVersion.TLSv1_2
    offered = {str(one["name"]) for one in anything(version).get_ciphers()} - OF_TLS_1_3
    async with rig() as gateway:
        taken = {await negotiated(gateway.tls_port, anything(version, f"{name}:@SECLEVEL=0")) for name in offered}
    assert len(offered) > 40
    assert taken - {None} == {name for name in INTERMEDIATE if "ECDSA" in name}  # what our ECDSA certificate can


def test_with_a_certificate_of_another_kind_no_other_cipher_is_ready() -> None:
    ready = {str(one["name"]) for one in make_context(certificate()).get_ciphers()}
    assert ready <= INTERMEDIATE | OF_TLS_1_3
    assert any("ECDHE-RSA" in name for name in ready)


async def is_shown(gateway: Rig, context: ssl.SSLContext) -> bool:
    try:
        async with peer(gateway.tls_port, context) as client:
            await client.greet()
    except ssl.SSLCertVerificationError:
        return False
    return True


async def test_certificate_files_are_looked_at_without_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_CERTIFICATE_LOOK_S", 0.02)
    async with rig(files=make_certificate(tmp_path)) as gateway:
        make_certificate(tmp_path)
        async with asyncio.timeout(60):
            while not await is_shown(gateway, gateway.client_tls()):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.02)
