"""Message content as it streams in: where it ends, its dots and its line ends. RFC 5321 sections 4.1.1.4, 4.5.2.

Only CR LF "." CR LF ends a message, wherever the network cut it. A bare LF never ends one and becomes CR LF; a bare
CR becomes a space (as Postfix does), so no program that reads the content later can see another end, and no header
field can begin at a CR. Content with correct line ends passes byte for byte.
"""

from __future__ import annotations

_CRLF = b"\r\n"
_STUFFED = b"\r\n."
_END = b"\r\n.\r\n"


def mend_line_ends(piece: bytes) -> bytes:
    """Return ``piece`` with every line end CR LF. It must not be cut between a CR and its LF."""
    pairs = piece.count(_CRLF)
    if pairs == piece.count(b"\n") and pairs == piece.count(b"\r"):
        return piece
    return piece.replace(_CRLF, b"\n").replace(b"\r", b" ").replace(b"\n", _CRLF)


class DataContent:
    """The content of one DATA: feed chunks, take decoded pieces, until ``ended``; then ``rest`` is what followed."""

    __slots__ = ("_carry", "_skip", "ended", "mended", "rest")

    def __init__(self) -> None:
        self._carry = _CRLF  # the line end of DATA itself, so that a first "." is at the start of a line
        self._skip = len(_CRLF)  # that line end is not content
        self.ended = False
        self.mended = False  # whether some line end was not CR LF
        self.rest = b""

    def feed(self, chunk: bytes | bytearray) -> bytes:
        """Take the next chunk; return the content decoded so far (it may lag by up to 4 bytes)."""
        text = self._carry + chunk
        pieces = []
        start = 0
        while True:
            at = text.find(_STUFFED, start)
            if at < 0:
                end = len(text) - _undecided(text)
                break
            following = text[at + 3 : at + 5]
            if following == _CRLF:
                self.ended = True
                self.rest = text[at + 5 :]
                end = at + 2
                break
            if _CRLF.startswith(following):  # nothing, or a CR: the next chunk decides
                end = at
                break
            pieces.append(text[start : at + 2])
            start = at + 3
        pieces.append(text[start:end])
        self._carry = b"" if self.ended else text[max(start, end) :]
        return self._mend(b"".join(pieces))

    def _mend(self, decoded: bytes) -> bytes:
        if self._skip and decoded:
            decoded = decoded[self._skip :]
            self._skip = 0
        mended = mend_line_ends(decoded)
        self.mended = self.mended or mended is not decoded
        return mended


def _undecided(text: bytes) -> int:
    """Return how many of the last bytes may begin the end of the message."""
    if text.endswith(_CRLF):
        return 2
    return 1 if text.endswith(b"\r") else 0


class ChunkedContent:
    """The content of BDAT chunks (RFC 3030): octets are counted, dots mean nothing, line ends are mended."""

    __slots__ = ("_carry", "mended")

    def __init__(self) -> None:
        self._carry = b""
        self.mended = False

    def feed(self, octets: bytes | bytearray, last: bool) -> bytes:
        """Take octets; return content. A CR at the very end of a piece waits for what follows it."""
        text = self._carry + octets
        self._carry = b""
        if not last and text.endswith(b"\r"):
            text, self._carry = text[:-1], b"\r"
        mended = mend_line_ends(text)
        self.mended = self.mended or mended is not text
        return mended
