"""The pages of the journey, made from the field registry: which page asks what, in which order, with what advice."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.form.fields import FIELDS, Field
from gateway.model.form.notification import Notification
from gateway.stages.extract.conditions import wanted


@dataclass(frozen=True, slots=True)
class Page:
    """One page of questions. ``title`` is "" if the page's one question is its heading."""

    id: str
    section: str
    fields: tuple[Field, ...]
    title: str = ""
    say: tuple[str, ...] = ()  # what the notifier must know, or do now
    now: tuple[str, ...] = ()  # the same, where it is urgent: "{care}" is children's social care and its numbers


_TITLES = {
    "your-details": "Your details",
    "your-organisation": "Your organisation",
    "child-name": "What was the child’s name?",
    "birth": "The birth",
    "nhs-number": "NHS number",
    "ethnicity": "Ethnic group",
    "language-religion": "Language and religion",
    "home": "Where did the child normally live?",
    "looked-after": "Was the child looked after?",
    "date-of-death": "When did the child die?",
    "event": "What led to the death",
    "expected": "Was the death expected?",
    "certificate": "Medical certificate of cause of death",
    "coroner": "Coroner",
    "joint-agency-response": "Joint agency response",
    "family-contact": "The family’s contacts",
    "family-told": "What the family has been told",
    "plans": "Plans and orders",
    "health-conditions": "Disability and illness",
}

_SAY = {
    "signs-of-life": (
        "Every live-born baby whose death was certified is reviewed, at any gestation.",
        "A stillbirth, a late loss or a lawful ending of pregnancy is usually not. Where nobody trained was there, the "
        "partners may need to find out. You can send this form in every case: a person at the panel decides.",
    ),
    "child-name": (
        "A baby without a name is fine: write what is used, or say that there is no answer. For twins, send the first "
        "and then choose “Notify a brother or sister of the same birth”; you will not type everything again.",
    ),
    "home": ("The panel of the area where the child normally lived reviews the death, wherever the child died.",),
    "place-of-death": (
        "This may be in another area than the child’s home. Both panels are told where they need to be.",
    ),
    "looked-after": (
        "The council notifies Ofsted and the Secretary of State of the death of every looked-after child. This form "
        "does not do it.",
    ),
    "ncmd-alert": ("The panel office passes it on. It is no way to raise an alarm: ring whoever can act.",),
}

_NOW = {
    "joint-agency-response": (
        "If any of these is true and no joint agency response has begun, ring the police now (999, or 101) and the "
        "on-call paediatrician. This form does not start one.",
    ),
    "abuse-or-neglect": (
        "If abuse or neglect is known or suspected, ring {care} and the police now. Think first of other children who "
        "may be at risk. This form does not do it.",
    ),
}

# Asked after the others of their section: less is known of them at three in the morning.
_LATER = ("gender", "hospital-number", "language-religion", "birth", "multiple-birth", "signs-of-life")


def _page_ids() -> list[str]:
    ids = list(dict.fromkeys(field.page for field in FIELDS if field.page and field.repeat is None))
    return sorted(ids, key=lambda page_id: (page_id in _LATER, _LATER.index(page_id) if page_id in _LATER else 0))


def _fields_of(page_id: str) -> tuple[Field, ...]:
    """Return the questions of a page, the one that names the page first: the others depend on its answer."""
    fields = [field for field in FIELDS if field.page == page_id]
    return tuple(sorted(fields, key=lambda field: field.id.replace("_", "-") != page_id))


PAGES: tuple[Page, ...] = tuple(
    Page(
        page_id,
        next(field.section for field in FIELDS if field.page == page_id),
        _fields_of(page_id),
        _TITLES.get(page_id, ""),
        _SAY.get(page_id, ()),
        _NOW.get(page_id, ()),
    )
    for page_id in _page_ids()
)
BY_ID = {page.id: page for page in PAGES}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to which entries are added, e.g. the professionals."""

    slug: str
    group: str
    section: str
    title: str
    one: str  # "a professional"
    say: str


LISTINGS: tuple[Listing, ...] = (
    Listing(
        "professionals",
        "agency_contacts",
        "agencies",
        "Professionals who knew the child",
        "a professional",
        "This list matters most: the panel office asks each of them for a report. A role and a place are enough.",
    ),
    Listing(
        "household",
        "significant_persons",
        "people",
        "Family and household",
        "a person",
        "Parents, carers, brothers and sisters, and others who lived with the child or mattered to them.",
    ),
)
LISTING_BY_SLUG = {listing.slug: listing for listing in LISTINGS}
LISTING_BY_SECTION = {listing.section: listing for listing in LISTINGS}

# The order of the task list, and what each section is called there.
SECTIONS: dict[str, str] = {
    "notifier": "About you",
    "child": "The child",
    "residence": "Where the child lived",
    "death": "The death",
    "agencies": "Professionals who knew the child",
    "people": "Family and household",
    "safeguarding": "Social care and safeguarding",
}


def asked(page: Page, notification: Notification) -> tuple[Field, ...]:
    """Return the fields that a page shows; none if the page is not needed. What was answered stays in view."""
    return tuple(field for field in page.fields if field.id in notification.fields or wanted(field, notification))


def pages_of(section: str, notification: Notification) -> list[Page]:
    """Return the pages of a section that are needed, in order."""
    return [page for page in PAGES if page.section == section and asked(page, notification)]


def first_of(section: str, notification: Notification) -> str:
    """Return the address at which a section begins."""
    if section in LISTING_BY_SECTION:
        return f"/notify/list/{LISTING_BY_SECTION[section].slug}"
    pages = pages_of(section, notification)
    return f"/notify/p/{pages[0].id}" if pages else "/notify/tasks"


def after(page: Page, notification: Notification) -> str:
    """Return the address of what comes after a page: the next page of its section, or the task list."""
    pages = pages_of(page.section, notification)
    later = [one for one in pages if PAGES.index(one) > PAGES.index(page)]
    return f"/notify/p/{later[0].id}" if later else "/notify/tasks"


def after_list(listing: Listing, notification: Notification) -> str:
    """Return the address of what comes after a list."""
    pages = pages_of(listing.section, notification)
    return f"/notify/p/{pages[0].id}" if pages else "/notify/tasks"


def before(page: Page, notification: Notification) -> str:
    """Return the address of what comes before a page."""
    pages = pages_of(page.section, notification)
    earlier = [one for one in pages if PAGES.index(one) < PAGES.index(page)]
    if earlier:
        return f"/notify/p/{earlier[-1].id}"
    listing = LISTING_BY_SECTION.get(page.section)
    return f"/notify/list/{listing.slug}" if listing is not None else "/notify/tasks"
