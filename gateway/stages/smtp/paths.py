"""Reverse-paths and forward-paths by the grammar of RFC 5321 section 4.1.2 and RFC 6531 section 3.3.

Stricter than the grammar in one respect: a source route ("<@a,@b:c@d>") is malformed (appendix C allows that).
More lenient in two: a domain label may hold an underscore, and no part has a length limit below ``MAX_PATH``
(section 4.5.3.1 asks for none): services write long return addresses, and no notification must be lost for that.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

MAX_PATH = 1000
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]"
_DOT_STRING = rf"{_ATEXT}+(?:\.{_ATEXT}+)*"
_QUOTED_STRING = r'"(?:[ !#-\[\]-~\u0080-\U0010ffff]|\\[ -~])*"'
_LABEL = r"[A-Za-z0-9_\u0080-\U0010ffff](?:[A-Za-z0-9_\-\u0080-\U0010ffff]*[A-Za-z0-9_\u0080-\U0010ffff])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[[!-Z^-~]{1,100}\]"
_PATH = re.compile(rf"<(?P<local>{_DOT_STRING}|{_QUOTED_STRING})@(?P<domain>{_DOMAIN}|{_LITERAL})>(?P<rest>.*)")
_NULL_PATH = re.compile(r"<>(?P<rest>.*)")
_POSTMASTER = re.compile(r"<(?P<local>postmaster)>(?P<rest>.*)", re.IGNORECASE)
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Path:
    """One path. ``local`` is without quotes; empty ``local`` and ``domain`` are the null reverse-path."""

    local: str
    domain: str  # "" for <> and for <postmaster>
    text: str  # as written between the angle brackets

    @property
    def is_ascii(self) -> bool:
        return self.text.isascii()


def parse_reverse_path(argument: str) -> tuple[Path, str] | None:
    """Return the path of ``<...>`` and what follows it; None if malformed. ``<>`` is the null reverse-path."""
    null = _NULL_PATH.fullmatch(argument)
    if null is not None:
        return Path("", "", ""), null["rest"]
    return _parse(argument)


def parse_forward_path(argument: str) -> tuple[Path, str] | None:
    """Return the path of ``<...>`` and what follows it; None if malformed. ``<postmaster>`` needs no domain."""
    bare = _POSTMASTER.fullmatch(argument)
    if bare is not None:
        return Path("postmaster", "", bare["local"]), bare["rest"]
    return _parse(argument)


def _parse(argument: str) -> tuple[Path, str] | None:
    if len(argument) > MAX_PATH or not argument.isprintable():
        return None
    match = _PATH.fullmatch(argument)
    if match is None or not _domain_holds(match["domain"]):
        return None
    local, rest = match["local"], match["rest"]
    text = argument[1 : len(argument) - len(rest) - 1]
    if local.startswith('"'):
        local = _QUOTED_PAIR.sub(r"\1", local[1:-1])
    return Path(local, match["domain"], text), rest


def _domain_holds(domain: str) -> bool:
    if not domain.startswith("["):
        return len(domain) <= 255 and all(len(label) <= 63 for label in domain.split("."))
    literal = domain[1:-1]
    try:
        if literal[:5].upper() == "IPV6:":
            ipaddress.IPv6Address(literal[5:])
        else:
            ipaddress.IPv4Address(literal)
    except ValueError:
        return False
    return True
