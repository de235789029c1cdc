"""A year of invented deaths, and the mail that notifies each."""

from __future__ import annotations

import random
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from gateway.roles.demo.messages import NOTE

POSTCODES: Mapping[str, str] = {
    "buckinghamshire": "HP20 1UY", "oxfordshire": "OX4 1AA", "hertfordshire": "SG1 1AA", "llr": "LE1 6AA",
    "norfolk": "NR1 3AA", "manchester": "M1 1AE", "leeds": "LS1 1AA", "sheffield": "S1 2AA",
    "nottinghamshire": "NG1 5AA", "pan-sussex": "BN1 1AA", "gloucestershire": "GL1 1AA", "suffolk": "IP1 1AA",
}  # fmt: skip
TOWNS: Mapping[str, str] = {
    "buckinghamshire": "Aylesbury", "oxfordshire": "Oxford", "hertfordshire": "Stevenage", "llr": "Leicester",
    "norfolk": "Norwich", "manchester": "Manchester", "leeds": "Leeds", "sheffield": "Sheffield",
    "nottinghamshire": "Nottingham", "pan-sussex": "Brighton", "gloucestershire": "Gloucester", "suffolk": "Ipswich",
}  # fmt: skip
HOSPITALS: Mapping[str, str] = {
    "buckinghamshire": "HP20 1NR", "oxfordshire": "OX4 1NX", "hertfordshire": "SG1 1NH", "llr": "LE1 6QG",
    "norfolk": "NR1 3TE", "manchester": "M1 1HN", "leeds": "LS1 1PA", "sheffield": "S1 2LA",
    "nottinghamshire": "NG1 5GG", "pan-sussex": "BN1 1NF", "gloucestershire": "GL1 1PZ", "suffolk": "IP1 1NZ",
}  # fmt: skip
SENDER = "doctor@trust.example"


@dataclass(frozen=True)
class Death:
    """One invented death."""

    number: int
    residence: str
    place: str
    attached_bytes: int = 0
    notified: str = ""  # the panel whose gateway is told; "" is that of the place of death
    where: str = ""  # the place of death as it is written; "" is a hospital in its panel's area

    @property
    def to(self) -> str:
        """The panel whose gateway gets the notification."""
        return self.notified or self.place

    @property
    def informed(self) -> str:
        """The panel that is only told, as the area of death; "" where there is none."""
        return self.place if self.place not in (self.to, self.residence) else ""

    def mail(self) -> bytes:
        digits = f"999{self.number:06d}"
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = SENDER, f"secure@{self.to}.example"
        message["Subject"] = "A notification"
        message["Message-ID"] = f"<death-{self.number}@trust.example>"
        text = NOTE.format(
            family=f"Invented{_letters(self.number)}", given=f"Child{_letters(self.number * 7 + 1)}",
            nhs=digits + _check_digit(digits), home=f"1 Invented Road, {TOWNS[self.residence]}",
            postcode=POSTCODES[self.residence],
            place=self.where or f"Invented General Hospital, {HOSPITALS[self.place]}",
        )  # fmt: skip
        born = date(2012, 1, 1) + timedelta(days=self.number * 11 % 5000)
        message.set_content(text.replace("03/02/2021", born.strftime("%d/%m/%Y")))
        if self.attached_bytes:
            drawn = random.Random(self.number).randbytes(self.attached_bytes)
            message.add_attachment(drawn, maintype="application", subtype="octet-stream", filename="scan.bin")
        return message.as_bytes()


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def _check_digit(digits: str) -> str:
    """Return the NHS number's check digit; where there is none (10), the number is simply not valid."""
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return str(rest % 11 % 10)


def year(panels: Sequence[str], number: int, draw: random.Random) -> list[Death]:
    """Invent deaths: about half of them outside the area of residence, some notified to a third panel."""
    deaths = []
    for one in range(number):
        residence = panels[one % len(panels)]
        others = [panel for panel in panels if panel != residence]
        place = draw.choice(others) if draw.random() < 0.6 else residence
        third = [panel for panel in others if panel != place]
        deaths.append(Death(one, residence, place, notified=draw.choice(third) if draw.random() < 0.1 else ""))
    return deaths


def post(ca_file: Path, port: int, death: Death) -> None:
    """Hand a notification over by SMTP, once. smtplib's errors and OSError where it was not answered 250."""
    context = ssl.create_default_context(cafile=str(ca_file))
    with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.trust.example", timeout=60) as session:
        session._host = f"mx.{death.to}.example"  # type: ignore[attr-defined] # the certificate's name
        session.starttls(context=context)
        session.sendmail(SENDER, [f"secure@{death.to}.example"], death.mail())
