"""Parse a command line. RFC 5321 section 4.1.1; a malformed one gets a reply, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.stages.smtp import replies

MAX_LINE_BYTES = 2048  # section 4.5.3.1.4 asks for 512, more with extensions; a longer line ends the session
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_VERB = re.compile(rb"[A-Za-z]{1,16}(?: |\Z)")


@dataclass(frozen=True, slots=True)
class Command:
    """A verb in capitals and its argument as sent ("" if there is none), without outer white space."""

    verb: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class RefusedCommand:
    """A command that is not acceptable, with the reply to give."""

    reply: bytes


def parse_line(line: bytes) -> Command | RefusedCommand:
    """Parse one line, without its CRLF.

    Control characters (a bare CR or LF, NUL, ESC, TAB) are refused everywhere: section 4.1.2 allows them in no
    argument, and programs behind a lenient server have read them as line ends.
    """
    if _CONTROL.search(line):
        return RefusedCommand(replies.CONTROL_CHARACTER)
    verb = _VERB.match(line)
    if verb is None:
        return RefusedCommand(replies.NO_SUCH_COMMAND)
    try:
        argument = line[verb.end() :].strip(b" ").decode("utf-8")
    except UnicodeDecodeError:
        return RefusedCommand(replies.NOT_UTF8)
    return Command(verb.group().rstrip().decode("ascii").upper(), argument)


def parse_helo(argument: str) -> str | RefusedCommand:
    """Return the name by which a client introduces itself.

    Section 4.1.4 forbids refusing a client because its name cannot be verified, and many real clients give
    a name that is not a valid domain: any printable ASCII word of at most 255 characters is accepted, as a claim.
    """
    if argument and len(argument) <= 255 and argument.isascii() and " " not in argument:
        return argument
    return RefusedCommand(replies.BAD_HELO)


def parse_bdat(argument: str) -> tuple[int, bool] | None:
    """Return size in octets and whether it is the last chunk (RFC 3030 section 2), or None if malformed."""
    match = re.fullmatch(r"([0-9]{1,19})( +LAST)?", argument, re.IGNORECASE)
    return None if match is None else (int(match.group(1)), match.group(2) is not None)
