"""Clear text is refused only by an office that names another way."""

from __future__ import annotations

import pytest

from gateway.adapters.smtp_in.smtp_settings import ClearTextRefusal
from gateway.model.kinds import MailboxName

SECURE = frozenset({MailboxName.SECURE})


@pytest.mark.parametrize(("form", "telephone"), [("", "01632 960100"), ("https://x.example", ""), ("", "")])
def test_a_refusal_without_another_way_is_refused(form: str, telephone: str) -> None:
    with pytest.raises(ValueError, match="names the form"):
        ClearTextRefusal(SECURE, form, telephone)
    assert ClearTextRefusal(frozenset(), form, telephone).mailboxes == frozenset()


def test_with_both_ways_it_holds() -> None:
    assert ClearTextRefusal(SECURE, "https://x.example", "01632 960100").mailboxes == SECURE
