"""Each move a person makes becomes one signed instruction, sealed to the worker, and waits until it is carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.adapters.sealing.instruction_keys import verifies
from gateway.console.guard import PARTS
from gateway.model.case.instructions import Instruction, signed_bytes, unpack_instruction
from gateway.model.case.rows import InstructionRow, InstructionState, Move
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText
from gateway.model.content.screening import Screened
from gateway.model.ids import StaffId
from gateway.model.kinds import MoveKind, ScreenOutcome
from gateway.model.office.looks import Order
from tests.console.conftest import NOW, Browser, Office
from tests.console.samples import FAMILY_NAME, GENERAL_BODY
from tests.planted import plant

REASON = "I rang the ward and asked."


def version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"', maxsplit=1)[0]


async def posted(office: Office) -> list[tuple[InstructionRow, Instruction, ConfidentialBytes | None]]:
    """Open what waits for the worker, as the worker does: signature first."""
    found = []
    for row in await office.store.posted_instructions(100):
        blob = await office.store.blob(row.payload_blob)
        assert blob is not None
        assert verifies(office.signing.public_key(), row.signature, signed_bytes(row, blob))
        found.append((row, *unpack_instruction(await office.worker_opener.open(blob))))
    return found


async def make(browser: Browser, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> Any:
    """Open the form of a move, fill it in and press the button."""
    form = await browser.get(path)
    assert form.status == 200, form.status
    pairs = list(fields.items()) if isinstance(fields, dict) else fields
    return await browser.post(path, [("version", version(form.text)), *pairs])


async def test_keep_becomes_a_signed_instruction_and_is_shown_as_waiting(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    answer = await make(ada, path + "/keep", {"reason": REASON})
    assert (answer.status, answer.location) == (303, path)
    [(row, instruction, original)] = await posted(office)
    assert (row.kind, row.staff_id, row.intake_id) == (MoveKind.KEEP, "ada", office.samples.general_query)
    assert instruction.reason.reveal() == REASON
    assert original is None
    page = await ada.get(path)
    assert "Waiting for the gateway: keep on the secure side" in page.text
    assert REASON in page.text
    assert f"{path}/keep" not in page.text


async def test_a_second_instruction_is_refused_while_one_waits(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    form = await ada.get(path + "/close")
    await make(ada, path + "/keep", {"reason": REASON})
    answer = await ada.post(path + "/close", {"version": version(form.text), "reason": REASON})
    assert answer.status == 403
    assert "Somebody has asked for something already" in answer.text
    assert len(await posted(office)) == 1


async def test_the_desk_itself_posts_nothing_twice(office: Office) -> None:
    """Two forms that were open at once: the page offered the move to both."""
    desk = office.application[PARTS].desk
    intake = await office.store.intake(office.samples.general_query)
    order = Order(Instruction(MoveKind.KEEP, ConfidentialText(REASON)), StaffId("ada"), intake=intake)
    assert await desk.post(order)
    assert not await desk.post(order)
    assert len(await posted(office)) == 1


async def test_a_form_of_an_older_version_is_refused(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    form = await ada.get(path + "/keep")
    row = await office.store.intake(office.samples.general_query)
    assert row is not None
    await plant(office.store, Move(MoveKind.HOLD, "worker", NOW, changed=(row,), intake_id=row.id))
    answer = await ada.post(path + "/keep", {"version": version(form.text), "reason": REASON})
    assert answer.status == 409
    assert not await posted(office)


async def test_no_reason_no_instruction(office: Office, ada: Browser) -> None:
    answer = await make(ada, f"/intakes/{office.samples.general_query}/keep", {"reason": "  "})
    assert answer.status == 422
    assert "Give a reason" in answer.text
    assert not await posted(office)


async def test_send_to_panel_puts_the_suggestion_first_and_carries_the_original(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.held_notification}/send-to-panel"
    form = await ada.get(path)
    order = [form.text.index(f'value="{panel}"') for panel in ("eastmere", "westmarch", "calder", "highvale")]
    assert order == sorted(order)
    fields = {"version": version(form.text), "panel": "eastmere", "reason": REASON}
    check = await ada.post(path, fields)
    assert check.status == 200
    assert "Check before it goes" in check.text
    assert not await posted(office)
    done = await ada.post(path, {**fields, "step": "post"})
    assert done.status == 303
    [(row, instruction, original)] = await posted(office)
    assert (row.kind, instruction.panel) == (MoveKind.SEND_TO_PANEL, "eastmere")
    assert instruction.notification is not None
    assert instruction.notification.text("family_name") == FAMILY_NAME
    assert original is not None
    assert b"Please find the form attached." in original.reveal()


async def test_a_panel_that_is_not_in_the_register_is_not_taken(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.held_notification}/send-to-panel"
    answer = await make(ada, path, {"panel": "nowhere", "reason": REASON, "step": "post"})
    assert answer.status == 422
    assert not await posted(office)


async def _release(office: Office, ada: Browser, pairs: list[tuple[str, str]]) -> Screened:
    path = f"/intakes/{office.samples.general_query}/release"
    check = await make(ada, path, [*pairs, ("reason", REASON)])
    assert "This is exactly what the general inbox gets" in check.text
    form = await ada.get(path)
    done = await ada.post(path, [("version", version(form.text)), *pairs, ("reason", REASON), ("step", "post")])
    assert done.status == 303
    [(_, instruction, _)] = await posted(office)
    assert instruction.screened is not None
    assert instruction.screened.subject.reveal() in check.text
    return instruction.screened


async def test_release_as_masked_strikes_every_finding(office: Office, ada: Browser) -> None:
    screened = await _release(office, ada, [("view", "masked")])
    text = screened.subject.reveal() + screened.text.reveal()
    for gone in (FAMILY_NAME, "Perrin", "3 May 2024", "999 123 4560", "Dana Osei", "01632 960145", "found cold"):
        assert gone not in text
    assert "[NAME 1]" in screened.subject.reveal()
    assert screened.outcome is ScreenOutcome.MASKED
    assert not screened.source
    assert screened.findings == ()


async def test_what_a_person_strikes_out_is_gone(office: Office, ada: Browser) -> None:
    start = GENERAL_BODY.index("I also wanted")
    end = GENERAL_BODY.index("in the morning.") + len("in the morning.")
    screened = await _release(office, ada, [("view", "masked"), ("strike", f"body:{start}:{end}")])
    assert "I also wanted" not in screened.text.reveal()
    assert "in the morning" not in screened.text.reveal()
    assert "[REMOVED]" in screened.text.reveal()
    assert "When is" not in screened.text.reveal()
    assert "next training day" in screened.text.reveal()


async def test_nothing_noticed_is_let_through_by_somebody_who_has_not_seen_it(office: Office, ada: Browser) -> None:
    screened = await _release(office, ada, [("view", "source")])
    assert FAMILY_NAME not in screened.text.reveal()


async def test_after_the_look_a_finding_may_stand_and_the_check_says_so(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}/release"
    unmasked = await ada.post(path + "/unmasked")
    assert "As it was written" in unmasked.text
    assert FAMILY_NAME in unmasked.text
    looks = [link async for link in office.store.audit(intake_id=office.samples.general_query)]
    assert {"what": "source"} in [dict(link.detail) for link in looks]
    screened = await _release(office, ada, [("view", "source")])
    assert screened.text.reveal() == GENERAL_BODY
    assert screened.outcome is ScreenOutcome.PASS


async def test_answer_to_a_proved_sender_may_carry_content(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.secure_query}/answer"
    fields = {"text": "Yes, it has.", "reason": REASON, "step": "post"}
    assert (await make(ada, path, fields)).status == 303
    [(_, instruction, _)] = await posted(office)
    assert instruction.answer.reveal() == "Yes, it has."
    assert instruction.answer_to.reveal() == "b.loam@infirmary.example"
    assert instruction.answer_may_carry_content


async def test_answer_by_a_ready_text(office: Office, ada: Browser) -> None:
    await make(
        ada,
        f"/intakes/{office.samples.secure_query}/answer",
        {"template": "received", "reason": REASON, "step": "post"},
    )
    [(_, instruction, original)] = await posted(office)
    assert instruction.answer.reveal().startswith("Thank you for writing.")
    assert original is not None


async def test_no_answer_goes_to_a_sender_whose_way_is_not_proved(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    assert "way is not proved secure, so nothing can be sent there" in (await ada.get(path)).text
    answer = await ada.post(path + "/answer", {"version": "2", "text": "Yes", "reason": REASON, "step": "post"})
    assert answer.status == 403
    assert not await posted(office)


async def test_a_case_is_opened_from_a_query_with_what_is_known(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.secure_query}/open-case"
    fields = {"family_name": "Quillfeather", "nhs_number_not_known": "1", "reason": REASON}
    assert (await make(ada, path, fields)).status == 303
    [(_, instruction, original)] = await posted(office)
    assert instruction.notification is not None
    assert instruction.notification.text("family_name") == "Quillfeather"
    assert instruction.notification.fields["nhs_number"].state.value == "not_known"
    assert "home_postcode" in instruction.notification.missing
    assert original is None


async def test_a_held_dispatch_is_tried_again(office: Office, ada: Browser) -> None:
    path = f"/dispatches/{office.samples.held_dispatch}"
    assert (await make(ada, path + "/mend-dispatch", {"reason": REASON})).status == 303
    [(row, instruction, _)] = await posted(office)
    assert (row.dispatch_id, instruction.kind) == (office.samples.held_dispatch, MoveKind.MEND_DISPATCH)


async def test_a_case_with_an_open_handover_cannot_be_closed(office: Office, ada: Browser) -> None:
    page = await ada.get(f"/cases/{office.samples.forwarded_case}")
    assert "A hand-over is still open" in page.text
    answer = await ada.get(f"/cases/{office.samples.forwarded_case}/close")
    assert answer.status == 403


async def test_screening_out_and_reopening_are_for_a_manager(office: Office, browser: Browser) -> None:
    out, again = f"/cases/{office.samples.held_case}/screen-out", f"/cases/{office.samples.closed_case}/reopen"
    await browser.sign_in("ada")
    assert "Only a manager can do this." in (await browser.get(out)).text
    assert (await browser.post(out, {"version": "1", "reason": REASON})).status == 403
    assert (await browser.post(again, {"version": "1", "reason": REASON})).status == 403
    assert not await posted(office)
    await browser.sign_in("miro")
    assert (await make(browser, out, {"reason": REASON})).status == 303
    assert (await make(browser, again, {"reason": REASON})).status == 303
    assert {row.kind for row, _, _ in await posted(office)} == {MoveKind.SCREEN_OUT, MoveKind.REOPEN}


async def test_a_refusal_of_the_gateway_is_shown(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.general_query}"
    await make(ada, path + "/keep", {"reason": REASON})
    [row] = await office.store.posted_instructions(1)
    refused = replace(row, state=InstructionState.REFUSED, result="no_right")
    await plant(office.store, Move(MoveKind.REFUSED, "worker", NOW, changed=(refused,), intake_id=row.intake_id))
    page = await ada.get(path)
    assert "The gateway refused: keep on the secure side" in page.text
    assert "no right" in page.text
    assert f"{path}/keep" in page.text


async def test_what_was_written_down_is_at_hand_once_the_case_is_open(office: Office, ada: Browser) -> None:
    path = f"/intakes/{office.samples.wrapper}"
    assert f"{path}/send-to-panel" not in (await ada.get(path)).text
    await make(ada, path + "/open-case", {"given_names": "Perrin", "home_postcode": "EM3 9QF", "reason": REASON})
    [row] = await office.store.posted_instructions(1)
    done = replace(row, state=InstructionState.DONE, result="done")
    await plant(office.store, Move(MoveKind.OPEN_CASE, "staff:ada", NOW, changed=(done,), intake_id=row.intake_id))
    page = await ada.get(path)
    assert "EM3 9QF" in page.text
    assert f"{path}/send-to-panel" in page.text
    await make(ada, path + "/send-to-panel", {"panel": "eastmere", "reason": REASON, "step": "post"})
    [(_, instruction, _)] = await posted(office)
    assert instruction.notification is not None
    assert instruction.notification.text("home_postcode") == "EM3 9QF"


async def test_what_was_agreed_is_written_down_for_the_hand_over(office: Office, ada: Browser) -> None:
    [handover] = await office.store.handovers(office.samples.forwarded_case)
    path = f"/dispatches/{handover.dispatch_id}"
    assert path in (await ada.get(f"/cases/{office.samples.forwarded_case}")).text
    wrong = await make(ada, path + "/agree", {"reviewing": "nowhere", "agreed_on": "today", "reason": REASON})
    assert wrong.status == 422
    told = {"agreed_by": "Ada Fenn and Una Pike", "how_told": "By a letter of their chair", "agreed_on": "2026-03-10"}
    assert (await make(ada, path + "/agree", {"reviewing": "eastmere", "reason": REASON, **told})).status == 303
    [(row, instruction, _)] = await posted(office)
    assert (row.kind, row.dispatch_id, row.case_id) == (MoveKind.AGREE, handover.dispatch_id, None)
    agreement = instruction.agreement
    assert agreement is not None
    assert (agreement.reviewing, agreement.agreed_on.isoformat()) == ("eastmere", "2026-03-10")
    assert agreement.how_told.reveal() == "By a letter of their chair"
    assert REASON in (await ada.get(f"/cases/{office.samples.forwarded_case}")).text
