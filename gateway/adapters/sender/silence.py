"""Zones whose name servers do not answer are left alone for a while: each question would cost its whole time again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

PATIENCE = 2  # questions without an answer, with none answered between them
FIRST_REST_S, LONGEST_REST_S = 10.0, 120.0
MAX_ZONES = 5_000
_SHORT = 3  # letters of a second level under a country, as in co.uk or nhs.uk
_LONGER = frozenset({"police", "parliament"})


def zone_of(name: str) -> str:
    """Return the part of a name that is likely to be served together. Being wrong costs a few seconds of asking."""
    labels = name.lower().rstrip(".").split(".")
    if labels[-1] == "arpa":
        return ".".join(labels[1:] if labels[-2:] == ["in-addr", "arpa"] else labels[-18:])  # a /24, a /64
    several = len(labels) > 2 and len(labels[-1]) == 2 and (len(labels[-2]) <= _SHORT or labels[-2] in _LONGER)
    return ".".join(labels[-3:] if several else labels[-2:])


class Silence:
    """Which zones are silent, and until when."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._zones: OrderedDict[str, tuple[int, float]] = OrderedDict()  # questions unanswered, when asked again

    def rests(self, name: str) -> bool:
        """Say whether nothing is asked about a name now."""
        found = self._zones.get(zone_of(name))
        return found is not None and found[1] > self._monotonic()

    def unanswered(self, name: str) -> None:
        """Note that a question got no answer in its time."""
        zone = zone_of(name)
        count, _ = self._zones.pop(zone, (0, 0.0))
        count += 1
        rest_s = min(LONGEST_REST_S, FIRST_REST_S * 2 ** min(count - PATIENCE, 8)) if count >= PATIENCE else 0.0
        self._zones[zone] = (count, self._monotonic() + rest_s)
        while len(self._zones) > MAX_ZONES:
            self._zones.popitem(last=False)

    def answered(self, name: str) -> None:
        """Note that the zone's servers speak."""
        self._zones.pop(zone_of(name), None)
