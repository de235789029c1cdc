"""What the public pages say about the panel, and their limits. From the configuration; nothing in it is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FormLimits:
    """Limits of the public side. Bytes and seconds."""

    max_form_bytes: int = 1_000_000  # one page of answers
    max_file_bytes: int = 25_000_000
    max_files_bytes: int = 100_000_000
    max_files: int = 20
    page_timeout_s: float = 20.0  # a whole request without files
    chunk_timeout_s: float = 20.0  # between two pieces of an upload
    upload_timeout_s: float = 900.0
    deposit_timeout_s: float = 60.0
    idle_minutes: int = 30
    draft_days: int = 14
    sent_minutes: int = 60  # how long the copy can be fetched after sending
    posts_a_minute: int = 60  # POST requests from one address prefix
    pages_a_minute: int = 600
    code_tries: int = 5  # wrong return codes for one reference, and from one prefix, in an hour


@dataclass(frozen=True, slots=True)
class Site:
    """One panel's public face."""

    panel_name: str  # "Buckinghamshire Child Death Overview Panel"
    panel_id: str
    base_url: str  # "https://notify.cdop.example", no slash at its end
    phone: str  # the panel office
    phone_hours: str
    social_care_name: str  # "Buckinghamshire children's social care"
    social_care_phone: str
    social_care_night_phone: str
    secure_address: str
    general_address: str
    brand_colour: str = "#17495c"  # six hexadecimal digits; white text stands on it
    privacy_contact: str = ""
    answer_days: int = 5  # working days until a general question is answered
    limits: FormLimits = field(default_factory=FormLimits)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language: page: text of config/texts
