"""Write outgoing messages from our own parts. No header of an incoming message is carried over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateway.model.ids import DispatchId
from gateway.model.kinds import DispatchKind
from gateway.stages.answers.automatic import marks


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that we write. Its kind decides the fields that keep mail robots quiet (RFC 3834)."""

    kind: DispatchKind
    author: str  # our mailbox's address
    author_name: str
    to: str
    subject: str
    body: str
    message_id: str
    written_at: datetime
    reply_to: str = ""


def message_id(dispatch_id: DispatchId, domain: str) -> str:
    """Return the Message-ID of a dispatch: its uuid at our domain, and nothing else."""
    return f"<{dispatch_id}@{domain}>"


def write(letter: Letter) -> bytes:
    """Return the RFC 5322 message, CRLF line ends, UTF-8 text in a transfer encoding of 7 bits."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["From"] = Address(letter.author_name, addr_spec=letter.author)
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    for name, value in marks(letter.kind):
        message[name] = value
    message.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    return message.as_bytes()
