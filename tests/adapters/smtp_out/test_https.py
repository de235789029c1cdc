from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from gateway.adapters.sender.dns import ZoneFileResolver
from gateway.adapters.smtp_out.https import HttpsClient, is_public
from gateway.stages.policies.mta_sts import Fault
from tests.adapters.smtp_out.peers import Issued, issue, policy_host, server_context


@contextlib.asynccontextmanager
async def site(issued: Issued, folder: Path) -> AsyncIterator[int]:
    async def answer(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/moved":
                raise web.HTTPFound("/file")
            case "/html":
                return web.Response(text="<p>", content_type="text/html")
            case "/large":
                return web.Response(body=b"x" * 5000, content_type="text/plain")
            case "/file":
                return web.Response(text="version: STSv1")
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(issued, folder))
    await listener.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


URL = "https://mta-sts.panel.example/.well-known/mta-sts.txt"
HOST = "mta-sts.panel.example"


def names(*addresses: str, kind: str = "A") -> ZoneFileResolver:
    return ZoneFileResolver("\n".join(f"{HOST}. {kind} {address}" for address in addresses) or f"{HOST}. TXT x")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("file", b"version: STSv1"),
        ("moved", Fault.REDIRECT),
        ("html", Fault.CONTENT_TYPE),
        ("large", Fault.TOO_LARGE),
        ("missing", Fault.STATUS),
    ],
)
async def test_only_a_small_plain_file_at_the_very_address_counts(
    authority: Issued, ca_file: Path, tmp_path: Path, path: str, body: bytes | Fault
) -> None:
    async with site(issue(HOST, authority), tmp_path) as port:
        client = HttpsClient(names("127.0.0.1"), ca_file, inward=True, port=port)
        assert await client.get(f"https://{HOST}/{path}", 4096, 5.0) == body


@pytest.mark.parametrize(
    ("name", "known", "fault"), [(HOST, False, True), ("panel.example", True, True), (HOST, True, False)]
)
async def test_a_certificate_that_does_not_verify_is_no_answer(
    authority: Issued, ca_file: Path, tmp_path: Path, name: str, known: bool, fault: bool
) -> None:
    with policy_host(issue(name, authority if known else None), tmp_path, b"x") as port:
        client = HttpsClient(names("127.0.0.1"), ca_file, inward=True, port=port)
        assert await client.get(URL, 4096, 5.0) == (Fault.CERTIFICATE if fault else b"x")


@pytest.mark.parametrize("url", ["http://localhost/file", "https://localhost:8443/file", "https:///file"])
async def test_clear_text_and_other_ports_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        await HttpsClient(names()).get(url, 4096, 5.0)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket on loopback that listens and says nothing."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        made.listen()
        made.setblocking(False)
        yield made


async def test_a_name_that_points_into_our_own_machine_is_never_connected_to(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    client = HttpsClient(names("127.0.0.1"), port=port)
    assert await client.get(URL, 4096, 5.0) is Fault.ADDRESS_NOT_PUBLIC
    with pytest.raises(BlockingIOError):
        listener.accept()


async def test_a_host_that_says_nothing_costs_no_more_than_the_limit(listener: socket.socket) -> None:
    client = HttpsClient(names("127.0.0.1"), inward=True, port=listener.getsockname()[1])
    for limit_s in (0.2, 2.0, 20.0):  # a busy machine may need more to get there at all
        assert await client.get(URL, 4096, limit_s) is Fault.TIME
        with contextlib.suppress(BlockingIOError):
            listener.accept()[0].close()
            return  # it was reached: the same address, where the settings name a test resolver
    raise AssertionError("it was never reached")


@pytest.mark.parametrize(
    ("resolver", "fault"),
    [
        (names(), Fault.NO_ADDRESS),
        (ZoneFileResolver(f";temporary {HOST}"), Fault.DNS),
        (names("fd00::1", "::1", kind="AAAA"), Fault.ADDRESS_NOT_PUBLIC),
    ],
)
async def test_why_there_is_no_file_is_told_apart(resolver: ZoneFileResolver, fault: Fault) -> None:
    assert await HttpsClient(resolver).get(URL, 4096, 5.0) is fault


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "127.0.0.1", "0.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "192.0.2.1",
        "198.18.0.1", "224.0.0.251", "233.252.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1",
        "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1",
        "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "localhost", "",
    ],
)  # fmt: skip
def test_addresses_that_lead_inward_or_nowhere_are_not(address: str) -> None:
    assert not is_public(address)
