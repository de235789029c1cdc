from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.case.rows import HandoverRow
from gateway.model.content.confidential import ConfidentialText
from gateway.model.form.form_post import pack, unpack
from gateway.model.ids import ALPHABET, CaseId, DispatchId, HandoverId, PanelId
from gateway.model.kinds import HandoverState as State
from gateway.model.residence.panels import Panel, PanelRegister
from gateway.stages.cases.handover import Event, Fact, record
from gateway.stages.cases.neighbour_link import (
    TOKEN,
    Choice,
    LinkPolicy,
    PanelAnswer,
    Verdict,
    description,
    find,
    judge,
    make,
    panel_named,
    plain_code,
    read,
    with_link,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = START + timedelta(hours=3)
POLICY = LinkPolicy()
LINK = make(bytes(range(32)), bytes(range(16)))
REGISTER = PanelRegister(
    {
        PanelId(name): Panel(PanelId(name), title, ())
        for name, title in (("berkshire", "Berkshire"), ("kent", "Kent and Medway"))
    }
)
SENT = with_link(
    HandoverRow(
        HandoverId(UUID(int=1)),
        CaseId(UUID(int=2)),
        DispatchId(UUID(int=3)),
        PanelId("oxfordshire"),
        State.SENT,
        START,
        sent_at=START,
    ),
    LINK,
)


def answer(choice: Choice = Choice.ACKNOWLEDGE, **changes: Any) -> PanelAnswer:
    return replace(PanelAnswer(LINK.token, LINK.code, choice), **changes)


def taken(said: PanelAnswer, row: HandoverRow = SENT, at: datetime = LATER) -> tuple[Verdict, HandoverRow | None]:
    return judge(said, row, at, POLICY, REGISTER)


@pytest.mark.parametrize(
    ("choice", "state"),
    [(Choice.ACKNOWLEDGE, State.ACKNOWLEDGED), (Choice.ACCEPT, State.ACCEPTED), (Choice.DECLINE, State.DECLINED)],
)
def test_the_right_link_and_code_take_the_answer(choice: Choice, state: State) -> None:
    verdict, row = taken(answer(choice))
    assert verdict is Verdict.TAKEN
    assert row is not None
    assert (row.state, row.acknowledged_at) == (state, LATER)


def test_a_decline_keeps_the_panel_it_names() -> None:
    _, row = taken(answer(Choice.DECLINE, declined_to=ConfidentialText(" kent  and medway cdop")))
    assert row is not None
    assert row.declined_to == PanelId("kent")


def test_words_that_name_no_panel_exactly_name_none() -> None:
    assert panel_named(ConfidentialText("perhaps Kent?"), REGISTER) is None
    assert panel_named(ConfidentialText(""), REGISTER) is None


def test_acknowledge_first_and_accept_later_use_the_same_link() -> None:
    _, acknowledged = taken(answer())
    assert acknowledged is not None
    verdict, row = taken(answer(Choice.ACCEPT), acknowledged, LATER + timedelta(days=2))
    assert verdict is Verdict.TAKEN
    assert row is not None
    assert (row.state, row.acknowledged_at) == (State.ACCEPTED, LATER)


@pytest.mark.parametrize("choice", list(Choice))
def test_the_same_answer_twice_is_one(choice: Choice) -> None:
    _, row = taken(answer(choice))
    assert row is not None
    assert taken(answer(choice), row) == (Verdict.REPEATED, None)


def test_after_accept_or_decline_the_link_is_used_up() -> None:
    _, accepted = taken(answer(Choice.ACCEPT))
    _, declined = taken(answer(Choice.DECLINE))
    assert accepted is not None
    assert declined is not None
    assert taken(answer(Choice.DECLINE), accepted) == (Verdict.USED_UP, None)
    assert taken(answer(Choice.ACCEPT), declined) == (Verdict.USED_UP, None)
    agreed = record(SENT, Event(Fact.AGREED, LATER))
    assert taken(answer(Choice.DECLINE), agreed) == (Verdict.USED_UP, None)


def test_the_token_without_the_code_acknowledges_nothing_and_locks_after_five_tries() -> None:
    row = SENT
    for tries in range(1, 6):
        verdict, counted = taken(answer(code="33333333"), row)
        assert verdict is Verdict.WRONG_CODE
        assert counted is not None
        assert (counted.link_tries, counted.acknowledged_at, counted.state) == (tries, None, State.SENT)
        row = counted
    assert taken(answer(), row) == (Verdict.LOCKED, None)


def test_another_token_is_nobodys() -> None:
    stray = answer(token=make(bytes(32), bytes(16)).token)
    assert find(stray, [SENT]) is None
    assert taken(stray) == (Verdict.UNKNOWN, None)
    assert judge(stray, None, LATER, POLICY, REGISTER) == (Verdict.UNKNOWN, None)
    assert find(answer(), [replace(SENT, link_hash=None), SENT]) == SENT


def test_a_row_without_a_link_cannot_be_answered() -> None:
    assert taken(answer(), replace(SENT, link_hash=None, code_hash=None)) == (Verdict.UNKNOWN, None)


def test_an_old_link_is_expired() -> None:
    at = START + POLICY.valid_for
    assert taken(answer(), at=at) == (Verdict.EXPIRED, None)
    assert taken(answer(), at=at - timedelta(seconds=1))[0] is Verdict.TAKEN


def test_the_store_has_hashes_only() -> None:
    assert LINK.token not in repr(SENT)
    assert LINK.code not in repr(SENT)
    assert LINK.token not in repr(LINK)
    assert LINK.code not in repr(answer())


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_every_link_has_the_form_the_page_takes(token: bytes, code: bytes) -> None:
    link = make(token, code)
    assert TOKEN.fullmatch(link.token)
    assert set(link.code) <= set(ALPHABET)
    assert plain_code(f" {link.shown_code.lower()} ") == link.code
    assert link.address("https://notify.cdop.example/") == f"https://notify.cdop.example/handover/{link.token}"


@pytest.mark.parametrize("choice", list(Choice))
def test_a_post_is_read_as_it_was_written(choice: Choice) -> None:
    said = answer(choice, declined_to=ConfidentialText("Kent"), name=ConfidentialText("R. Example"))
    assert read(unpack(pack(description(said, "en"))).values) == said


anything: st.SearchStrategy[object] = st.none() | st.integers() | st.text(max_size=20) | st.just([]) | st.just({})


@given(
    st.sampled_from(["neighbour", "notify", None]),
    anything
    | st.dictionaries(
        st.sampled_from(["token", "code", "choice"]), anything | st.fixed_dictionaries({"value": anything})
    ),
)
def test_what_a_taken_over_intake_writes_at_random_is_no_answer(form: str | None, fields: object) -> None:
    assert read({"form": form, "fields": fields}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"token": {"value": LINK.token}, "code": {"value": LINK.code}, "choice": {"value": "agree"}},
        {"token": {"value": LINK.token + "A"}, "code": {"value": LINK.code}, "choice": {"value": "accept"}},
        {"token": {"value": 7}, "code": {"value": LINK.code}, "choice": {"value": "accept"}},
    ],
)
def test_a_post_with_a_wrong_field_is_none(fields: dict[str, Any]) -> None:
    assert read({"form": "neighbour", "fields": fields}) is None
