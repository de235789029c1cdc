"""Text written by others hides, reorders and imitates nothing on a page."""

from __future__ import annotations

import pytest

from gateway.console.text import content, visible
from gateway.model.content.confidential import ConfidentialText


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Testchild\n\tWard 7", "Zoë Testchild\n\tWard 7"),
        ("a\r\nb", "a\nb"),
        ("invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"),
        ("a\u200bb\u00adc", "a⟨U+200B⟩b⟨U+00AD⟩c"),
        ("\x1b[31m\x00", "⟨U+001B⟩[31m⟨U+0000⟩"),
        ("a\rb", "a⟨U+000D⟩b"),
        ("\ue000\u2028", "⟨U+E000⟩⟨U+2028⟩"),
    ],
)
def test_what_hides_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert content(ConfidentialText(text)) == content(text) == shown
