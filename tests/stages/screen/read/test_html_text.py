"""What an HTML body shows, hides, quotes and sets in."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from gateway.model.content.message import Mail
from gateway.stages.mime import MimeLimits, parse
from gateway.stages.screen.read.html_text import visible_text
from gateway.stages.screen.read.source import choose

SHOWN = "Our two-day course returns in March."
HIDING = [
    f'<div style="display:none;max-height:0;overflow:hidden">{SHOWN}&#847; &zwnj;<div>x</div></div><p>{SHOWN}</p>',
    f'<div style="max-height:0;overflow:hidden">Something else</div><p>{SHOWN}</p>',
    f'<p>{SHOWN}</p><img src="https://x.example/o" width="1" height="1" style="display:none" alt="" />',
    f'<p>{SHOWN}</p><!-- tracked --><span aria-hidden="true"></span>',
]


def mail(plain: str, rich: str) -> Mail:
    message = EmailMessage()
    message["From"], message["Subject"] = "pat@x.example", "News"
    if plain:
        message.set_content(plain)
        message.add_alternative(rich, subtype="html")
    else:
        message.set_content(rich, subtype="html")
    parsed = parse(message.as_bytes(), MimeLimits())
    assert isinstance(parsed, Mail)
    return parsed


@pytest.mark.parametrize("rich", HIDING)
def test_what_is_hidden_in_a_part_that_is_not_shown_does_no_harm(rich: str) -> None:
    assert choose(mail(SHOWN, rich)).doubts == ()


@pytest.mark.parametrize("rich", HIDING[:2])
def test_what_is_hidden_in_the_part_that_is_shown_is_a_doubt(rich: str) -> None:
    assert "hidden_text" in choose(mail("", rich)).doubts


def test_a_pixel_in_the_part_that_is_shown_hides_nothing_unless_it_has_a_text() -> None:
    assert choose(mail("", HIDING[2])).doubts == ()
    assert "hidden_text" in choose(mail("", HIDING[2].replace('alt=""', 'alt="Quillfeather"'))).doubts


def test_a_text_that_is_not_the_visible_one_is_still_a_doubt() -> None:
    assert "plain_differs_from_html" in choose(mail("Another text.", HIDING[0])).doubts


def test_a_block_that_is_set_in_is_new_and_one_that_is_cited_is_not() -> None:
    assert visible_text(f"<div>We suggest:</div><blockquote style='margin:9px'>{SHOWN}</blockquote>").text.endswith(
        f"\n{SHOWN}"
    )
    for cited in (
        f"<div>Yes.</div><blockquote type=cite>{SHOWN}</blockquote>",
        f"<div>Yes.</div><blockquote class='gmail_quote'>{SHOWN}</blockquote>",
        f"<div>On Friday Sam wrote:</div><blockquote>{SHOWN}</blockquote>",
    ):
        assert f"\n> {SHOWN}" in visible_text(cited).text
