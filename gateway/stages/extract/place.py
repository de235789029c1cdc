"""What a notification says of where the child lived and died, as routing needs it."""

from __future__ import annotations

from datetime import date

from gateway.model.content.confidential import Confidential, ConfidentialText
from gateway.model.form.field import Shape
from gateway.model.form.fields import BY_ID
from gateway.model.form.notification import AnswerState, Notification
from gateway.model.residence.named import Named
from gateway.model.residence.routing import Residence
from gateway.stages.extract import dates
from gateway.stages.extract.answers import choice_code

_COUNTRIES = {
    "resident_wales": "Wales",
    "resident_scotland": "Scotland",
    "resident_ni": "Northern Ireland",
}


def residence(notification: Notification, named: Named = Named()) -> Residence:  # noqa: B008 - immutable
    """Return the residence; ``named`` is what else its message says.

    Children Act 2004 s.16M(1): where the child was normally resident decides.
    """

    def said(field_id: str) -> ConfidentialText:
        return Confidential(notification.text(field_id).strip())

    def code(field_id: str) -> str:
        return choice_code(notification.text(field_id))

    basis = code("residence_basis")
    address: ConfidentialText = Confidential(notification.certain("home_address").strip())
    died = dates.parse(notification.text("date_of_death"))
    return Residence(
        postcode=said("home_postcode"),
        address=address,
        alternative_address=said("alternative_address"),
        authority=said("residence_la_gss"),
        responsible_authority=said("responsible_la_gss"),
        country=Confidential(notification.text("country_of_residence").strip() or _COUNTRIES.get(basis, "")),
        basis=basis,
        looked_after=code("looked_after") == "current" or basis == "looked_after_placement",
        never_discharged=basis == "mothers_home",
        place_of_death=said("place_name_address"),
        place_category=code("place_category"),
        died_on=_day(died),
        named=named,
    )


def free_texts(notification: Notification) -> tuple[str, ...]:
    """Return what a form says in free words outside the residence: it may say who lived where, and with whom."""
    told = [
        answer.value.reveal()
        for name, answer in notification.fields.items()
        if name in BY_ID and BY_ID[name].shape is Shape.LINES and answer.state is AnswerState.KNOWN
    ]
    return tuple(text for text in told if text.strip())


def _day(found: dates.PartialDate | None) -> date | None:
    return found.whole() if found is not None else None
