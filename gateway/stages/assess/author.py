"""Who wrote it: the RFC 5322 From, read strictly.

DMARC depends on there being one author domain. Where two readers could see two authors, there is none: no result
may count for a message that shows a person somebody else (RFC 9989 section 5.3.1).
"""

from __future__ import annotations

import re

from gateway.model.channel.assurance import Author, AuthorState
from gateway.model.content.confidential import Confidential
from gateway.model.content.message import Mail
from gateway.stages.assess.names import a_label

MAX_FIELD = 10_000  # characters of a From field; a longer one is not read
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]"
_LOCAL = re.compile(rf"{_ATEXT}{{1,64}}(?:\.{_ATEXT}{{1,64}}){{0,32}}")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\\r\n]|\\[\x20-\x7e]){0,62}"')
_IN_TEXT = re.compile(r"@\s{0,2}([\w.-]{3,253})")


def read_author(mail: Mail) -> Author:
    """Return the author of a parsed mail object, strictly: exactly one From field with exactly one address."""
    fields = [_as_utf8(value.reveal()) for value in mail.values("from")]
    seen = _domains_in(" ".join(fields)[:MAX_FIELD]) + _domains_in(" ".join(a.reveal() for a in mail.authors))
    domains = tuple(dict.fromkeys(seen))
    reply = tuple(dict.fromkeys(_domains_in(" ".join(v.reveal() for v in mail.values("reply-to"))[:MAX_FIELD])))
    if not fields:
        return Author(AuthorState.NONE, domains_seen=domains, reply_domains=reply)
    if len(fields) > 1:
        return Author(AuthorState.SEVERAL_FIELDS, domains_seen=domains, reply_domains=reply)
    state, address, display = _one_mailbox(fields[0])
    if state is AuthorState.ONE and not _agrees(address, mail):
        state = AuthorState.UNREADABLE
    domain = a_label(address.rpartition("@")[2]) if state is AuthorState.ONE else None
    if state is AuthorState.ONE and domain is None:
        state = AuthorState.UNREADABLE
    if state is not AuthorState.ONE:
        return Author(state, domains_seen=domains, reply_domains=reply)
    names = display + " " + " ".join(name.reveal() for name in mail.author_names)
    return Author(
        state,
        Confidential(address),
        domain,
        domains,
        tuple(dict.fromkeys(_domains_in(names))),
        reply,
    )


def one_address(value: str) -> str | None:
    """Return the one address in a From field's value, read as strictly as an author's, or None."""
    state, address, _ = _one_mailbox(value)
    return address if state is AuthorState.ONE else None


def _as_utf8(value: str) -> str:
    """Undo latin-1: a header field with octets over 127 is read as UTF-8 (RFC 6532), or left as it is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _agrees(address: str, mail: Mail) -> bool:
    """Say whether the MIME parser saw the same author: a message must have only one reading."""
    return [_as_utf8(author.reveal()).strip().lower() for author in mail.authors] == [address.lower()]


def _domains_in(text: str) -> list[str]:
    found = (a_label(match.group(1).strip("._-")) for match in _IN_TEXT.finditer(text))
    return [name for name in found if name is not None]


def _one_mailbox(value: str) -> tuple[AuthorState, str, str]:
    """Read one ``mailbox`` of RFC 5322 section 3.4: state, addr-spec, display name."""
    tokens = _tokens(value) if len(value) <= MAX_FIELD else None
    if tokens is None:
        return AuthorState.UNREADABLE, "", ""
    tokens = [(kind, text) for kind, text in tokens if kind != "comment" and (kind != "text" or text.strip())]
    kinds = [kind for kind, _ in tokens]
    if kinds.count("angle") > 1 or any(kind in (",", ";", ":") for kind in kinds):
        return AuthorState.SEVERAL_ADDRESSES, "", ""
    if not tokens:
        return AuthorState.NONE, "", ""
    if "angle" in kinds and kinds[-1] != "angle":
        return AuthorState.UNREADABLE, "", ""
    if kinds[-1] == "angle":
        address, display = tokens[-1][1].strip(), " ".join(text for _, text in tokens[:-1])
    else:
        address, display = "".join(f'"{t}"' if k == "quoted" else t.strip() for k, t in tokens), ""
    return (AuthorState.ONE if _is_addr_spec(address) else AuthorState.UNREADABLE), address, display


def _is_addr_spec(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    if not at or not domain or len(address) > 320:
        return False
    return bool(_LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local))


def _tokens(value: str) -> list[tuple[str, str]] | None:
    """Split a field body into quoted strings, comments, angle addresses, separators and text; None if unclosed."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(value):
        char = value[position]
        if char in '"(<':
            end = _closing(value, position)
            if end is None:
                return None
            kind = {'"': "quoted", "(": "comment", "<": "angle"}[char]
            found.append((kind, value[position + 1 : end]))
            position = end + 1
        elif char in ",;:":
            found.append((char, char))
            position += 1
        elif char in ")>\\\0\r\n":
            return None
        else:
            end = position
            while end < len(value) and value[end] not in '"(<,;:)>\\\0\r\n':
                end += 1
            found.append(("text", value[position:end]))
            position = end
    return found


def _closing(value: str, start: int) -> int | None:
    """Return where the string, comment or angle address that opens at ``start`` closes; None if it does not."""
    opened, depth, position = value[start], 1, start + 1
    closes = {'"': '"', "(": ")", "<": ">"}[opened]
    quoted = False  # a quoted local part within an angle address
    while position < len(value):
        char = value[position]
        if char in "\0\r\n":
            return None
        if char == "\\" and opened != "<":
            position += 1
        elif opened == "<" and char == '"':
            quoted = not quoted
        elif opened == "(" and char == "(":
            depth += 1
        elif opened == "<" and char == "<" and not quoted:
            return None
        elif char == closes and not quoted:
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return None
