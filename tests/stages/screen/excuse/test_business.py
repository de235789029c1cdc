"""Forms of innocent mail that were cards: by kind, each beside a neighbour of the same form that must stay one.

The classifier is not asked: a row says whether the text has evidence that is a card whatever the classifier says.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from gateway.model.content.screening import AllowList
from gateway.model.kinds import ScreenOutcome
from gateway.stages.screen import ScreenTables, screen
from gateway.stages.screen.excuse.allow import allowed_of
from gateway.stages.screen.judge.evidence import collect
from gateway.stages.screen.read.source import choose
from gateway.stages.screen.read.text import view
from gateway.stages.screen.screen import evidence_of, read_message
from tests.screening.score import context, mail_of

NUMBERS = [
    ("Your order is with the courier, quote ref QT/31882.", "Please file this with ref QT/31882 for the boy."),
    ("Collection of six sacks is on Thursday. Ref CW-40622.", "The baby was seen on Thursday. Ref CW-40622."),
    ("Shortlisting is on Monday, HR reference VAC-3310.", "The inquest is on Monday, reference VAC-3310."),
    ("I have had a charge of £60 (ref PK-40622) for parking.", "I have parked. Add ref PK-40622 to the agenda."),
    ("Booking confirmed, ref GC-4062.", "The booking is confirmed. Also ref GC-4062 is on the agenda for Monday."),
    ("CPD ref 25-30718 is valid.", "At the meeting 25/004 was deferred."),
    ("Ethics ref: TW/HLS/2026/207.", "Our ref: TW/HLS/2026/207."),
    ("Ethics number FBSREC-25-113.", "Order SMITH-25-113."),
    ("The drive is back. IT Service Desk, ref INC0051166", "Police log INC0051166, the crime team has it."),
    ("Remote server returned 550 5.7.1.", "The second number is 5505 7.1."),
    ("Please send 2 x 85A for the printer.", "The child was found at 85A."),
    ("The shredder meets EN 15713.", "The number is 15713."),
    ("The median wait is 204 days (IQR 131-318).", "The one we discussed (131-318)."),
    ("I am a paediatric trainee (ST5) and would like to observe.", "The family lives in ST5."),
    ("It is on the shared drive under Comms/2026.", "It is about Comms/2026."),
    ("A11. Send the briefing.\nA12. Book the room.", "He moved from A11."),
    ("Wear one of our T-shirts at A&E.", "The form is about T- and A."),
    ("Abstracts are welcome, max 250 words.", "Please send the form about max."),
    ("PO 45001182", "PO 4500118233"),
    ("Dial-in code 771 305#.", "The code is 771 305."),
    ("Order 55-31882-B. Please hurry.", "The one for B. Please hurry."),
    ("Statement and plans A1-A34 are with the form.", "He came by the A34."),
    ("The electrician has to PAT test it, the paper went to the ED.", "The paper went to PAT and ED was there."),
    ("The scanner shows code E-045 and stops.", "The code is E-045 and stops."),
    ("The request is FOI/2026/0113.", "The request is CDOP/2026/0113."),
    ("Membership number M-22019 has lapsed.", "Her membership number M-22019 has lapsed."),
    ("The grant must be spent by 31/03/2027.", "The one is of 31/03/2027."),
    ("Version 4 is on the drive.", "Number 4 Mill Drive."),
    ("Lunch is A) salmon, B) leek tart.", "The one about J.B. is on the list."),
    ("INV 33018 £84.00\nCR 0071 £12.50", "The baby is 33018"),
    ("INV 33018 £84.00 unpaid", "INV 999 012 3456"),
    ("Room booked.\nDate: 12/09/2025\nTime: 13:00", "Room booked.\nDate: 12/09/2025\nName: unknown"),
]
AGES = [
    ("The invoice remains unpaid at 61 days.", "The baby was seen at 61 days."),
    ("Our printer is five years old.", "The one they found is five years old."),
    ("It is now 81 days old. Could somebody pay the invoice?", "It was a Sunday and now 81 days old."),
    ("The registrar is keen: she's six months from completing training.", "She's six months."),
    ("Do we keep records until the 25th birthday?", "It was the week of the 5th birthday."),
    ("The leaflet has a reading age 9.", "It was a child, age 9."),
    ("The talk is for four-year-olds.", "It was about our four-year-olds."),
    ("Pupils come, aged seven to nine.", "It was the one aged seven."),
]
PEOPLE = [
    (
        "Our engineer calls at nine. It takes an hour. Please let him in.",
        "The nurse rang at nine. The mother was there. Please let him in.",
    ),
    ("Could one of our registrars observe? She is keen.", "Our registrars are keen. The twins came in. She is not."),
]
WORDS = [
    ('Must letters say "passed away" or is there a better phrase?', 'The letter said "he passed away" in the night.'),
    ('The wording "the deceased" is harsh in the pages for parents.', "The deceased is on the list for Monday."),
    ("We saw your card at the baby group.", "We saw that the baby was in the room."),
    ("Is the leaflet only for mum and dad?", "The leaflet is with mum and dad now."),
    ("As a bereaved mum I found the page helpful.", "As you know mum found the page."),
    ("The slides have a made-up case in which the mother is late.", "The slides are late and so was the mother."),
    ("My sister reckons the car seat is fitted wrong.", "My sister was in the car and sat in the seat."),
    ("Our card is with the mother and baby unit.", "Our card is with the mother."),
    ("Is it too late to order the poster?", "It was too late to do much."),
    ("I have no computer, my nephew is typing this.", "I have no computer, my nephew is in the water."),
    ("I can look for a second-hand copy.", "I looked away for a second."),
    ("Delivery is on Thursday, we knocked 5% off.", "Delivery is on Thursday, knocked off the bike."),
    ("The print slides off the sofa.", "The print slides off the bed and in the bath."),
]
NAMES = [
    ("Download it from MyLearning and TidyMinutes.", "Download it from MaryLearning."),
    ("Our platform is CaseLink.", "Our form is for BrookField."),
    ("The videos are in eCaseFlow.", "The videos are in eMaryRose."),
    ("A talk on scarlet fever.", "A talk on scarlet."),
    ("The Wi-Fi is down.", "The form is for Fi."),
    ("Council B pays less.", "The one called B pays less."),
    ("The sheet called DONT DELETE is blank.", "The baby called Storm is on the list."),
    ("Closed on Christmas Eve.", "Please move Eve to the June panel."),
    ("There is a version in Easy Read.", "There is a letter from Mrs Read."),
    ("We support the Be Bright campaign.", "We support the family of Master Bright."),
    ("Everyone whose surname begins with V is logged out.", "Everyone whose surname Vole is logged out."),
    ("Lines on bronchiolitis and CPR are welcome.", "Lines on Brontolithis are welcome."),
    ("We have forty rowan saplings.", "We have forty letters for rowan."),
    ("Meet us in Willow Wing.", "Meet us at Willow."),
    ("Ask for it.\nP.S. The number on the flyer is old.", "Ask for it.\nP.S. was in the paper."),
    ("Please press Ctrl+Alt+Del to change it.", "Please ask Del to change it."),
    ("Do we code ketoacidosis and norovirus as acute?", "Do we code Ketoacidosis as acute?"),
    ("The talk is for families from Sudan and Eritrea.", "The talk is for families from Sutham."),
    ("I ended up in the Lidl. The event is close to iftar.", "I ended up in the Lidlow. The event is close to ifti."),
]


def strong(text: str, known: AllowList, tables: ScreenTables) -> list[str]:
    items = collect(view(text), tables, allowed_of(known)).items
    return [f"{item.kind}: {text[item.start : item.end]}" for item in items if item.strong and not item.specific]


@pytest.mark.parametrize(("free", "held"), [*NUMBERS, *AGES, *PEOPLE, *WORDS, *NAMES])
def test_what_is_nobodys_is_no_evidence_and_its_neighbour_of_somebody_is(
    free: str, held: str, tables: ScreenTables, known: AllowList
) -> None:
    assert strong(free, known, tables) == []
    assert strong(held, known, tables) != []


@pytest.mark.parametrize(
    "number", ["9990123456", "999 012 3456", "999-012-3456", "9990 1234 56", "999/012/3456", "CW-9990123456"]
)
@pytest.mark.parametrize(
    "label", ["Invoice", "Order", "Collection booked. Ref", "Dial-in code", "Ethics number", "2 x"]
)
def test_ten_digits_are_evidence_under_every_label(
    number: str, label: str, tables: ScreenTables, known: AllowList
) -> None:
    assert strong(f"{label} {number}", known, tables) != []


def found_in(body: str, known: AllowList, tables: ScreenTables, name: str = "Edwina Marchbanks") -> list[Any]:
    mail = mail_of({"from_name": name, "subject": "Agenda", "body": body})
    return evidence_of(read_message(mail, choose(mail), context(known), tables), tables)


ASKED = "Please could you send me the agenda for the next panel meeting?"
OWN = [
    (f"{ASKED}\n\nGrateful for your kindness\nE. Marchbanks", f"{ASKED}\n\nThe one to add is\nE. Windmere"),
    (f"{ASKED} I am E. Marchbanks of the office.", f"{ASKED} I ask for T. Marchbanks of the office."),
    (f"{ASKED}\n\nYours crossly\nMrs Marchbanks", f"{ASKED}\n\nBook it with\nMrs Windmere"),
    (f"{ASKED} Thank you kindly, Noreen", f"{ASKED} It is for Noreen"),
    (f"{ASKED}\nLove, Josceline x", f"{ASKED}\nLove to Josceline x"),
    (f"{ASKED} All the best, Hedley, Community Transport", f"{ASKED} All the papers of Hedley, Community Transport"),
    (f"{ASKED} Please mend it. Cllr E. Marchbanks, Monkton Parva", f"{ASKED} Please mend it. Cllr E. Windmere, Parva"),
    (f"{ASKED}\n\nPractice manager, Cobbleside Federation", f"{ASKED}\n\nThe practice at Cobbleside rang today."),
    (f"{ASKED}\n\nClerk to Nether Fosse Parish Council", f"{ASKED}\n\nClerk saw Nether Fosse on the day"),
    (f"Hi Rosalind, I wonder. {ASKED}", f"Hi, Rosalind died. {ASKED}"),
    (f"Dear Rosalind and Idris, I wonder. {ASKED}", f"Dear all about Rosalind, I wonder. {ASKED}"),
]


@pytest.mark.parametrize(("free", "held"), OWN)
def test_the_name_of_who_writes_or_is_greeted_is_no_evidence_and_another_is(
    free: str, held: str, tables: ScreenTables, known: AllowList
) -> None:
    assert found_in(free, known, tables) == []
    assert found_in(held, known, tables) != []


def test_the_name_of_who_is_greeted_or_writes_is_not_shown(tables: ScreenTables, known: AllowList) -> None:
    body = f"Dear Rosalind, I have a question. {ASKED}\n\nYours crossly\nE. Marchbanks"
    mail = mail_of({"from_name": "Edwina Marchbanks", "subject": "Agenda", "body": body})
    screened = screen(mail, context(known), tables)
    assert screened.outcome is ScreenOutcome.MASKED
    assert "Rosalind" not in screened.text.reveal()
    assert "Marchbanks" not in screened.text.reveal()


def test_a_case_under_the_senders_own_family_name_is_not_taken_for_a_signature(
    tables: ScreenTables, known: AllowList
) -> None:
    body = "To the panel\nre our own\nMarchbanks, Chizara\nRIP this Saturday, Dad abroad"
    assert found_in(body, known, tables) != []


@pytest.mark.parametrize(
    "piece", ["order 1111111111 ", "order A1-", "ref A1-1", "2 x 85A ", "A1. \n", "it is a-", "'a "]
)
def test_looking_for_what_is_nobodys_costs_no_more_than_its_length(
    piece: str, tables: ScreenTables, known: AllowList
) -> None:
    started = time.process_time()
    strong((piece * 16_000)[:16_000], known, tables)
    assert time.process_time() - started < 2.5


@pytest.mark.parametrize("said", ["my name is alfie and i am in year 10.", "My name is Odalys Wrenfield."])
def test_who_says_their_own_name_is_not_held_for_it_and_it_is_not_shown(
    said: str, tables: ScreenTables, known: AllowList
) -> None:
    mail = mail_of({"from_name": "", "subject": "Agenda", "body": f"Hello, {said} {ASKED}"})
    screened = screen(mail, context(known), tables)
    assert screened.outcome is not ScreenOutcome.CARD
    assert not any(name in screened.text.reveal() for name in ("alfie", "Odalys", "Wrenfield"))


def test_another_name_after_ones_own_is_a_card(tables: ScreenTables, known: AllowList) -> None:
    body = f"My name is Odalys Wrenfield. {ASKED} It is about alfie."
    assert found_in(body, known, tables, name="Odalys Wrenfield") != []
