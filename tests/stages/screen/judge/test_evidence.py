"""Every kind of evidence that the issue names is a reason of its own, alone in an otherwise routine request."""

from __future__ import annotations

import pytest

from gateway.model.content.screening import AllowList, Screened
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from tests.screening.score import context, mail_of

ASKED = "Please could you send me the agenda for the next panel meeting?"


def screened(body: str, known: AllowList, tables: ScreenTables, subject: str = "Agenda") -> Screened:
    mail = mail_of({"from_name": "Pat Ashdown", "subject": subject, "body": body})
    return screen(mail, context(known), tables)


KINDS: dict[str, tuple[str, ...]] = {
    "nhs_number": (
        "It is 999 123 4560.",
        "It is 9991234560.",
        "It is 999-123-4561.",  # its check digit is wrong: people mistype
        "It is 99 91 23 45 60.",
        "It is nine nine nine one two three four five six oh.",
    ),
    "date": (
        "Born 4 May 2019.",
        "Born 04/05/2019.",
        "Born 4.5.19.",
        "Born 2019-05-04.",
        "Born 4th of May 2019.",
        "Born on the fourth of May two thousand and nineteen.",
        "Born May 4, 2019.",
    ),
    "part_date": ("Born 4 May.",),
    "age": ("Aged 7.", "A 7-year-old.", "She is seven years old.", "At 3 weeks old.", "7 y/o."),
    "postcode": ("Lives at HP21 8AL.", "Lives in hp218al."),
    "address": ("Lives at 14 Marsh Lane.", "At 51.7519, -1.2201."),
    "email_hidden": ("Write to pat at outside dot example.", "Message @zebedee_q."),
    "reference": (
        "From the HP21 area.",  # a partial postcode reads like one
        "Ref CDOP/2025/014.",
        "Case number 4471.",
        "Hospital number RX558213.",
        "Crime reference 43250012345.",
    ),
    "kinship": ("His gran asked.", "Their stepdad asked."),
    "death": ("He died on the ward.", "Since the stillbirth."),
    "clinical": ("After the seizure on the ward, with sepsis.",),
    "initials": ("It is about J.S.", "Re: J. S."),
    "file_name": ("See zebedee quillfeather.pdf.",),
    "name": (
        "It is about Quillfeather.",  # in no dictionary
        "It is about quillfeather.",
        "It is about JS.",
        "It is about Oluwaseun Adeyemi.",
        "It is about Mr Baker.",  # an ordinary word in the place of a name
        "It is about Archie.",  # of the gazetteer
    ),
    "other_script": ("It is about Иван.", "It is about 李明.", "It is about محمد."),
    "child": ("The baby is on the ward.", "Her mother asked."),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_an_item_of_evidence_is_a_card_with_its_kind(
    kind: str, text: str, tables: ScreenTables, known: AllowList
) -> None:
    result = screened(f"{ASKED} {text}", known, tables)
    assert result.outcome is ScreenOutcome.CARD
    assert kind in {reason.code for reason in result.reasons}


def test_the_request_alone_passes(tables: ScreenTables, known: AllowList) -> None:
    """Else the test above would prove nothing."""
    assert screened(ASKED, known, tables).outcome is ScreenOutcome.PASS


FOLDED = {
    "entities": "&#81;uillfeather &#57;99 123 4560",
    "compatibility letters": "\uff31uillfeather \uff1999 123 4560",
    "default ignorables": "Quill\u2060feather 999\u00ad 123\u200d 4560",
    "variation selectors": "Quillfeather\ufe0f 9\ufe0f99 123 4560",
    "confusables": "Quillf\u0435ath\u0435r 999 123 4560",
    "letter-spaced": "Q u i l l f e a t h e r 9 9 9 1 2 3 4 5 6 0",
    "broken over lines": "Nettle-\ncombe 999 123-\n4560",
    "number words": "Quillfeather nine double nine one two three four five six zero",
}


@pytest.mark.parametrize("way", list(FOLDED))
def test_a_way_of_writing_does_not_hide_a_number_or_a_name(way: str, tables: ScreenTables, known: AllowList) -> None:
    result = screened(f"{ASKED} {FOLDED[way]}", known, tables)
    found = {finding.kind for finding in result.findings if finding.strong}
    assert result.outcome is ScreenOutcome.CARD
    assert {"name", "nhs_number"} <= found | ({"name"} if "letter_spaced" in found else set())
