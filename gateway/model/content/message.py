"""A parsed mail object. Every text in it is confidential until screening says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText


@dataclass(frozen=True, slots=True)
class Header:
    """One header field as it was: RFC 5322 section 2.2. ``name`` is lower case."""

    name: str
    value: ConfidentialText  # unfolded, encoded words not decoded, bytes over 127 as latin-1


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree, decoded."""

    path: tuple[int, ...]  # position in the tree, from 0
    content_type: str  # lower case "type/subtype" as declared
    charset: str | None  # as declared, lower case
    disposition: str | None  # "attachment", "inline", lower case, or None
    filename: ConfidentialText | None
    content: ConfidentialBytes  # content-transfer-encoding undone
    in_signed: bool = False  # below multipart/signed
    in_message: bool = False  # below message/rfc822


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong or ambiguous in the message: a stable code, e.g. ``two_from``, ``bad_base64``."""

    code: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One RFC 5322 message, parsed within limits. ``defects`` says what could be read in two ways."""

    headers: tuple[Header, ...]
    content_type: str  # of the whole message
    subject: ConfidentialText  # decoded; "" if there was none
    authors: tuple[ConfidentialText, ...]  # addr-specs of every From field, in order
    author_names: tuple[ConfidentialText, ...]  # display names beside them, "" where none
    message_id: ConfidentialText | None
    parts: tuple[Part, ...]  # leaves in order
    defects: tuple[Defect, ...] = ()

    def values(self, name: str) -> tuple[ConfidentialText, ...]:
        """Return every value of the header field ``name`` (lower case), top to bottom."""
        return tuple(header.value for header in self.headers if header.name == name)


@dataclass(frozen=True, slots=True)
class Unparsed:
    """The answer if no parser understood the bytes within its limits."""

    code: str  # "too_deep", "too_many_parts", "too_many_headers", "time", "memory", "crashed", ...
