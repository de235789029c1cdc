"""Parameters of MAIL: each once, each known, each with a value where it takes one."""

from __future__ import annotations

import pytest

from gateway.stages.smtp import replies
from gateway.stages.smtp.commands import RefusedCommand
from gateway.stages.smtp.parameters import MailParameters, parse_mail_parameters


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("", MailParameters()),
        (" size=0", MailParameters(size=0)),
        ("  SIZE=5   BODY=7bit ", MailParameters(size=5)),
        (" BODY=8BITMIME SMTPUTF8 REQUIRETLS", MailParameters(None, True, True, True)),
    ],
)
def test_what_is_known_is_read(rest: str, found: MailParameters) -> None:
    assert parse_mail_parameters(rest, tls=True) == found


@pytest.mark.parametrize(
    "rest",
    [
        " SIZE",
        " SIZE=-1",
        " SIZE=1x",
        f" SIZE={'1' * 21}",
        " SIZE=١",
        " BODY",
        " BODY=BINARYMIME",
        " SMTPUTF8=1",
        " REQUIRETLS=1",
        " SIZE=1 size=2",
        " =1",
    ],
)
def test_what_is_malformed_or_stands_twice_is_refused(rest: str) -> None:
    assert parse_mail_parameters(rest, tls=True) == RefusedCommand(replies.BAD_PARAMETER)


@pytest.mark.parametrize(("rest", "tls"), [(" RET=FULL", True), (" REQUIRETLS", False), (" AUTH=<>", True)])
def test_what_we_do_not_offer_is_unknown(rest: str, tls: bool) -> None:
    assert parse_mail_parameters(rest, tls) == RefusedCommand(replies.UNKNOWN_PARAMETER)
