"""A thread is known by a keyed index of its first message; an address by one of its own."""

from __future__ import annotations

import pytest

from gateway.stages.cases.threads import receiver_index, thread_index
from tests.steps.office import letter, parsed

KEY, OTHER = b"k" * 32, b"o" * 32
FIRST = parsed(letter("x", message_id="<1@a.example>"))


@pytest.mark.parametrize(
    "head",
    [
        {"message_id": "<2@a.example>", "in_reply_to": "<1@a.example>"},
        {"message_id": "<3@a.example>", "references": "<1@a.example> <2@a.example>", "in_reply_to": "<2@a.example>"},
    ],
)
def test_answers_belong_to_the_thread_of_the_first_message(head: dict[str, str]) -> None:
    mail = parsed(letter("x", **head))
    assert thread_index(mail, "a@b.example", KEY) == thread_index(FIRST, " A@B.example", KEY)


def test_another_person_another_thread_and_another_key_are_told_apart() -> None:
    found = {
        thread_index(FIRST, "a@b.example", KEY),
        thread_index(FIRST, "c@b.example", KEY),
        thread_index(FIRST, "a@b.example", OTHER),
        thread_index(parsed(letter("x", message_id="<9@a.example>")), "a@b.example", KEY),
    }
    assert len(found) == 4
    assert not any("example" in str(index) for index in found)


def test_a_message_without_an_id_has_no_thread() -> None:
    assert thread_index(parsed(letter("x")), "a@b.example", KEY) is None
    assert thread_index(parsed(letter("x", message_id="no id")), "a@b.example", KEY) is None


def test_an_address_is_counted_however_it_is_written() -> None:
    assert receiver_index(" A@B.example ", KEY) == receiver_index("a@b.example", KEY)
    assert receiver_index("a@b.example", KEY) != receiver_index("a@b.example", OTHER)
    assert receiver_index("a@b.example", KEY) != thread_index(FIRST, "a@b.example", KEY)
