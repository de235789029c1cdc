"""Every reply has the enhanced code that its class asks for (RFC 2034, RFC 3463), and fits into a reply line."""

from __future__ import annotations

import re

import pytest

from gateway.stages.smtp import replies

WITHOUT = {"SEND_CONTENT"}  # RFC 2034 section 4: 354 has none; neither have the greeting and the replies to EHLO, HELO
FIXED = {name: value for name, value in vars(replies).items() if name.isupper() and isinstance(value, bytes)}
MADE = {
    "taken": replies.taken("018f0000-0000-7000-8000-000000000001"),
    "clear_text_refused": replies.clear_text_refused("https://cdop.example/" + "x" * 1000, "01632 960123"),
}


@pytest.mark.parametrize("name", sorted({*FIXED, *MADE} - WITHOUT))
def test_reply_has_an_enhanced_code_of_its_own_class_on_one_short_line(name: str) -> None:
    reply = {**FIXED, **MADE}[name]
    found = re.fullmatch(rb"([245])\d\d ([245])\.\d{1,3}\.\d{1,3} [ -~]+\r\n", reply)
    assert found is not None
    assert found[1] == found[2]
    assert len(reply) <= 512  # RFC 5321 section 4.5.3.1.5
