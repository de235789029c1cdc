"""The addresses of one From field, read so that two readers cannot differ."""

from __future__ import annotations

import re

MAX_LENGTH = 600
_ADDR_SPEC = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_ONE = re.compile(r'(?:"[^"\\<>@]{0,200}"|[^"<>@,;:()\\]{0,200})[ \t]*<([^<>\s]{3,320})>')


def addresses(value: str) -> list[str]:
    """Return the addr-spec of a mailbox in its plain forms (RFC 5322 section 3.4); [] where it is any other form.

    ``a@b.example``, ``Name <a@b.example>`` and ``"Name" <a@b.example>`` are read; comments, groups, routes, lists
    and a display name with an address in it are not: what can be read in two ways proves nothing.
    """
    value = value.strip()
    if len(value) > MAX_LENGTH:
        return []
    if _ADDR_SPEC.fullmatch(value):
        return [value]
    found = _ONE.fullmatch(value)
    return [found[1]] if found is not None and _ADDR_SPEC.fullmatch(found[1]) else []
