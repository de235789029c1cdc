"""Every reply that a peer can get: fixed texts, without anything the peer sent or any detail of a fault.

Codes: RFC 5321 section 4.2, enhanced codes: RFC 3463 and the registry of RFC 5248. Lines end with CRLF.
"""

from __future__ import annotations

from collections.abc import Sequence

GOODBYE = b"221 2.0.0 Goodbye\r\n"
READY_FOR_TLS = b"220 2.0.0 Ready to start TLS\r\n"
OK = b"250 2.0.0 OK\r\n"
RESET = b"250 2.0.0 Reset\r\n"
REVERSE_PATH_OK = b"250 2.1.0 OK\r\n"
FORWARD_PATH_OK = b"250 2.1.5 OK\r\n"
CANNOT_VERIFY = b"252 2.1.5 Send the message and see\r\n"
HELP = b"214 2.0.0 EHLO HELO STARTTLS MAIL RCPT DATA BDAT RSET NOOP QUIT\r\n"
SEND_CONTENT = b"354 End the message with <CRLF>.<CRLF>\r\n"
CHUNK_TAKEN = b"250 2.0.0 Chunk received\r\n"

SHUTTING_DOWN = b"421 4.3.2 Closing for maintenance, try again\r\n"
TIME_OUT = b"421 4.4.2 Time-out, closing the connection\r\n"
TOO_MANY_CONNECTIONS = b"421 4.7.0 Too many connections, try again later\r\n"
TOO_MANY_COMMANDS = b"421 4.7.0 Too many commands without a message, closing the connection\r\n"
TOO_MANY_ERRORS = b"421 4.7.0 Too many errors, closing the connection\r\n"
TOO_MANY_MESSAGES = b"421 4.7.0 Too many messages in one session, connect again\r\n"
TOO_MANY_FORWARD_PATHS = b"452 4.5.3 Too many recipients, send the rest in another message\r\n"
TOO_BUSY = b"452 4.3.1 Busy, try again later\r\n"
LOCAL_ERROR = b"451 4.3.0 Local error, try again later\r\n"

LINE_TOO_LONG = b"500 5.5.6 Line too long\r\n"
BARE_LINE_END = b"500 5.5.2 Lines end with CR LF\r\n"
CONTROL_CHARACTER = b"500 5.5.2 Control character in a command\r\n"
NO_SUCH_COMMAND = b"500 5.5.1 No such command\r\n"
NOT_UTF8 = b"500 5.5.2 Not UTF-8\r\n"
NOT_IMPLEMENTED = b"502 5.5.1 Not implemented\r\n"
BAD_HELO = b"501 5.5.4 A host name is needed\r\n"
NO_ARGUMENT = b"501 5.5.4 No argument is allowed\r\n"
ARGUMENT_NEEDED = b"501 5.5.4 An argument is needed\r\n"
BAD_MAIL_SYNTAX = b"501 5.5.4 Syntax: MAIL FROM:<reverse-path>\r\n"
BAD_RCPT_SYNTAX = b"501 5.5.4 Syntax: RCPT TO:<forward-path>\r\n"
BAD_BDAT_SYNTAX = b"501 5.5.4 Syntax: BDAT size [LAST]\r\n"
BAD_PARAMETER = b"501 5.5.4 Bad parameter\r\n"
UNKNOWN_PARAMETER = b"555 5.5.4 Parameter not known\r\n"
BAD_REVERSE_PATH = b"553 5.1.7 Malformed reverse-path\r\n"
BAD_FORWARD_PATH = b"553 5.1.3 Malformed forward-path\r\n"
NEEDS_SMTPUTF8 = b"553 5.6.7 An internationalised address needs SMTPUTF8\r\n"
SAY_EHLO_FIRST = b"503 5.5.1 EHLO first\r\n"
MAIL_TWICE = b"503 5.5.1 A message is begun already\r\n"
MAIL_FIRST = b"503 5.5.1 MAIL first\r\n"
NO_VALID_RCPT = b"554 5.5.1 No valid recipient\r\n"
BDAT_UNDER_WAY = b"503 5.5.1 Not between chunks\r\n"
TLS_ALREADY = b"503 5.5.1 TLS is in use already\r\n"
TLS_NOT_OFFERED = b"503 5.5.1 EHLO first, then STARTTLS\r\n"
TOO_BIG = b"552 5.3.4 Message too big\r\n"
NO_SUCH_MAILBOX = b"550 5.1.1 No such mailbox\r\n"
OUT_OF_STEP = b"554 5.5.0 Command or content sent before its turn\r\n"

MAX_TEXT = 400  # octets of text in a reply line, well under the 512 of section 4.5.3.1.5


def greeting(host_name: str, banner: str) -> bytes:
    """Return the 220 of section 4.3.1: our name, then a word that reveals no version."""
    return f"220 {host_name} {banner}\r\n".encode("ascii")


def ehlo(host_name: str, keywords: Sequence[str]) -> bytes:
    """Return the whole EHLO reply, for one write (section 4.1.1.1)."""
    lines = [host_name, *keywords]
    last = len(lines) - 1
    return "".join(f"250{' ' if at == last else '-'}{line}\r\n" for at, line in enumerate(lines)).encode("ascii")


def helo(host_name: str) -> bytes:
    return f"250 {host_name}\r\n".encode("ascii")


def taken(intake_id: str) -> bytes:
    """Return the 250 that is the promise (section 6.1). The id is random and is not the reference."""
    return f"250 2.0.0 Kept as {intake_id}\r\n".encode("ascii")


def clear_text_refused(form_address: str, telephone: str) -> bytes:
    """Return the 530 of RFC 3207 section 4, with alternatives: the form and a telephone number."""
    text = f"530 5.7.0 STARTTLS is required here. Use the form at {form_address} or ring {telephone}"
    return text.encode("ascii", "replace")[:MAX_TEXT] + b"\r\n"
