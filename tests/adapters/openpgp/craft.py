"""Craft messages that no honest program makes, with the session key of one that was made honestly."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import zlib

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from gateway.stages.openpgp.packets import Tag, dearmour, walk
from tests.key_homes import Panels

GIB = 1 << 30


def packet(tag: int, body: bytes) -> bytes:
    """One packet in the new format with a five octet length: RFC 9580 section 4.2.1.3."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def literal(content: bytes) -> bytes:
    return packet(Tag.LITERAL, b"b\x00\x00\x00\x00\x00" + content)


class Crafted:
    """Messages to ``there`` around packets of our own making."""

    def __init__(self, panels: Panels, honest: bytes) -> None:
        binary = dearmour(honest) or b""
        found = walk(binary)
        self.session_key_packet = binary[: found[0].end]
        command = ["gpg", "--homedir", str(panels.there.home), "--batch", "--quiet", "--show-session-key", "--decrypt"]
        shown = subprocess.run(command, input=honest, capture_output=True, check=True).stderr.decode()
        self._key = bytes.fromhex(shown.split("'")[1].partition(":")[2])

    def protected(self, packets: bytes) -> bytes:
        """Version 1 SEIPD around ``packets``: RFC 9580 section 5.13.1."""
        prefix = os.urandom(16)
        plain = prefix + prefix[-2:] + packets + b"\xd3\x14"
        plain += hashlib.sha1(plain, usedforsecurity=False).digest()
        return self.session_key_packet + packet(Tag.PROTECTED, b"\x01" + self._encrypt(plain))

    def unprotected(self, packets: bytes) -> bytes:
        """The old container without integrity protection: what the EFAIL attacks turn a message into."""
        prefix = os.urandom(16)
        first = self._encrypt(prefix + prefix[-2:])
        cipher = Cipher(AES(self._key), CFB(first[2:18])).encryptor()  # RFC 4880 section 13.9: resynchronised
        return self.session_key_packet + packet(Tag.ENCRYPTED, first + cipher.update(packets) + cipher.finalize())

    def _encrypt(self, plain: bytes) -> bytes:
        cipher = Cipher(AES(self._key), CFB(bytes(16))).encryptor()
        return cipher.update(plain) + cipher.finalize()


def compressed(packets: bytes) -> bytes:
    return packet(Tag.COMPRESSED, b"\x02" + zlib.compress(packets, 9))


def bomb() -> bytes:
    """A few hundred bytes that unpack to 1 GiB of zeros, by compression inside compression."""
    return base64.b64decode(_BOMB)


def make_bomb() -> str:
    """How ``_BOMB`` was made (four seconds): kept so that it can be read."""
    squeeze = zlib.compressobj(9)
    head = bytes([0xC0 | Tag.LITERAL, 0xFF]) + (GIB + 6).to_bytes(4, "big") + b"b\x00\x00\x00\x00\x00"
    once = b"\x02" + squeeze.compress(head)
    for _ in range(GIB >> 24):
        once += squeeze.compress(bytes(1 << 24))
    once = packet(Tag.COMPRESSED, once + squeeze.flush())
    return base64.b64encode(compressed(compressed(once))).decode()


_BOMB = """
yP8AAAEIAnjaO/GfgYFdhani1ts7iv5XCiUOfBRet7GTbfLRRXuYzJpy5hxcMztkpvTUlELlA8c8RLiuXndYeEPnXY7ZnCm3V0znUdke/M53x9
/98/2rvnX712y7X75LYu35/Wtrfpn+t6o0kOo9Pr39/vz5tZVfy/4/+3vs2X5xBgaGhAt2+fm2UXz7+/mO7QbyD1yw3Tn7rU4+4+WjVx+Xf2ME
CjV//5xS+tP4wc1Hv75KvwYKNBz8veFfQU09t8W/zd9LkmSBQgYVy5tAaicoSQBJBkMw5wKEo4vMGZUZlRmVGZUZlRmVISRTVGhuvd+e9c2fiJ
j9N6T/lmdv1w+3+8f64PRuSQBE4UXH
"""
