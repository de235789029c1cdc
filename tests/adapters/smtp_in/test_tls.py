"""Certificates change while the server runs; a client's certificate is evidence where its authority is known."""

from __future__ import annotations

import asyncio
import dataclasses
import ssl
from pathlib import Path

import pytest
import uvloop

from gateway.adapters.host.folders import Folders
from gateway.adapters.smtp_in import TlsContexts
from gateway.roles.intake import certificate_files
from tests.adapters.smtp_in import test_server as receive
from tests.adapters.smtp_in.rig import END, HOST, MESSAGE, SECURE, make_certificate, peer, rig
from tests.hostile import test_smtp_bdat as bdat
from tests.hostile import test_smtp_injection as injection
from tests.hostile import test_smtp_limits as limits
from tests.hostile import test_smtp_smuggling as smuggling


async def test_new_certificate_is_shown_without_a_restart_and_sessions_go_on(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    async with rig(files=files) as gateway, peer(gateway.port) as old:
        await old.greet()
        await old.start_tls(gateway.client_tls())
        before = gateway.client_tls()
        make_certificate(tmp_path)
        assert gateway.server.reload_certificates()
        async with peer(gateway.tls_port, gateway.client_tls()) as new:
            await new.greet()
        with pytest.raises(ssl.SSLCertVerificationError):
            async with peer(gateway.tls_port, before):
                pass
        await old.say("EHLO client.example")
        await old.envelope()
        assert (await old.data(MESSAGE + END)).startswith("250 ")


def test_half_renewed_certificate_leaves_the_old_one_in_place(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    contexts = TlsContexts(files)
    before = contexts.current
    key = files.key.read_bytes()
    make_certificate(tmp_path)
    renewed = files.key.read_bytes()
    files.key.write_bytes(key)
    assert not contexts.reload()
    assert contexts.current is before
    files.key.write_bytes(renewed)
    assert contexts.reload()
    assert contexts.current is not before
    files.key.unlink()
    assert not contexts.reload()


async def test_server_that_keeps_one_context_shows_the_new_certificate_too(tmp_path: Path) -> None:
    contexts = TlsContexts(make_certificate(tmp_path))
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=contexts.front)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for _ in range(2):
            shown = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
            async with peer(port, shown) as client:
                assert await client.rest() == b""
            make_certificate(tmp_path)
            assert contexts.reload()


def test_missing_certificate_is_an_error_at_the_start(tmp_path: Path) -> None:
    files = make_certificate(tmp_path)
    files.chain.unlink()
    with pytest.raises(OSError, match="No such file"):
        TlsContexts(files)


async def test_subject_of_a_known_client_certificate_is_recorded(tmp_path: Path) -> None:
    client = make_certificate(tmp_path, "mail.surgery.example", "client")
    files = dataclasses.replace(make_certificate(tmp_path), client_authorities=client.chain)
    async with rig(files=files) as gateway:
        context = gateway.client_tls()
        context.load_cert_chain(client.chain, client.key)
        async with peer(gateway.tls_port, context) as sender:
            await (await sender.greet()).envelope()
            assert (await sender.data(MESSAGE + END)).startswith("250 ")
        async with peer(gateway.tls_port, gateway.client_tls()) as sender:
            await (await sender.greet()).envelope()
            assert (await sender.data(MESSAGE + END)).startswith("250 ")
        kept = await gateway.kept()
    subjects = [
        arrival.connection.tls.client_subject for arrival, _ in kept if arrival.connection and arrival.connection.tls
    ]
    assert subjects == ["commonName=mail.surgery.example", None]


def test_authorities_of_client_certificates_are_asked_for_by_mail_only_and_where_their_file_stands(
    tmp_path: Path,
) -> None:
    folders = Folders(tmp_path)
    folders.intake_keys.mkdir(parents=True)
    made = make_certificate(folders.intake_keys, stem="tls")
    made.chain.rename(folders.intake_keys / "tls.crt")
    assert TlsContexts(certificate_files(folders)).current.verify_mode is ssl.CERT_NONE
    known = make_certificate(tmp_path, "ca.surgery.example", "ca")
    known.chain.rename(folders.intake_keys / "client-authorities.pem")
    contexts = TlsContexts(certificate_files(folders))
    assert contexts.current.verify_mode is ssl.CERT_OPTIONAL
    assert contexts.front.verify_mode is ssl.CERT_NONE
    assert contexts._page.verify_mode is ssl.CERT_NONE  # what each handshake of the pages gets


async def test_peer_that_breaks_off_its_handshake_leaves_nothing_behind() -> None:
    async with rig() as gateway:
        async with peer(gateway.port) as client:
            await client.greet()
            assert (await client.say("STARTTLS")).startswith("220 ")
            client.send(b"\x16\x03\x01\x02\x00\x01")
        await gateway.until_everybody_left()
        async with peer(gateway.tls_port) as client:
            client.send(b"\x16\x03\x01")
        await gateway.until_everybody_left()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_version_is_recorded_as_negotiated(version: ssl.TLSVersion) -> None:
    async with rig() as gateway:
        context = gateway.client_tls()
        context.minimum_version = context.maximum_version = version
        async with peer(gateway.tls_port, context) as client:
            await (await client.greet()).envelope(SECURE)
            await client.data(MESSAGE + END)
        [(arrival, _)] = await gateway.kept()
    assert arrival.connection is not None
    assert arrival.connection.tls is not None
    assert arrival.connection.tls.version == version.name.replace("v1_", "v1.")
    assert HOST not in arrival.connection.tls.cipher


def test_everything_holds_on_uvloop_too() -> None:
    """The loop that the intake role runs on. The other tests run on asyncio's own."""

    async def all_of_them() -> None:
        await receive.test_message_in_clear_is_kept_byte_for_byte_with_what_is_known_of_the_way()
        await receive.test_starttls_is_recorded_with_version_and_cipher()
        await receive.test_implicit_tls_begins_with_the_first_byte()
        await receive.test_a_message_of_25_mb_is_kept_byte_for_byte()
        await receive.test_shutdown_says_421_to_the_idle_and_lets_a_message_end()
        await injection.test_commands_injected_behind_starttls_are_never_carried_out()
        await injection.test_octets_that_follow_starttls_a_moment_later_break_the_handshake_and_nothing_else()
        await injection.test_nothing_said_in_clear_counts_after_starttls()
        await injection.test_plain_text_on_the_implicit_tls_port_gets_no_dialogue()
        await injection.test_pipelined_group_is_answered_in_order()
        await bdat.test_chunks_can_be_pipelined()
        await limits.test_half_closed_connection_gets_its_replies()
        await limits.test_hang_up_at_each_byte_keeps_a_message_once_or_not_at_all(reset=False)
        await limits.test_hang_up_right_behind_the_final_dot_keeps_the_message_and_only_once()
        await limits.test_peer_that_does_not_read_its_replies_is_dropped()
        await test_peer_that_breaks_off_its_handshake_leaves_nothing_behind()
        for false_end in smuggling.FALSE_ENDS[:4]:
            await smuggling.test_false_end_of_data_never_ends_a_message(false_end)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_of_them())
