"""The demo's invented mail: what is sent, and the expected outcome."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

import docx

from gateway.roles.demo.world import GENERAL, SECURE

NOTE = """\
Please find the notification of a child's death below.

Notifier name: Dr Imogen Testwell
Notifier role: Consultant paediatrician
Notifier agency: Invented General Hospital
Notifier telephone: 01632 960200
Family name: {family}
Given names: {given}
Date of birth: 03/02/2021
NHS number: {nhs}
Sex: female
Home address: {home}
Home postcode: {postcode}
Date of death: 20/11/2026
Place of death: {place}
"""


TOWNS = {
    "HP27 9QF": "Princes Risborough",
    "OX3 7AA": "Oxford",
    "SG1 1EX": "Stevenage",
    "HP20 1UA": "Aylesbury",
    "HD1 2TA": "Huddersfield",
    "HP21 8AL": "Aylesbury",
}


@dataclass(frozen=True, slots=True)
class Child:
    """An invented child."""

    family: str
    given: str
    nhs: str
    postcode: str = ""
    place: str = "Invented General Hospital"

    @property
    def home(self) -> str:
        """The street and the town, which agrees with the postcode; "" where none is known."""
        return f"1 Invented Road, {TOWNS[self.postcode]}" if self.postcode in TOWNS else ""


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected outcome of one arrival, in wire values. ``leaves`` are dispatches as KIND:TO."""

    kind: str
    grade: str
    state: str
    reason: str = ""
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One message to send."""

    name: str
    author: str
    to: str
    content: EmailMessage
    expected: Expected
    reverse_path: str = ""  # the author where empty
    tls: bool = True
    encrypted: bool = False  # PGP/MIME to our key before it is sent
    canary: str = ""  # a word that only its proper receiver may ever see


CHILDREN = {
    "home": Child("Quillfeather", "Maribel", "999 000 0018", "HP27 9QF"),
    "oxford": Child("Thistledown", "Osric", "999 000 0026", "OX3 7AA", "Stoke Mandeville Hospital, Aylesbury HP21 8AL"),
    "stevenage": Child("Brambleby", "Odalys", "999 000 0034", "SG1 1EX"),
    "clear": Child("Fernsworth", "Caspian", "999 000 0042", "HP20 1UA"),
    "nowhere": Child("Larkspurre", "Ottoline", "999 000 0050", ""),
    "shared": Child("Marshwiggin", "Peregrine", "999 000 0069", "HD1 2TA"),
}


def _mail(author: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = author
    message["To"] = to
    message["Subject"] = subject
    digest = hashlib.sha256(f"{author} {subject} {text}".encode()).hexdigest()[:20]
    message["Message-ID"] = f"<{digest}@{author.partition('@')[2]}>"
    message.set_content(text)
    return message


def _note(child: Child) -> str:
    return NOTE.format(
        family=child.family,
        given=child.given,
        nhs=child.nhs,
        home=child.home,
        postcode=child.postcode,
        place=child.place,
    )


def form_a(child: Child) -> bytes:
    """Return an invented Form A as a Word document, its answers in a table."""
    document = docx.Document()
    document.add_heading("Form A: notification of child death", 1)
    rows = (
        ("Surname", child.family),
        ("Forename(s)", child.given),
        ("Date of birth", "03/02/2021"),
        ("NHS number", child.nhs),
        ("Home address", child.home),
        ("Home postcode", child.postcode),
        ("Date of death", "20/11/2026"),
        ("Place of death", child.place),
    )
    table = document.add_table(rows=0, cols=2)
    for label, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def locked_zip() -> bytes:
    """Return a zip archive whose entry says that it is encrypted: nobody here has its password."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("notification.docx", b"\x00" * 64)
    content = bytearray(stream.getvalue())
    content[6] |= 1  # general purpose bit 0 of the local header, and of the central directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def samples() -> Sequence[Sample]:
    """Return every message of the demo."""
    return (*_notifications(), *_held(), *_general())


def _notifications() -> tuple[Sample, ...]:
    doctor, teacher = "doctor@trust.example", "head@school.example"
    kids = CHILDREN
    attached = _mail(doctor, SECURE, "Form attached", "Please find our form attached.\n")
    attached.add_attachment(
        form_a(kids["stevenage"]),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
        filename="Form A.docx",
    )
    return (
        Sample(
            "encrypted notification, lives here",
            doctor,
            SECURE,
            _mail(doctor, SECURE, "Notification", _note(kids["home"])),
            Expected("notification", "secure", "decided", leaves=("acknowledgement:sender",)),
            encrypted=True,
            canary=kids["home"].family,
        ),
        Sample(
            "notification, lives in Oxford",
            doctor,
            SECURE,
            _mail(doctor, SECURE, "Notification", _note(kids["oxford"])),
            Expected(
                "notification", "secure", "decided", leaves=("forward:panel:oxfordshire", "acknowledgement:sender")
            ),
            canary=kids["oxford"].family,
        ),
        Sample(
            "Form A as Word file, lives in Stevenage",
            doctor,
            SECURE,
            attached,
            Expected(
                "notification", "secure", "decided", leaves=("forward:panel:hertfordshire", "acknowledgement:sender")
            ),
            canary=kids["stevenage"].family,
        ),
        Sample(
            "notification in clear text",
            teacher,
            SECURE,
            _mail(teacher, SECURE, "Sad news", _note(kids["clear"])),
            Expected("notification", "not_secure", "decided", leaves=("advice:sender",)),
            tls=False,
            canary=kids["clear"].family,
        ),
    )


def _held() -> tuple[Sample, ...]:
    doctor = "doctor@trust.example"
    kids = CHILDREN
    wrapped = _mail(
        doctor, SECURE, "Please see attached", "The file is protected, the password follows by telephone.\n"
    )
    wrapped.add_attachment(locked_zip(), maintype="application", subtype="zip", filename="notification.zip")
    forged = _mail(doctor, SECURE, "[secure] Urgent", _note(Child("Foxgloven", "Ambrose", "999 000 0077", "HP21 8AL")))
    return (
        Sample(
            "no residence given",
            doctor,
            SECURE,
            _mail(doctor, SECURE, "Notification", _note(kids["nowhere"])),
            Expected("notification", "secure", "held", "no_residence", ("acknowledgement:sender",)),
            canary=kids["nowhere"].family,
        ),
        Sample(
            "authority shared by two panels",
            doctor,
            SECURE,
            _mail(doctor, SECURE, "Notification", _note(kids["shared"])),
            Expected("notification", "secure", "held", "route_uncertain", ("acknowledgement:sender",)),
            canary=kids["shared"].family,
        ),
        Sample(
            "locked wrapper",
            doctor,
            SECURE,
            wrapped,
            Expected("unreadable", "unreadable", "held", "unreadable_wrapper", ("advice:sender",)),
        ),
        Sample(
            "question to the secure mailbox",
            doctor,
            SECURE,
            _mail(doctor, SECURE, "A question", "May we bring our new registrar to the next panel meeting?\n"),
            Expected("secure_query", "secure", "held", "secure_query", ("acknowledgement:sender",)),
        ),
        Sample(
            "forged author, [secure] in the subject",
            doctor,
            SECURE,
            forged,
            Expected("notification", "claimed", "decided"),
            reverse_path="someone@nospf.example",
            canary="Foxgloven",
        ),
    )


def _general() -> tuple[Sample, ...]:
    teacher, parent = "head@school.example", "parent@family.example"
    return (
        Sample(
            "ordinary question",
            teacher,
            GENERAL,
            _mail(
                teacher,
                GENERAL,
                "Training dates",
                "Hello,\n\nCould you tell me when the next training on the child death review process takes place, "
                "and how we can book a place?\n\nMany thanks\n",
            ),
            Expected("general_query", "not_secure", "decided", leaves=("general_copy:general_inbox", "receipt:sender")),
        ),
        Sample(
            "question with a child's name and birth date",
            teacher,
            GENERAL,
            _mail(
                teacher,
                GENERAL,
                "Meeting",
                "Is the meeting about Rowena Nettlecombe, born 4 May 2019, still on for Tuesday?\n",
            ),
            Expected(
                "general_query",
                "not_secure",
                "held",
                "confidential_content",
                ("card:general_inbox", "advice:sender"),
            ),
            canary="Nettlecombe",
        ),
        Sample(
            "a mother writes",
            parent,
            GENERAL,
            _mail(
                parent,
                GENERAL,
                "my daughter",
                "My daughter Sunniva Hazelgrove died in March and nobody has told me what happens now.\n",
            ),
            Expected(
                "general_query",
                "not_secure",
                "held",
                "confidential_content",
                ("card:general_inbox", "receipt:sender"),
            ),
            canary="Hazelgrove",
        ),
    )
