"""Two gateways that answer each other by themselves: one question, one receipt, and silence."""

from __future__ import annotations

import asyncio
import random
import shutil
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from email import message_from_bytes
from pathlib import Path

import pytest

from bench.federation.inside import Fate, Federation, start
from gateway.model.kinds import DispatchKind

QUESTION = (
    b"From: general@buckinghamshire.example\r\nTo: general@oxfordshire.example\r\nSubject: Training dates\r\n"
    b"Message-ID: <question@buckinghamshire.example>\r\n\r\n"
    b"Could you tell us when the next training takes place, and how we can book a place?\r\n"
)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder with a short path: gpg-agent's sockets lie below it."""
    root = Path(tempfile.mkdtemp(prefix="f-", dir="/tmp"))
    yield root
    shutil.rmtree(root, ignore_errors=True)


async def deliver(federation: Federation, panel: str, reverse_path: str, content: bytes) -> None:
    """Hand a message to a panel's general mailbox."""

    def send() -> None:
        context = ssl.create_default_context(cafile=str(federation.root / "ca.pem"))
        port = federation.gateways[panel].port
        with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.example", timeout=60) as session:
            session._host = f"mx.{panel}.example"  # type: ignore[attr-defined] # the certificate's name
            session.starttls(context=context)
            session.sendmail(reverse_path, [f"general@{panel}.example"], content)

    await asyncio.to_thread(send)
    await federation.rest(60)


async def answers(federation: Federation, panel: str) -> list[str]:
    """Return what a gateway sent to whoever wrote to it."""
    rows = await federation.gateways[panel].store().dispatches()
    return [row.kind.value for row in rows if row.to == "sender"]


@pytest.mark.parametrize("lost", ["nothing", "Auto-Submitted"])
async def test_two_gateways_that_answer_each_other_settle_within_two_messages(short_folder: Path, lost: str) -> None:
    panels = ("oxfordshire", "buckinghamshire")
    async with AsyncExitStack() as stack:
        federation = await start(stack, short_folder, panels, Fate(random.Random(1), frozenset()))
        await deliver(federation, "oxfordshire", "general@buckinghamshire.example", QUESTION)
        assert await answers(federation, "oxfordshire") == [DispatchKind.RECEIPT.value]
        assert federation.relay is not None
        [receipt] = [
            message
            for message in federation.relay.received
            if message.forward_paths == ("general@buckinghamshire.example",)
        ]
        assert receipt.reverse_path == ""
        passed_on = message_from_bytes(receipt.content)
        assert passed_on["Auto-Submitted"] == "auto-replied"
        del passed_on[lost]
        await deliver(federation, "buckinghamshire", receipt.reverse_path, passed_on.as_bytes())
        [intake] = await federation.gateways["buckinghamshire"].store().intakes()
        assert await answers(federation, "buckinghamshire") == [], f"{intake.kind} is not answered"
        assert await answers(federation, "oxfordshire") == [DispatchKind.RECEIPT.value]
