"""Parse with the standard library's compat32 parser over bytes, within limits, and let a second reader object.

compat32 and raw values: ``policy.default`` takes seconds on real messages and raises on some.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

from gateway.model.content.confidential import Confidential, ConfidentialText
from gateway.model.content.message import Defect, Header, Mail, Part, Unparsed
from gateway.stages.mime import outline
from gateway.stages.mime.decode import decode_content
from gateway.stages.mime.fields import decode_words, mailboxes, parameters
from gateway.stages.mime.mime_limits import MimeLimits

_STRUCTURED = ("content-type", "content-disposition", "content-transfer-encoding", "from", "sender", "reply-to")
_ONCE = ("from", "subject", "date", "message-id", "content-type", "content-transfer-encoding", "mime-version")
_USUAL_PREAMBLE = ("this is a multi-part message in mime format", "this is a multipart message in mime format")


class _Over(Exception):
    """A limit was exceeded; ``code`` is the word of :class:`Unparsed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(raw: bytes, limits: MimeLimits) -> Mail | Unparsed:
    """Return the message in parts, with every doubt as a defect; Unparsed if it is over a limit. Never raises."""
    if len(raw) > limits.max_bytes:
        return Unparsed("too_large")
    over = outline.over_limits(raw, limits)
    if over is not None:
        return Unparsed(over)
    try:
        return _read(raw, limits)
    except _Over as limit:
        code = limit.code
    except RecursionError:
        code = "too_deep"
    except MemoryError:
        code = "memory"
    except Exception:  # the library may raise anything on hostile mail: held, never lost
        code = "parser_failed"
    return Unparsed(code)


def _read(raw: bytes, limits: MimeLimits) -> Mail:
    message = message_from_bytes(raw)
    headers = _headers(message, limits)
    defects = _header_defects(headers, raw)
    subject, readable = decode_words(_first(headers, "subject"))
    if not readable:
        defects.append("subject_unreadable")
    walk = _Walk(limits)
    walk.visit(message, (), in_signed=False, in_message=False)
    if outline.leaves(raw, limits) != walk.shape:
        defects.append("parsers_disagree")
    authors = [
        pair
        for header in headers
        if header.name == "from"
        for pair in mailboxes(header.value.reveal()[: limits.max_field_bytes])
    ]
    if len(authors) != 1:
        defects.append("not_one_author")
    return Mail(
        headers=headers,
        content_type=_content_type(message),
        subject=Confidential(subject[: limits.max_subject_bytes]),
        authors=tuple(Confidential(address) for _, address in authors),
        author_names=tuple(Confidential(name) for name, _ in authors),
        message_id=_message_id(headers),
        parts=tuple(walk.parts),
        defects=tuple(Defect(code) for code in dict.fromkeys(defects + walk.defects)),
    )


def _headers(message: Message, limits: MimeLimits) -> tuple[Header, ...]:
    items = message.raw_items()
    found = tuple(Header(name.lower(), Confidential(_as_latin1(_unfolded(str(value))))) for name, value in items)
    if len(found) > limits.max_headers:
        raise _Over("too_many_headers")
    if sum(len(header.value.reveal()) for header in found) > limits.max_header_bytes:
        raise _Over("headers_too_large")
    for header in found:
        if header.name in _STRUCTURED and len(header.value.reveal()) > limits.max_field_bytes:
            raise _Over("field_too_large")
    return found


def _unfolded(value: str) -> str:
    """RFC 5322 section 2.2.3: remove a CRLF before white space, keep the white space."""
    return value.replace("\r\n", "").replace("\n", "").replace("\r", "") if "\n" in value or "\r" in value else value


def _as_latin1(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("latin-1") if not value.isascii() else value


def _header_defects(headers: tuple[Header, ...], raw: bytes) -> list[str]:
    defects = []
    for name in _ONCE:
        count = sum(header.name == name for header in headers)
        if count > 1:
            defects.append("two_from" if name == "from" else f"two_{name.replace('-', '_')}")
    if any(not header.value.reveal().isascii() for header in headers):
        defects.append("raw_8bit_header")
    if b"\x00" in raw:
        defects.append("nul")
    if raw.replace(b"\r\n", b"").count(b"\r"):
        defects.append("bare_cr")
    return defects


def _first(headers: tuple[Header, ...], name: str) -> str:
    return next((header.value.reveal().strip() for header in headers if header.name == name), "")


def _message_id(headers: tuple[Header, ...]) -> ConfidentialText | None:
    value = _first(headers, "message-id")
    return Confidential(value) if value else None


def _field(message: Message, name: str) -> str:
    for key, value in message.raw_items():
        if key.lower() == name:
            return _as_latin1(_unfolded(str(value)))
    return ""


def _content_type(message: Message) -> str:
    value = parameters(_field(message, "content-type")).value
    return value if value.count("/") == 1 else "text/plain"


def _entity(child: object) -> Message:
    """The library types a child loosely; anything but a message is a parser failure."""
    if not isinstance(child, Message):
        raise _Over("parser_failed")
    return child


class _Walk:
    """One pass over the tree: leaves, doubts, and the shape that the second reader must confirm."""

    def __init__(self, limits: MimeLimits) -> None:
        self.limits = limits
        self.parts: list[Part] = []
        self.defects: list[str] = []
        self.shape: list[tuple[tuple[int, ...], str]] = []

    def visit(self, entity: Message, path: tuple[int, ...], *, in_signed: bool, in_message: bool) -> None:
        if len(path) > self.limits.max_depth:
            raise _Over("too_deep")
        _headers(entity, self.limits)
        self._doubts(entity)
        declared = _content_type(entity)
        payload = entity.get_payload()
        if declared == "message/rfc822" and isinstance(payload, list) and payload:
            self.visit(_entity(payload[0]), (*path, 0), in_signed=in_signed, in_message=True)
        elif isinstance(payload, list) and declared.startswith("multipart/"):
            self._edges(entity)
            signed = in_signed or declared == "multipart/signed"
            for number, child in enumerate(payload):
                self.visit(_entity(child), (*path, number), in_signed=signed, in_message=in_message)
        else:
            self._leaf(entity, declared, path, in_signed=in_signed, in_message=in_message)

    def _doubts(self, entity: Message) -> None:
        content_type = parameters(_field(entity, "content-type"))
        disposition = parameters(_field(entity, "content-disposition"))
        if content_type.repeats("boundary"):
            self.defects.append("two_boundaries")
        if content_type.repeats("charset"):
            self.defects.append("two_charsets")
        named, filed = content_type.get("name"), disposition.get("filename")
        two_values = named is not None and filed is not None and decode_words(named)[0] != decode_words(filed)[0]
        if content_type.repeats("name") or disposition.repeats("filename") or two_values:
            self.defects.append("two_filenames")
        names = [key.lower() for key, _ in entity.raw_items()]
        self.defects += [
            f"two_{name.replace('-', '_')}"
            for name in ("content-type", "content-transfer-encoding", "content-disposition")
            if names.count(name) > 1
        ]
        self.defects += [f"library_{type(defect).__name__}" for defect in entity.defects]

    def _edges(self, entity: Message) -> None:
        preamble = (entity.preamble or "").strip().rstrip(".").lower()
        if preamble and preamble not in _USUAL_PREAMBLE:
            self.defects.append("preamble")
        if (entity.epilogue or "").strip():
            self.defects.append("epilogue")

    def _leaf(
        self, entity: Message, declared: str, path: tuple[int, ...], *, in_signed: bool, in_message: bool
    ) -> None:
        if len(self.parts) >= self.limits.max_parts:
            raise _Over("too_many_parts")
        content_type = parameters(_field(entity, "content-type"))
        disposition = parameters(_field(entity, "content-disposition"))
        filename = disposition.get("filename") or content_type.get("name")
        charset = content_type.get("charset")
        content, doubts = decode_content(_raw_content(entity), _field(entity, "content-transfer-encoding"))
        self.defects += doubts
        self.shape.append((path, declared))
        self.parts.append(
            Part(
                path=path,
                content_type=declared,
                charset=charset.lower() if charset is not None else None,
                disposition=disposition.value or None,
                filename=Confidential(decode_words(filename)[0]) if filename is not None else None,
                content=Confidential(content),
                in_signed=in_signed,
                in_message=in_message,
            )
        )


def _raw_content(entity: Message) -> bytes:
    payload = entity.get_payload()
    if isinstance(payload, list):  # message/delivery-status: blocks of fields, RFC 3464 section 2.1
        return b"\r\n".join(_block(_entity(child)) for child in payload)
    return str(payload if payload is not None else "").encode("utf-8", "surrogateescape")


def _block(entity: Message) -> bytes:
    lines = [f"{name}: {value}" for name, value in entity.raw_items()]
    body = entity.get_payload()
    if isinstance(body, str) and body:
        lines += ["", body]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "surrogateescape")
