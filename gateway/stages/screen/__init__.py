"""Decide what the general inbox may see of a message, and write it anew. Pure; every doubt is a card."""

from gateway.stages.screen.allow import allow_list
from gateway.stages.screen.screen import screen
from gateway.stages.screen.tables import ScreenTables

__all__ = ["ScreenTables", "allow_list", "screen"]
