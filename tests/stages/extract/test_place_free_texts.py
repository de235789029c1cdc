from __future__ import annotations

from gateway.model.form.notification import Notification
from gateway.model.kinds import RouteOutcome
from gateway.stages import extract
from gateway.stages.extract.answers import known
from gateway.stages.route import route
from gateway.stages.route.named import read_remarks
from tests.stages.route.conftest import NOW, codes
from tests.stages.route.test_decide_message import TABLES

HOME = {
    "home_address": "4 Old Road, Luton",
    "home_postcode": "LU1 2AA",
    "residence_basis": "childs_home",
}


def test_what_a_form_tells_in_free_words_is_read_too() -> None:
    plain = Notification({name: known(said) for name, said in HOME.items()})
    assert route(extract.residence(plain, read_remarks(extract.free_texts(plain))), TABLES, NOW).panel == "bedfordshire"
    told = Notification(
        {
            **plain.fields,
            "circumstances": known("In foster care, placed by Buckinghamshire Council."),
            "sex": known("male"),
        }
    )
    found = route(extract.residence(told, read_remarks(extract.free_texts(told))), TABLES, NOW)
    assert (found.outcome, found.panel) == (RouteOutcome.HOLD, "buckinghamshire")
    assert "said_in_care" in codes(found)
