"""The settings of one deployment: packaged defaults, overridden by DIR/config/gateway.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from gateway.adapters.config.next_hops import MIN_MESSAGE_BYTES, NextHopEntry
from gateway.adapters.config.packaged import packaged_config
from gateway.model.form.fields import BY_ID, Required
from gateway.model.ids import PanelId


class SettingsError(Exception):
    """The configuration cannot be used. The text names the setting, never its value."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _each_once(languages: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(languages)) != len(languages):
        raise ValueError("one of them stands there twice")
    return languages


class PanelSettings(_Section):
    id: PanelId
    name: str
    telephone: str
    safeguarding_telephone: str
    telephone_hours: str
    social_care_name: str
    safeguarding_night_telephone: str
    brand_colour: str
    answer_days: int = Field(ge=1)
    answer_languages: Annotated[tuple[Literal["en", "cy"], ...], AfterValidator(_each_once)] = Field(min_length=1)
    form_url: str
    console_url: str


def _address(text: str) -> str:
    """Return a mail address in canonical form; "", which means not set, stays "". ValueError otherwise."""
    try:
        return validate_email(text, check_deliverability=False).normalized if text else ""
    except EmailNotValidError:
        raise ValueError("not an e-mail address") from None


Address = Annotated[str, AfterValidator(_address)]


class MailSettings(_Section):
    domain: str
    hostname: str
    secure: tuple[Address, ...]
    general: tuple[Address, ...]
    reports: tuple[Address, ...]
    general_inbox: Address
    operator: Address


class IntakeSettings(_Section):
    host: str
    mx_port: int
    tls_port: int
    web_host: str
    web_port: int
    max_bytes: int = Field(gt=0)
    processes: int = Field(ge=1, le=64)
    refuse_clear_text_secure: bool
    refuse_clear_text_general: bool


class WorkerSettings(_Section):
    poll_s: float = Field(gt=0)
    max_attempts: int = Field(ge=1)
    retry_s: float = Field(ge=0)
    message_s: float = Field(gt=0)


def _sendable(field_id: str) -> str:
    """Return the id of a field that another panel may be told. ValueError otherwise."""
    field = BY_ID.get(field_id)
    if field is None or field.required is Required.SYSTEM or field.section == "office_use":
        raise ValueError("not a field that may be sent")
    return field_id


class OutboxSettings(_Section):
    hold_s: float = Field(ge=0, le=86_400)
    max_message_bytes: int = Field(gt=MIN_MESSAGE_BYTES)
    first_retry_s: float = Field(ge=0)
    max_retry_s: float = Field(ge=0)
    give_up_h: float = Field(gt=0)
    timeout_s: float = Field(gt=0)
    inform_fields: tuple[Annotated[str, AfterValidator(_sendable)], ...] = Field(min_length=1)


class ConsoleSection(_Section):
    host: str
    port: int
    idle_minutes: float = Field(gt=0)
    absolute_hours: float = Field(gt=0)


class DnsSettings(_Section):
    nameservers: tuple[str, ...]
    zone_file: str
    timeout_s: float = Field(gt=0)
    sts_timeout_s: float = Field(gt=0, le=60)
    sts_port: int = Field(ge=1, le=65_535)
    sts_ca_file: str


class PapersSettings(_Section):
    """What our own domain publishes: ``gateway dns``."""

    spf_terms: tuple[str, ...]
    dkim_selector: str
    sts_mode: Literal["enforce", "testing", "none"]
    sts_max_age_s: int = Field(ge=86_400, le=31_557_600)
    dmarc_policy: Literal["reject", "quarantine", "none"]
    dane: bool


class ClockSettings(_Section):
    notify_h: float
    ncmd_h: float
    receipt_h: float
    remind_h: float


class AlarmSettings(_Section):
    repeat_minutes: float
    handovers: Address


class MetricsSettings(_Section):
    host: str
    intake_port: int
    worker_port: int
    console_port: int


class UserSettings(_Section):
    separate: bool
    intake: int
    worker: int
    console: int
    spool_group: int
    store_group: int
    notices_group: int


class ScanSettings(_Section):
    clamd: str
    rspamd: str


class OpenIdSettings(_Section):
    """Where professionals may sign in beside our own accounts; ``gateway.adapters.openid.openid_config`` judges it."""

    issuer: str
    name: str
    client_id: str
    scopes: tuple[str, ...]
    subjects: tuple[str, ...]
    email_domains: tuple[str, ...]
    role_claim: str
    ca_file: str
    timeout_s: float = Field(gt=0, le=4)


class ScreeningSettings(_Section):
    second_opinion: bool
    second_opinion_folder: str


class DatabaseSettings(_Section):
    url: str


class Settings(_Section):
    """Everything of gateway.toml."""

    panel: PanelSettings
    mail: MailSettings
    intake: IntakeSettings
    worker: WorkerSettings
    outbox: OutboxSettings
    next_hop: dict[str, NextHopEntry]
    console: ConsoleSection
    dns: DnsSettings
    papers: PapersSettings
    clocks: ClockSettings
    alarms: AlarmSettings
    metrics: MetricsSettings
    users: UserSettings
    database: DatabaseSettings
    scan: ScanSettings
    screening: ScreeningSettings
    openid: OpenIdSettings


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the tables of ``over`` laid on top, key by key."""
    merged = dict(base)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def load_settings(config_dir: Path | None) -> Settings:
    """Read the settings of a deployment; ``None`` gives the packaged defaults. SettingsError if unusable."""
    content = _read(packaged_config() / "gateway.toml")
    if config_dir is not None:
        content = _merged(content, _read(config_dir / "gateway.toml"))
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        places = sorted({".".join(str(step) for step in problem["loc"]) for problem in error.errors()})
        raise SettingsError(f"gateway.toml: check {', '.join(places)}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"{path.name}: cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name}: not TOML ({type(error).__name__})") from None
