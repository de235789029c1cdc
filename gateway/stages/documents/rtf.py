"""The text of a Rich Text Format document: one pass over its tokens, no tables of fonts, no pictures.

Source: RTF Specification 1.9.1. Cells are set apart by tabs and rows by line ends, as a printed table is.
"""

from __future__ import annotations

import re

from gateway.stages.documents.document_limits import MAX_CHARS, TooLarge

MAX_DEPTH = 200

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|[\r\n]{1,99}|(?P<plain>[^\\{}\r\n]{1,4096})",
    re.DOTALL,
)
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "page": "\n", "sect": "\n", "cell": "\t", "tab": "\t"}
_SIGNS = {"~": " ", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_NOT_TEXT = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "datastore", "listtable"),
        *("listoverridetable", "rsidtbl", "generator", "xmlnstbl", "latentstyles", "fldinst", "revtbl"),
    }
)
_WORDS = {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"}


class _Reader:
    """What is open while the tokens go by."""

    def __init__(self) -> None:
        self.hidden = [False]  # for each open group: whether it holds no text
        self.fallback = [1]  # for each open group: characters to leave out behind \\u
        self.skip = 0

    def piece(self, found: re.Match[bytes]) -> str:
        """Return what one token adds to the text."""
        if found["brace"] is not None:
            self._brace(found["brace"])
            return ""
        if found["word"] is not None:
            return self._word(found["word"].decode(), found["number"])
        if found["sign"] is not None:
            self.hidden[-1] |= found["sign"] == b"*"  # a destination that a reader may leave out
            return _SIGNS.get(found["sign"].decode("latin-1"), "")
        raw = bytes.fromhex(found["byte"].decode()) if found["byte"] is not None else found["plain"] or b""
        left, self.skip = min(self.skip, len(raw)), max(0, self.skip - len(raw))
        return raw[left:].decode("cp1252", errors="replace")

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self.hidden) > MAX_DEPTH:
                raise TooLarge
            self.hidden.append(self.hidden[-1])
            self.fallback.append(self.fallback[-1])
        elif len(self.hidden) > 1:
            self.hidden.pop()
            self.fallback.pop()

    def _word(self, word: str, number: bytes | None) -> str:
        if word in _NOT_TEXT:
            self.hidden[-1] = True
        elif word == "uc":
            self.fallback[-1] = min(max(int(number or 1), 0), 9)
        elif word == "u" and number is not None:
            self.skip = self.fallback[-1]
            return _character(int(number))
        return _BREAKS.get(word) or _WORDS.get(word, "")


def read_rtf(content: bytes) -> str:
    """Return the text. What is damaged gives what could be read of it; TooLarge where it is too deep or too long."""
    reader, out, length = _Reader(), list[str](), 0
    for found in _TOKEN.finditer(content):
        piece = reader.piece(found)
        if piece and not reader.hidden[-1]:
            out.append(piece)
            length += len(piece)
        if length > MAX_CHARS:
            raise TooLarge
    return "".join(out)


def _character(number: int) -> str:
    code = number + 65_536 if number < 0 else number
    return chr(code) if 0 < code < 65_536 and not 0xD800 <= code <= 0xDFFF else ""
