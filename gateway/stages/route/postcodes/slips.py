"""The units that one slip makes of a postcode: one character another, or two neighbours swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.model.ids import GssCode
from gateway.model.residence.areas import PostcodeTable
from gateway.stages.route.postcodes.normalise import Postcode, parse_unit

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUVWXYZ"


def slips(
    postcode: Postcode, table: PostcodeTable, is_of_interest: Callable[[tuple[GssCode, ...]], bool]
) -> Iterator[Postcode]:
    """Yield the units of the table that are one slip away, in districts whose authorities are of interest."""
    if is_of_interest(table.district(postcode.outward)):
        for inward in _inwards(postcode.inward):
            if table.unit(postcode.outward, inward) is not None:
                yield Postcode(postcode.outward, inward)
    for outward in _outwards(postcode.outward):
        authorities = table.district(outward)
        if authorities and is_of_interest(authorities) and table.unit(outward, postcode.inward) is not None:
            yield Postcode(outward, postcode.inward)
    whole = postcode.outward + postcode.inward
    swapped = parse_unit(whole[:-4] + whole[-3] + whole[-4] + whole[-2:])  # across the gap
    if swapped is not None and table.unit(swapped.outward, swapped.inward) is not None:
        yield swapped


def _inwards(inward: str) -> Iterator[str]:
    digit, first, second = inward[0], inward[1], inward[2]
    yield from (other + first + second for other in _DIGITS if other != digit)
    yield from (digit + other + second for other in _INWARD_LETTERS if other != first)
    yield from (digit + first + other for other in _INWARD_LETTERS if other != second)
    yield digit + second + first


def _outwards(outward: str) -> Iterator[str]:
    for place, char in enumerate(outward):
        others = _DIGITS if char.isdigit() else _LETTERS
        yield from (outward[:place] + other + outward[place + 1 :] for other in others if other != char)
        if place + 1 < len(outward):
            yield outward[:place] + outward[place + 1] + char + outward[place + 2 :]
