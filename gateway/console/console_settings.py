"""What the console is given at its start: the office, the choices it offers, the fields it lays out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from gateway.model.case.answer_template import AnswerTemplate
from gateway.model.ids import PanelId
from gateway.stages.cases.handover import FollowUp
from gateway.stages.screen.tables import CardTexts


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """One panel of the register that a case may be sent to."""

    id: PanelId
    name: str
    confirmed: bool = True  # this office has confirmed its contact and key


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """One field of the notification as the case page and the open-a-case form show it."""

    id: str
    name: str
    wanted: bool = False  # core or routing: asked when a person opens a case
    long: bool = False  # several lines
    date: bool = False  # ISO, shown in words
    choices: tuple[tuple[str, str], ...] = ()  # code and label


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the notification. ``group`` names the repeating list that its fields belong to."""

    title: str
    fields: tuple[FieldLabel, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long a notification may wait, from first receipt."""

    local: timedelta = timedelta(hours=24)  # local procedures: the panel knows
    ncmd: timedelta = timedelta(hours=48)  # the panel office tells NCMD


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Everything the pages need to know about the office."""

    office_name: str
    home_panel: PanelId
    panels: tuple[PanelChoice, ...]
    sections: tuple[Section, ...]  # registry_sections()
    card_texts: CardTexts | None = None  # the frame round a released message; None: the text stands alone
    templates: tuple[AnswerTemplate, ...] = ()
    clocks: Clocks = field(default_factory=Clocks)
    follow_up: FollowUp = field(default_factory=FollowUp)  # how long another panel has to answer
    give_up: timedelta = timedelta(hours=48)  # what cannot be sent for this long is held
    body_timeout_s: float = 20.0

    def panel_name(self, panel: PanelId | str | None) -> str:
        """Return a panel's name, or its id if the register does not know it."""
        return next((choice.name for choice in self.panels if choice.id == panel), panel or "not known")
