"""The arguments of MAIL and RCPT, read whole (RFC 5321 sections 4.1.1.2 and 4.1.1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import RefusedCommand
from gateway.stages.smtp.parameters import MailParameters, parse_mail_parameters
from gateway.stages.smtp.paths import Path, parse_forward_path, parse_reverse_path


@dataclass(frozen=True, slots=True)
class MailCommand:
    """One MAIL command."""

    reverse_path: Path
    parameters: MailParameters


def parse_mail(argument: str, esmtp: bool, tls: bool) -> MailCommand | RefusedCommand:
    """Read the argument of MAIL. Parameters exist after EHLO only; REQUIRETLS under TLS only (RFC 8689)."""
    text = _after_keyword("FROM:", argument)
    if text is None:
        return RefusedCommand(replies.BAD_MAIL_SYNTAX)
    parsed = parse_reverse_path(text)
    if parsed is None:
        return RefusedCommand(replies.BAD_REVERSE_PATH)
    path, rest = parsed
    if rest and not esmtp:
        return RefusedCommand(replies.BAD_MAIL_SYNTAX)
    parameters = parse_mail_parameters(rest, tls)
    if isinstance(parameters, RefusedCommand):
        return parameters
    if not path.is_ascii and not parameters.smtputf8:
        return RefusedCommand(replies.NEEDS_SMTPUTF8)
    return MailCommand(path, parameters)


def parse_rcpt(argument: str, smtputf8: bool) -> Path | RefusedCommand:
    """Read the argument of RCPT. ``smtputf8``: MAIL announced it, so an internationalised path may come."""
    text = _after_keyword("TO:", argument)
    if text is None:
        return RefusedCommand(replies.BAD_RCPT_SYNTAX)
    parsed = parse_forward_path(text)
    if parsed is None:
        return RefusedCommand(replies.BAD_FORWARD_PATH)
    path, rest = parsed
    if rest:
        return RefusedCommand(replies.UNKNOWN_PARAMETER if rest.startswith(" ") else replies.BAD_FORWARD_PATH)
    if not path.is_ascii and not smtputf8:
        return RefusedCommand(replies.NEEDS_SMTPUTF8)
    return path


def _after_keyword(keyword: str, argument: str) -> str | None:
    """Return what follows ``FROM:`` or ``TO:``. One space after the colon is accepted: common devices send it."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    return argument[len(keyword) :].removeprefix(" ")
