from __future__ import annotations

from gateway.model.residence.named import Owner, Zone
from gateway.stages.route.named.stretches import stretches


def test_an_address_on_several_lines_is_one_stretch_and_ends_behind_its_postcode() -> None:
    text = "Home address:\n12 Example Road\nAylesbury\nHP20 1UY\nNorth Ward staff were told\n"
    first, second = stretches([text])
    assert (first.text, first.owner) == ("12 Example Road, Aylesbury, HP20 1UY", Owner.CHILD)
    assert second.owner is None


def test_parts_of_a_mail_are_told_apart() -> None:
    text = "Child: Example\n\nKind regards\nDr Test\n\nOn 27 Nov 2026 Dr Other wrote:\n> Child: Other\n"
    assert [each.zone for each in stretches([text])] == [Zone.BODY, Zone.SIGNATURE, Zone.QUOTED]


def test_a_bare_label_belongs_to_the_block_before_it() -> None:
    text = "Name of child: Example\nAddress: 1 A Road\nGP: Dr Test\nAddress: 2 B Road\n\nAddress: 3 C Road\n"
    owners = [each.owner for each in stretches([text]) if each.label == "Address"]
    assert owners == [Owner.CHILD, Owner.GP, Owner.UNKNOWN]


def test_a_sentence_with_a_colon_is_no_label() -> None:
    (only,) = stretches(["Barty came to us from over the border: his home is 15 Sheep Lane"])
    assert only.label == ""
