"""The staff console: read, call one function, render. No JavaScript, no mail, no plaintext kept."""

from gateway.console.application import create_console
from gateway.console.console_settings import Clocks, ConsoleSettings, FieldLabel, PanelChoice, Section
from gateway.console.desk import Accounts, Desk
from gateway.console.pages.registry import registry_sections

__all__ = [
    "Accounts",
    "Clocks",
    "ConsoleSettings",
    "Desk",
    "FieldLabel",
    "PanelChoice",
    "Section",
    "create_console",
    "registry_sections",
]
