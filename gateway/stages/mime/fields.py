"""Read single header fields in linear time: parameters (RFC 2045 section 5.1), encoded words, mailboxes.

The standard library's own readers of these take quadratic time on hostile input, or raise.
"""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_ENCODED_WORD = re.compile(r"=\?([!-<>@-~]{1,60})\?([bBqQ])\?([!->@-~]{0,4000})\?=")
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Parameters:
    """A structured field: its value and its parameters, names lower case, in order, repeats kept."""

    value: str
    pairs: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """Return the first parameter called ``name``, RFC 2231 pieces joined, or None."""
        for key, value in self.pairs:
            if key == name:
                return value
        return _joined(name, self.pairs)

    def repeats(self, name: str) -> bool:
        """Say whether two readers could pick two different values of ``name``."""
        plain = [value for key, value in self.pairs if key == name]
        extended = [key for key, _ in self.pairs if key.startswith(name + "*")]
        return len(plain) > 1 or (bool(plain) and bool(extended)) or len(set(extended)) != len(extended)


def parameters(field: str) -> Parameters:
    """Split ``type/subtype; name=value; ...``, in one pass over the characters."""
    pieces = _split_outside_quotes(field, ";")
    pairs = []
    for piece in pieces[1:]:
        name, equals, value = piece.partition("=")
        if equals:
            pairs.append((name.strip().lower(), _unquote(value.strip())))
    return Parameters(_without_comments(pieces[0]).strip().lower(), tuple(pairs))


def _split_outside_quotes(text: str, separator: str) -> list[str]:
    pieces: list[str] = []
    start, quoted, skip = 0, False, False
    for position, char in enumerate(text):
        if skip:
            skip = False
        elif quoted and char == "\\":
            skip = True
        elif char == '"':
            quoted = not quoted
        elif char == separator and not quoted:
            pieces.append(text[start:position])
            start = position + 1
    pieces.append(text[start:])
    return pieces


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == '"' and value[-1] == '"':
        return _QUOTED_PAIR.sub(r"\1", value[1:-1])
    return _without_comments(value).strip()


def _without_comments(text: str) -> str:
    if "(" not in text:
        return text
    kept: list[str] = []
    depth, skip = 0, False
    for char in text:
        if skip:
            skip = False
        elif char == "\\" and depth:
            skip = True
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _joined(name: str, pairs: tuple[tuple[str, str], ...]) -> str | None:
    """RFC 2231 sections 3 and 4: numbered pieces and percent-encoded characters."""
    pieces = {key[len(name) :]: value for key, value in pairs if key.startswith(name + "*")}
    if not pieces:
        return None
    if "*" in pieces:
        return _percent_decoded(pieces["*"])
    found: list[str] = []
    for number in range(len(pieces)):
        piece = pieces.get(f"*{number}*", pieces.get(f"*{number}"))
        if piece is None:
            break
        found.append(piece)
    joined = "".join(found)
    return _percent_decoded(joined) if any(key.endswith("*") for key in pieces) else joined


def _percent_decoded(value: str) -> str:
    charset, _, rest = value.partition("'")
    _, _, rest = rest.partition("'")
    return to_text(unquote_to_bytes(rest or value), charset or "utf-8")[0]


def to_text(content: bytes, charset: str) -> tuple[str, bool]:
    """Decode, with False if the charset is unknown or the bytes do not fit it (then read as latin-1)."""
    try:
        if not codecs.lookup(charset)._is_text_encoding:
            return content.decode("latin-1"), False
        return content.decode(charset), True
    except (LookupError, ValueError, TypeError):
        return content.decode("latin-1"), False


def decode_words(field: str) -> tuple[str, bool]:
    """Decode RFC 2047 encoded words, with False if one of them could not be read."""
    if "=?" not in field:
        return field, True
    text: list[str] = []
    run: list[tuple[str, bytes]] = []
    good = True
    position = 0
    for word in _ENCODED_WORD.finditer(field):
        between = field[position : word.start()]
        if between.strip() or not run:
            good &= _flush(run, text)
            text.append(between)
        content, readable = _word_bytes(word.group(2), word.group(3))
        run.append((word.group(1).partition("*")[0].lower(), content))
        good &= readable
        position = word.end()
    good &= _flush(run, text)
    text.append(field[position:])
    return "".join(text), good


def _flush(run: list[tuple[str, bytes]], text: list[str]) -> bool:
    """Join neighbours of the same charset before decoding: a character may be split between two words."""
    good = True
    while run:
        charset, content = run.pop(0)
        while run and run[0][0] == charset:
            content += run.pop(0)[1]
        decoded, readable = to_text(content, charset)
        text.append(decoded)
        good &= readable
    return good


def _word_bytes(encoding: str, body: str) -> tuple[bytes, bool]:
    if encoding in "qQ":
        return binascii.a2b_qp(body.encode("ascii", "replace"), header=True), True
    padded = body + "=" * (-len(body) % 4)
    try:
        return binascii.a2b_base64(padded.encode("ascii", "replace"), strict_mode=True), True
    except binascii.Error:
        return body.encode("ascii", "replace"), False


def mailboxes(field: str) -> list[tuple[str, str]]:
    """Return (display name, addr-spec) of each mailbox in an address list: RFC 5322 section 3.4, one pass."""
    found = []
    for piece in _split_outside_quotes(_without_comments_outside_quotes(field), ","):
        text = piece.strip()
        if not text:
            continue
        opening = _last_outside_quotes(text, "<")
        if opening >= 0:
            address = text[opening + 1 :].partition(">")[0].strip()
            found.append((decode_words(_unquote(text[:opening].strip()))[0], address))
        else:
            found.append(("", text))
    return found


def _last_outside_quotes(text: str, wanted: str) -> int:
    quoted, skip, last = False, False, -1
    for position, char in enumerate(text):
        if skip:
            skip = False
        elif quoted and char == "\\":
            skip = True
        elif char == '"':
            quoted = not quoted
        elif char == wanted and not quoted:
            last = position
    return last


def _without_comments_outside_quotes(text: str) -> str:
    if "(" not in text:
        return text
    parts = text.split('"')
    return '"'.join(part if number % 2 else _without_comments(part) for number, part in enumerate(parts))
