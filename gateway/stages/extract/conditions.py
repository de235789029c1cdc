"""Which conditional fields are wanted. Where the answers do not tell, the field is asked."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.form.field import Field
from gateway.model.form.notification import Notification
from gateway.stages.extract.ages import DAYS_A_YEAR, days_lived, younger_than
from gateway.stages.extract.answers import choice_code


def wanted(field: Field, notification: Notification) -> bool:
    """Say whether a field is to be asked. Every condition of the registry is in the table below."""
    condition = _CONDITIONS.get(field.condition)
    return condition is None or condition(notification) is not False


def _under(days: float) -> Callable[[Notification], bool | None]:
    return lambda notification: younger_than(notification, days)


def _at_least(years: int) -> Callable[[Notification], bool | None]:
    def older(notification: Notification) -> bool | None:
        younger = younger_than(notification, years * DAYS_A_YEAR)
        return None if younger is None else not younger

    return older


def _same_day(notification: Notification) -> bool | None:
    lived = days_lived(notification)
    if lived is None or lived[0] < lived[1]:
        return None if lived is None or lived[0] <= 1 else False
    return lived[0] <= 1  # a death after midnight is near enough to ask


def _not_england(notification: Notification) -> bool | None:
    basis = choice_code(notification.text("residence_basis"))
    if not basis:
        return None
    return basis.startswith("resident_") or basis == "temporary_in_england"


# Conditions on a question of the same page ("nhs_number empty", "looked after") are not here: both are always shown.
_CONDITIONS: dict[str, Callable[[Notification], bool | None]] = {
    "died within 28 days": _under(28),
    "under 28 days": _under(28),
    "under 1 year": _under(DAYS_A_YEAR),
    "died on day of birth": _same_day,
    "age 2 or more": _at_least(2),
    "age 4 or more": _at_least(4),
    "not England": _not_england,
}
