"""A form in progress, and the keys that open it. Nobody but the notifier holds one.

The draft is sealed with AES-256-GCM under a random key. That key is stored twice, wrapped: once under a key from the
session cookie, once under a key from the return code. The server keeps neither cookie nor code; either is checked by
opening the wrapped key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.model.form.notification import Answer, Notification
from gateway.model.ids import ALPHABET
from gateway.stages.extract import from_form
from gateway.stages.extract.form import as_json

CODE_LENGTH = 20  # of 21 letters: 87 bits
_NONCE = 12


@dataclass(frozen=True, slots=True, repr=False)
class StoredFile:
    """One uploaded file of a draft, sealed on disk under a key from the draft's."""

    file_id: str
    name: str
    content_type: str
    size: int
    checked: str


@dataclass(slots=True, repr=False)
class Draft:
    """The answers so far. ``groups`` maps a group to entries by a random id, so that two tabs do not mix them up."""

    fields: dict[str, Answer] = field(default_factory=dict)
    groups: dict[str, dict[str, dict[str, Answer]]] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)  # pages that were answered, or deliberately skipped
    language: str = "en"
    writers: dict[str, str] = field(default_factory=dict)  # "page/field": the tab that wrote it last
    # Answers of a second tab to what another tab had answered meanwhile, by page, tab and field. They are not sent.
    second: dict[str, dict[str, dict[str, Answer]]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True if nothing at all was answered or attached."""
        return not (self.fields or any(self.groups.values()) or self.files)

    def notification(self) -> Notification:
        """Return the answers as the worker will read them."""
        return from_form(self.description())

    def description(self) -> dict[str, Any]:
        """Return ``fields`` and ``groups`` of a form post."""
        return {
            "fields": as_json(self.fields),
            "groups": {name: [as_json(entry) for entry in entries.values()] for name, entries in self.groups.items()},
        }


def dump(draft: Draft) -> bytes:
    """Return a draft as bytes, to be sealed."""
    return json.dumps(
        {
            "fields": as_json(draft.fields),
            "groups": {
                name: {entry_id: as_json(entry) for entry_id, entry in entries.items()}
                for name, entries in draft.groups.items()
            },
            "files": [[one.file_id, one.name, one.content_type, one.size, one.checked] for one in draft.files],
            "seen": draft.seen,
            "language": draft.language,
            "writers": draft.writers,
            "second": {key: {tab: as_json(found) for tab, found in tabs.items()} for key, tabs in draft.second.items()},
        },
        ensure_ascii=False,
    ).encode()


def load(content: bytes) -> Draft:
    """Return the draft that :func:`dump` wrote."""
    values = json.loads(content)

    def answers(raw: dict[str, Any]) -> dict[str, Answer]:
        return dict(from_form({"fields": raw}).fields)

    return Draft(
        answers(values["fields"]),
        {
            name: {entry_id: _entry(name, entry) for entry_id, entry in entries.items()}
            for name, entries in values["groups"].items()
        },
        [StoredFile(*one) for one in values["files"]],
        list(values["seen"]),
        str(values["language"]),
        dict(values.get("writers", {})),
        {key: {tab: _second(key, raw) for tab, raw in tabs.items()} for key, tabs in values.get("second", {}).items()},
    )


def _second(key: str, raw: dict[str, Any]) -> dict[str, Answer]:
    group, slash, _ = key.partition("/")
    return _entry(group, raw) if slash else dict(from_form({"fields": raw}).fields)


def _entry(group: str, raw: dict[str, Any]) -> dict[str, Answer]:
    entries = from_form({"groups": {group: [raw]}}).groups.get(group, ({},))
    return dict(entries[0])


def new_code(entropy: Callable[[int], bytes]) -> str:
    """Return a return code of 20 letters and digits."""
    number = int.from_bytes(entropy(32), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def spell(code: str) -> str:
    """Return a code as people read it: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def tidy_code(text: str) -> str:
    """Return a typed code without spaces and dashes, in capitals."""
    return "".join(character for character in text.upper()[:100] if character in ALPHABET)


def code_key(code: str, reference: str) -> bytes:
    """Derive the key from a return code. The code has 87 bits, so no slow function is needed."""
    return HKDF(SHA256(), 32, reference.encode(), b"cdop gateway draft key by code").derive(code.encode())


def file_key(draft_key: bytes, file_id: str) -> bytes:
    """Return the key of one uploaded file."""
    return HKDF(SHA256(), 32, file_id.encode(), b"cdop gateway draft file").derive(draft_key)


def seal(key: bytes, content: bytes, context: str, entropy: Callable[[int], bytes]) -> bytes:
    """Seal with AES-256-GCM, bound to a context."""
    nonce = entropy(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes | None:
    """Return the content, or None if key, content or context differ from those of the sealing."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except InvalidTag:
        return None
