"""Blind indexes that let the gateway answer each thread once, and nobody too often, without storing who wrote."""

from __future__ import annotations

import hashlib
import hmac
import re

from gateway.model.content.message import Mail

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")


def receiver_index(address: str, key: bytes) -> str:
    """Return the index of an address, for counting answers to it."""
    return hmac.new(key, b"receiver\x1f" + address.strip().lower().encode(), hashlib.sha256).hexdigest()


def thread_index(mail: Mail, address: str, key: bytes) -> str | None:
    """Return the index of the thread: its first message as References or In-Reply-To name it, else this one.

    None if the message has no id at all: it is then a thread of its own. RFC 5322 section 3.6.4.
    """
    for name in ("references", "in-reply-to", "message-id"):
        for value in mail.values(name):
            found = _MESSAGE_ID.search(value.reveal()[:10_000])
            if found is not None:
                text = f"thread\x1f{address.strip().lower()}\x1f{found.group()}"
                return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return None
