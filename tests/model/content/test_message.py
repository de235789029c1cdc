"""Header fields are found by their lower-case name, all of them, from top to bottom."""

from __future__ import annotations

from gateway.model.content.confidential import NOTHING, ConfidentialText
from gateway.model.content.message import Header, Mail


def test_every_field_of_a_name_is_found_in_its_order() -> None:
    fields = tuple(Header(name, ConfidentialText(value)) for name, value in [("to", "1"), ("from", "2"), ("to", "3")])
    mail = Mail(fields, "text/plain", NOTHING, (), (), None, ())
    assert [value.reveal() for value in mail.values("to")] == ["1", "3"]
    assert mail.values("cc") == ()
    assert "2" not in repr(mail)
