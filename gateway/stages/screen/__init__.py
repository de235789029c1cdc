"""Decide what the general inbox may see of a message, and write it anew. Pure; every doubt is a card."""

from gateway.stages.screen.excuse.allow import allow_list
from gateway.stages.screen.screen import screen
from gateway.stages.screen.tables import ScreenTables
from gateway.stages.screen.write.staff_answer import strip_answer
from gateway.stages.screen.write.strike import marked, strike_out, suggest
from gateway.stages.screen.write.withhold import withhold

__all__ = ["ScreenTables", "allow_list", "marked", "screen", "strike_out", "strip_answer", "suggest", "withhold"]
