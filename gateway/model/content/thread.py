"""What is remembered of a message that reached the general inbox: sealed to the worker, shown to nobody."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from gateway.model.content.confidential import NOTHING, ConfidentialBytes, ConfidentialText


@dataclass(frozen=True, slots=True)
class Remembered:
    """Whom an answer reaches, whom the thread has named, and which token replaces which detail."""

    author: ConfidentialText = NOTHING
    names: tuple[ConfidentialText, ...] = ()
    masks: tuple[tuple[ConfidentialText, str], ...] = ()


_REMEMBERED = TypeAdapter(Remembered)


def pack_remembered(remembered: Remembered) -> ConfidentialBytes:
    """Return the bytes to be sealed to the seal key."""
    return ConfidentialBytes(_REMEMBERED.dump_json(remembered))


def unpack_remembered(sealed: ConfidentialBytes) -> Remembered:
    """Read it back. Older ones hold the author's address alone."""
    try:
        return _REMEMBERED.validate_json(sealed.reveal())
    except ValidationError:
        return Remembered(ConfidentialText(sealed.reveal().decode("utf-8", "replace")))


def together(several: list[Remembered]) -> Remembered:
    """Combine several messages of one thread: every name, and for each detail the token given first."""
    masks: dict[str, tuple[ConfidentialText, str]] = {}
    for one in several:
        for detail, token in one.masks:
            masks.setdefault(detail.reveal(), (detail, token))
    names = dict.fromkeys(name for one in several for name in one.names)
    return Remembered(names=tuple(names), masks=tuple(masks.values()))
