"""The invented office that the console's tests are run for."""

from __future__ import annotations

from gateway.console.console_settings import ConsoleSettings, FieldLabel, PanelChoice, Section
from gateway.model.case.answer_template import AnswerTemplate
from gateway.model.ids import PanelId

SEX = (("male", "Male"), ("female", "Female"), ("not_known", "Not known"))
SETTINGS = ConsoleSettings(
    office_name="Westmarch CDOP",
    home_panel=PanelId("westmarch"),
    panels=(
        PanelChoice(PanelId("westmarch"), "Westmarch"),
        PanelChoice(PanelId("eastmere"), "Eastmere and the Fens"),
        PanelChoice(PanelId("highvale"), "Highvale"),
        PanelChoice(PanelId("calder"), "Calder and Moor", confirmed=False),
        PanelChoice(PanelId("northwater"), "Northwater"),
    ),
    sections=(
        Section(
            "Who is notifying",
            (
                FieldLabel("notifier_name", "Name", wanted=True),
                FieldLabel("notifier_role", "Role"),
                FieldLabel("notifier_agency", "Agency"),
                FieldLabel("notifier_phone", "Telephone"),
            ),
        ),
        Section(
            "The child",
            (
                FieldLabel("family_name", "Family name", wanted=True),
                FieldLabel("given_names", "Given names", wanted=True),
                FieldLabel("date_of_birth", "Date of birth", wanted=True, date=True),
                FieldLabel("sex", "Sex", wanted=True, choices=SEX),
                FieldLabel("nhs_number", "NHS number", wanted=True),
                FieldLabel("ethnicity", "Ethnicity"),
            ),
        ),
        Section(
            "Normal residence and routing",
            (
                FieldLabel("home_address", "Home address", wanted=True, long=True),
                FieldLabel("home_postcode", "Home postcode", wanted=True),
            ),
        ),
        Section(
            "The death",
            (
                FieldLabel("date_of_death", "Date of death", wanted=True, date=True),
                FieldLabel("place_name_address", "Place of death", wanted=True),
                FieldLabel("circumstances", "Circumstances", wanted=True, long=True),
            ),
        ),
        Section(
            "Family, household and other significant persons",
            (FieldLabel("person_name", "Name"), FieldLabel("person_relationship", "Relationship")),
            group="significant_persons",
        ),
    ),
    templates=(
        AnswerTemplate(
            "received",
            "We have it and will ring you",
            "Thank you for writing. We have your message and will ring you on the next working day.",
        ),
        AnswerTemplate(
            "secure_way",
            "Please use the secure form",
            "Thank you for writing. Please use our secure web form for anything about a child.",
        ),
    ),
)
