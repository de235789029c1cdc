"""Notifications are found in lines and tables of old and new forms, whatever the layout."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stages.extract import from_mail, residence
from gateway.stages.extract.headings import heading

FORM_A = """Dear colleague,

FORM A - Notification of child death
Details of referrer
Name: Dr A Example
Designation: Paediatric registrar
Tel: 01632 960123
Email: a@trust.example

Child's details
Surname: Testcase   Forename(s): Jo Ann
DOB: 3 Sept 2024
NHS No: 999 000 0018
Sex: F
Ethnicity: tbc
Address:
1 High Street
Testtown
HP20 1UA
GP: Dr Other, Test Surgery

Details of death
Date of death: 14/11/26
Time: 0340
Place: Test Hospital, ED
Expected / unexpected: Unexpected
Rapid response: Yes
Circumstances of death: Found
unresponsive at home.

Household
Name: Mary Testcase
Relationship: Mother
"""


def test_form_a_lines_give_their_fields() -> None:
    (found,) = from_mail([FORM_A], [])
    assert {name: answer.value.reveal() or answer.state.value for name, answer in found.fields.items()} == {
        "notifier_name": "Dr A Example",
        "notifier_role": "Paediatric registrar",
        "notifier_phone": "01632 960123",
        "notifier_email": "a@trust.example",
        "family_name": "Testcase",
        "given_names": "Jo Ann",
        "date_of_birth": "2024-09-03",
        "nhs_number": "9990000018",
        "sex": "female",
        "ethnicity": "to_follow",
        "home_address": "1 High Street\nTesttown\nHP20 1UA",
        "home_postcode": "HP20 1UA",
        "gp_practice": "Dr Other, Test Surgery",
        "date_of_death": "2026-11-14",
        "time_of_death": "03:40",
        "place_name_address": "Test Hospital, ED",
        "expectedness": "unexpected",
        "jar_triggered": "yes",
        "circumstances": "Found\nunresponsive at home.",
    }
    (mother,) = found.groups["significant_persons"]
    assert mother["person_relationship"].value.reveal() == "mother"
    assert mother["person_name"].value.reveal() == "Mary Testcase"
    assert "coroner_status" in found.missing
    assert residence(found).postcode.reveal() == "HP20 1UA"


@pytest.mark.parametrize(
    "line",
    [
        "Surname: Testcase",
        "> Surname : Testcase",
        "**Surname:** Testcase",
        "• Family name\tTestcase",
        "1.2 Family Name - Testcase",
        "Child’s surname: Testcase",
        "SURNAME：Testcase",
        "Surname (of child): Testcase",
        "Surname\nTestcase",
        "Surname:\n   Testcase",
    ],
)
def test_layout_of_a_label_does_not_matter(line: str) -> None:
    (found,) = from_mail([f"Forename: Jo\nDOB: 1/2/2024\n{line}\n\nDate of death: 2 March 2026"], [])
    assert found.text("family_name") == "Testcase"


def test_every_answer_about_the_notifier_is_found_where_its_label_names_the_notifier() -> None:
    lines = "Notifier name: Dr A Example\nNotifier role: Registrar\nNotifier agency: Invented Hospital\n"
    (found,) = from_mail([f"{lines}Forename: Jo\nSurname: Testcase\nDOB: 1/2/2024\nDate of death: 2 March 2026"], [])
    assert found.text("notifier_name") == "Dr A Example"
    assert found.text("notifier_role") == "Registrar"
    assert "notifier_agency" not in found.missing


def test_table_rows_of_a_printed_page_give_their_fields() -> None:
    printed = """Form A

Full name of child  Jo Testcase
Date of birth       03/09/2024
Date of death       14/11/2026
NHS number          999 000 0018
Address             1 High Street
                    Testtown
Name of notiﬁer     Dr A Example
"""
    (found,) = from_mail([printed], [])
    assert {name: given.value.reveal() for name, given in found.fields.items()} == {
        "family_name": "Testcase",
        "given_names": "Jo",
        "date_of_birth": "2024-09-03",
        "date_of_death": "2026-11-14",
        "nhs_number": "9990000018",
        "home_address": "1 High Street\nTesttown",
        "notifier_name": "Dr A Example",
    }


@pytest.mark.parametrize("line", ["Thank you for your help.  Name the panel.", "The child's address  is not yet known"])
def test_a_double_space_in_a_sentence_makes_no_field_of_what_is_before_it(line: str) -> None:
    (found,) = from_mail([FORM_A.replace("FORM A - Notification of child death", line)], [])
    (plain,) = from_mail([FORM_A], [])
    assert found.fields.keys() == plain.fields.keys()


def test_tables_give_fields_and_lists() -> None:
    table = [
        ["Child's details", "Child's details"],
        ["Name of child", "TESTCASE, Jo", "Date of birth", "01.02.2024"],
        ["Home address", "1 High Street, Testtown"],
        ["Postcode", "hp201ua"],
        ["Details of death", ""],
        ["Date of death", "2 March 2026"],
        ["Place of death", "Test Hospital"],
    ]
    agencies = [
        ["Agency", "Name", "Contact details"],
        ["GP", "Dr Other", "01632 960321"],
        ["Health visitor", "H Visitor", ""],
    ]
    (found,) = from_mail([], [table, agencies])
    assert (found.text("family_name"), found.text("given_names")) == ("TESTCASE", "Jo")
    assert found.text("date_of_birth") == "2024-02-01"
    assert found.text("home_postcode") == "HP20 1UA"
    kinds = [entry["agency_kind"].value.reveal() for entry in found.groups["agency_contacts"]]
    assert kinds == ["gp", "health_visitor"]


def test_twins_in_one_mail_are_two_notifications_with_one_notifier_and_home() -> None:
    found = from_mail(
        [
            "Notified by: Dr A\nChild 1\nSurname: Testcase\nForename: Twin 1\nDOB: 1/3/2026\n"
            "Home address: 1 High Street\nPostcode: HP20 1UA\nDate of death: 1/3/2026\n\n"
            "Child 2\nSurname: Testcase\nForename: Twin 2\nDOB: 1/3/2026\nDate of death: 2/3/2026\n"
        ],
        [],
    )
    assert [one.text("given_names") for one in found] == ["Twin 1", "Twin 2"]
    assert [one.text("date_of_death") for one in found] == ["2026-03-01", "2026-03-02"]
    assert {one.text("home_postcode") for one in found} == {"HP20 1UA"}
    assert {one.text("notifier_name") for one in found} == {"Dr A"}


def test_another_child_of_another_family_does_not_inherit_the_home() -> None:
    found = from_mail(
        [
            "Surname: Testcase\nForename: A\nDOB: 1/3/2020\nPostcode: HP20 1UA\nDate of death: 1/3/2026\n"
            "Surname: Other\nForename: B\nDOB: 1/4/2021\nNHS No: 9990000026\nDate of death: 1/3/2026\n"
        ],
        [],
    )
    assert [one.text("home_postcode") for one in found] == ["HP20 1UA", ""]
    assert [one.text("given_names") for one in found] == ["A", "B"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello,\n\nwhen does the panel meet?\n\nName: A Person\nEmail: a@b.example\nTel: 01632 960123",
        "Please note: the meeting moved.\nDate: 1 March 2026\nTime: 10:00\nPlace: Room 2",
        "I write about the death of a child who was here last week.",
    ],
)
def test_a_message_that_is_no_form_gives_no_notification(text: str) -> None:
    assert from_mail([text], []) == ()


def test_long_runs_of_space_cost_no_more_than_words() -> None:
    line = "Surname" + " " * 1_900 + "x"
    began = time.process_time()
    from_mail(["\n".join([line, "\u00a0" * 1_999 + ":", "\t" * 1_999] * 1_600)], [])
    assert time.process_time() - began < 20  # it was minutes


@given(st.text(max_size=300), st.lists(st.lists(st.text(max_size=30), max_size=5), max_size=6))
def test_no_text_and_no_table_raises(text: str, table: list[list[str]]) -> None:
    lines = f"Surname: {text}\nDOB: {text}\nNHS No: {text}\nSex: {text}\n{text}: {text}\nDate of death: {text}"
    for found in from_mail([text, lines], [table]):
        residence(found)


def test_hostile_sizes_are_read_within_bounds() -> None:
    lines = "\n".join(f"Surname: {'x' * 5000}{number}" for number in range(30_000))
    found = from_mail([lines + "\nDOB: 1/2/2020\nDate of death: 1/2/2026"], [[["Surname"] * 1000] * 5000])
    assert len(found) <= 10


def test_a_sentence_that_begins_like_a_heading_stays_in_the_circumstances() -> None:
    (found,) = from_mail(
        [
            "Notification of child death\nName: Jo Testcase\nDOB: 1/2/2024\nDate & time of death: 2/3/2026 at 03:40\n"
            "Circumstances of death:\nMother found her unresponsive.\nParents were with her in hospital\n\n"
            "The death was not expected by anybody.\nPlace of death: Test Hospital\n"
        ],
        [],
    )
    assert (found.text("family_name"), found.text("given_names")) == ("Testcase", "Jo")
    assert (found.text("date_of_death"), found.text("time_of_death")) == ("2026-03-02", "03:40")
    assert found.text("circumstances") == "Mother found her unresponsive.\nParents were with her in hospital"
    assert found.text("place_name_address") == "Test Hospital"
    assert found.groups == {}


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Details of the child", "child"),
        ("SECTION 2: THE CHILD", "child"),
        ("Child & family details", "child"),
        ("Child's family", "people"),
        ("Other significant family & household members", "people"),
        ("Details of death", "death"),
        ("Circumstances of the child's death", "death"),
        ("Professionals who knew the child", "agencies"),
        ("Referral details", "notifier"),
        ("Person completing this form", "notifier"),
        ("Child death notification form", None),
        ("Mother and father were told", None),
        ("Thank you", None),
    ],
)
def test_headings(line: str, section: str | None) -> None:
    assert heading(line) == section
