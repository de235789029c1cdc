"""Nothing that hides in one of the known places reaches the general inbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.model.content.message import Mail
from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context
from tests.stages.screen.make_hiding import samples

FILES = sorted((Path(__file__).parent / "hiding").glob("*.eml"))
NEVER_CARRIED = {
    "display_name",
    "thread_topic",
    "alt_text",
    "signature",
    "calendar",
    "contact_card",
    "winmail",
    "delivery_report",
}
NEVER_CARRIED |= {"attached_message"}
SECRETS = ("zebedee", "quillfeather", "9991234560", "rehtaefllijq")


def test_there_is_a_file_for_every_hiding_place() -> None:
    assert {path.stem for path in FILES} == set(samples())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_hidden_content_never_reaches_the_general_inbox(path: Path, tables: ScreenTables, known: AllowList) -> None:
    mail = parse(path.read_bytes(), MimeLimits())
    assert isinstance(mail, Mail)
    screened = screen(mail, context(known), tables)
    shown = screened.subject.reveal() + screened.text.reveal()
    dense = "".join(char for char in shown.lower() if char.isalnum())
    assert not any(secret in dense for secret in SECRETS)
    if path.stem not in NEVER_CARRIED:
        assert screened.outcome is ScreenOutcome.CARD, "what cannot be examined is held"


def test_the_visible_text_alone_is_released(tables: ScreenTables, known: AllowList) -> None:
    """Else the test above would prove nothing."""
    path = next(path for path in FILES if path.stem == "alt_text")
    mail = parse(path.read_bytes(), MimeLimits())
    assert isinstance(mail, Mail)
    screened = screen(mail, context(known), tables)
    assert screened.outcome is ScreenOutcome.PASS
    assert "agenda for the next panel meeting?" in screened.text.reveal()
