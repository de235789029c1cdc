"""Make tests/screening/heldout.jsonl: python tests/screening/make_heldout.py. The same seed gives the same set.

Author's notes. 101 innocent messages and 45 subtle ones were written by hand, in voices that the training mail does
not use: terse clinicians, public, suppliers, systems, students, children, relatives (files beside this one). The
subtle ones have no identifier at all. The 156 others are composed here from invented people, so that each form of
each identifier is met several times: grouped, spaced, dotted, broken and spoken numbers; dates in words, roman and
ISO; look-alike and full-width letters; initials, nicknames, ordinary words that are names; file names, tables, quoted
and forwarded mail, HTML residue. None of it is used for training, and no rule was written for one phrase of it.
"""

# ruff: noqa: E501 - the forms read best one a line

from __future__ import annotations

import json
import random
from pathlib import Path

HERE = Path(__file__).parent
GIVEN = [
    "Aisling",
    "Tomasz",
    "Oluwadamilola",
    "Priya",
    "Rhys",
    "Xanthe",
    "Muhammad",
    "Bronagh",
    "Svetlana",
    "Jaxon",
    "Hope",
    "Grace",
    "Will",
    "Rose",
    "Summer",
    "Dale",
    "Amber",
    "Kofi",
    "Yuki",
    "Zuzanna",
    "Ffion",
    "Caoimhe",
    "Ngozi",
    "Idris",
    "Lakshmi",
    "Mateus",
    "Ayesha",
    "Delroy",
    "Saskia",
    "Noah",
]
FAMILY = [
    "Featherstonehaugh",
    "Okonjo",
    "Szymańska",
    "Rao",
    "Llewellyn",
    "Achterberg",
    "Hussain",
    "O'Dowd",
    "Volkova",
    "Winterbottom",
    "Field",
    "Banks",
    "Young",
    "Adeyemi-Cole",
    "Tanaka",
    "Brzezicki",
    "Griffiths",
    "Nwosu",
    "Patel",
    "Ferreira",
    "Begum",
    "Campbell",
    "van-der-Berg",
    "Price",
]
CAUSES = (
    "bowel obstruction", "a ruptured aneurysm", "sepsis", "drowning in a garden pool", "an asthma attack", "a head injury",
    "hanging", "smoke inhalation", "complications of prematurity", "meningitis", "an overdose", "a fall from a window",
)  # fmt: skip
STREETS = ("Tern Close", "Back Lane", "Osprey Way", "Church Row", "Mill Street", "Lark Rise", "Ffordd y Bryn")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SPOKEN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

Piece = str | tuple[str, str]  # a text, or (label, text) of a confidential span


class Maker:
    """Compose one message after another and keep where its confidential spans are."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> str:
        return f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}"

    def nhs(self) -> str:
        digits = "999" + "".join(str(self.random.randrange(10)) for _ in range(7))
        form = self.random.choice(("3 3 4", "3-3-4", "3.3.4", "10", "2 2 2 2 2", "5 5", "spoken", "4 3 3", "wide"))
        if form == "spoken":
            return " ".join(SPOKEN[int(digit)] for digit in digits)
        if form == "wide":
            return " ".join(digits)
        separator = next((char for char in form if char in " -."), "")
        groups, position = [], 0
        for size in form.split(separator) if separator else [form]:
            groups.append(digits[position : position + int(size)])
            position += int(size)
        return separator.join(groups)

    def date(self) -> str:
        day, month, year = self.random.randrange(1, 29), self.random.randrange(12), self.random.randrange(2008, 2026)
        name = MONTHS[month]
        return self.random.choice(
            (
                f"{day}/{month + 1}/{year}", f"{day:02}.{month + 1:02}.{year % 100:02}", f"{day} {name} {year}",
                f"{name} {day}, {year}", f"{day}th of {name} {year}", f"{year}-{month + 1:02}-{day:02}",
                f"{day}-{name[:3]}-{year}", f"{day:02}{month + 1:02}{year}", f"{day} {name[:3]} '{year % 100:02}",
            )
        )  # fmt: skip

    def postcode(self) -> str:
        code = f"FN{self.random.randrange(1, 20)} {self.random.randrange(10)}{self.random.choice('ABDEF')}{self.random.choice('GHJLN')}"
        return self.random.choice((code, code.lower(), code.replace(" ", ""), code.replace(" ", "  ")))

    def phone(self) -> str:
        last = f"{self.random.randrange(1000):03}"
        return self.random.choice(
            (
                f"07700 900{last}",
                f"07700900{last}",
                f"+44 7700 900 {last}",
                f"(01632) 960{last}",
                f"0 7 7 0 0 9 0 0 {last}",
            )
        )

    def address(self) -> str:
        return f"{self.random.randrange(1, 200)} {self.random.choice(STREETS)}"

    def reference(self) -> str:
        number = self.random.randrange(1000, 9999)
        return self.random.choice(
            (
                f"NSF/25/{number}",
                f"CD-{number}-25",
                f"F{number}21",
                f"25/{number % 1000:03}",
                f"MRN {number}77",
                f"URN {number}/24",
            )
        )


def explicit(make: Maker, number: int) -> tuple[str, list[Piece], list[Piece]]:
    """Return role, subject and body of one message with identifiers."""
    child, adult, cause = ("NAME", make.name()), ("NAME", make.name()), ("HEALTH_DETAIL", make.random.choice(CAUSES))
    nhs, born, died = ("NHS_NUMBER", make.nhs()), ("DOB", make.date()), ("DATE_OF_DEATH", make.date())
    post, phone, home = ("POSTCODE", make.postcode()), ("PHONE", make.phone()), ("ADDRESS", make.address())
    reference = ("CASE_REF", make.reference())
    first = ("NAME", child[1].split()[0])
    forms: tuple[tuple[str, list[Piece], list[Piece]], ...] = (
        ("professional", ["Notification"], [child, " dob ", born, " NHS ", nhs, " died ", died, " of ", cause, ". ", home, ", ", post]),
        ("professional", ["Query ", reference], ["Please could you add to ", reference, " that ", first, " was seen on ", died, "."]),
        ("family", ["our ", first], ["My ", ("NAME", first[1].lower()), " was taken from us on ", died, ". Please ring me on ", phone, "."]),
        ("professional", ["number"], ["The number we have is ", nhs, ". Is that the same as yours?"]),
        ("professional", ["Room for Thursday"], ["The room is booked. By the way ", adult, " would like to attend about ", first, "."]),
        ("professional", ["Agenda"], ["Item 4: ", child, "\nItem 5: ", adult, "\nItem 6: any other business"]),
        ("professional", ["form"], ["Name:\t", child, "\nBorn:\t", born, "\nNo:\t", nhs, "\nPostcode:\t", post]),
        ("professional", ["Address check"], ["Is it ", home, " or next door? Postcode ", post, "."]),
        ("professional", ["re ", ("NAME", "".join(part[0] for part in child[1].split()))],
         ["Any news about ", ("NAME", ".".join(part[0] for part in child[1].split()) + "."), "? The parents are asking."]),
        ("professional", ["Fwd: update"], ["FYI\n\n---------- Forwarded message ---------\nFrom: Duty\nDate: today\nSubject: update\n\n",
                                           child, " ", born, " ", cause]),
        ("professional", ["Files"], [("NAME", child[1].replace(" ", "_")), "_notification.pdf is on the drive, password to follow."]),
        ("professional", ["Please ring"], ["Could the chair ring ", adult, " on ", phone, " this afternoon about the meeting?"]),
        ("professional", ["Training"], ["Please book ", adult, " on the next course. Also the inquest for ", first, " is on ", died, "."]),
        ("professional", ["dates"], ["Admitted ", born, ", died ", died, "."]),
        ("family", ["thank you"], ["Thank you for the leaflet. ", first, " would have been starting school. ", adult]),
        ("professional", ["Email for family"], ["Use ", ("EMAIL", f"{child[1].split()[0].lower()}.home@inboxmail.example"), " from now on, not the old one."]),
        ("professional", ["ref"], ["Your ref ", reference, " is our ", ("CASE_REF", make.reference()), "."]),
        ("professional", ["paste"], ["<b>", child, "</b><br>", nhs, "<!-- ", cause, " -->"]),
        ("professional", ["note"], [("NAME", _alike(child[1])), " ", ("HEALTH_DETAIL", _alike(cause[1]))]),
        ("professional", ["note"], [("NAME", "\u200b".join(child[1])), " was known to us."]),
        ("professional", ["NEWS"], [("NAME", child[1].upper()), " ", ("DOB", born[1].upper()), " ", post]),
        ("professional", ["mum"], ["Mum (", adult, ") says ", first, " was ", ("HEALTH_DETAIL", "never a well baby"), "."]),
        ("public", ["what we saw"], ["It was the ", ("NAME", child[1].split()[1]), " girl from ", home, "."]),
        ("professional", ["spaced"], [("NAME", " ".join(child[1].replace("'", "").replace("-", ""))), " ", nhs]),
        ("professional", ["Re: chase"], ["Done, thanks.\n\nOn 3 March 2025 at 10:14, CDOP wrote:\n> Please send the chronology for ", child, " ", nhs, "\n> and for ", first, " ", born]),
        ("professional", ["Panel papers"], ["Papers attached. In paper 3 please change the age to ", ("HEALTH_DETAIL", "3 years and 2 months"), " and the ward to theatre."]),
    )  # fmt: skip
    return forms[number % len(forms)]


def _alike(text: str) -> str:
    return text.translate(str.maketrans("aeo", "аео"))


def joined(pieces: list[Piece], where: str) -> tuple[str, list[dict[str, object]]]:
    text, spans = "", []
    for piece in pieces:
        if isinstance(piece, tuple):
            spans.append(
                {
                    "start": len(text),
                    "end": len(text) + len(piece[1]),
                    "label": piece[0],
                    "text": piece[1],
                    "where": where,
                }
            )
        text += piece if isinstance(piece, str) else piece[1]
    return text, spans


def main() -> None:
    rows = []
    for number, line in enumerate((HERE / "heldout_innocent.txt").read_text().splitlines()):
        role, name, subject, body = line.split("|", 3)
        rows.append(_row(f"H-I{number:03}", role, name, subject, body.replace("\\n", "\n"), [], "innocent"))
    for number, line in enumerate((HERE / "heldout_subtle.txt").read_text().splitlines()):
        role, name, subject, body = line.split("|", 3)
        spans: list[dict[str, object]] = [
            {"start": 0, "end": len(body), "label": "HEALTH_DETAIL", "text": body, "where": "body"}
        ]
        rows.append(_row(f"H-S{number:03}", role, name, subject, body, spans, "subtle"))
    make = Maker(20250304)
    for number in range(156):
        role, subject_pieces, body_pieces = explicit(make, number)
        subject, in_subject = joined(subject_pieces, "subject")
        body, in_body = joined(body_pieces, "body")
        rows.append(_row(f"H-C{number:03}", role, "Duty Desk", subject, body, in_subject + in_body, "explicit"))
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (HERE / "heldout.jsonl").write_text(text + "\n")


def _row(
    key: str, role: str, name: str, subject: str, body: str, spans: list[dict[str, object]], grade: str
) -> dict[str, object]:
    return {
        "id": key, "subject": subject, "from_name": name, "body": body, "spans": spans,
        "confidential": grade != "innocent", "role": role, "grade": grade,
    }  # fmt: skip


if __name__ == "__main__":
    main()
