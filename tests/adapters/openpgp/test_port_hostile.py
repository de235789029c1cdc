"""Messages made to break the opener: no plaintext comes out of any of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.model.content.confidential import ConfidentialBytes
from gateway.stages.openpgp.packets import Tag
from tests.adapters.openpgp.craft import Crafted, bomb, literal, packet
from tests.key_homes import Panels

SECRET = literal(b"content")


async def code(panels: Panels, message: bytes) -> str:
    opened = await panels.openpgp_there().decrypt(ConfidentialBytes(message))
    assert opened.plaintext is None
    return opened.code


async def test_the_crafting_itself_is_honest_a_plain_literal_opens(panels: Panels, crafted: Crafted) -> None:
    opened = await panels.openpgp_there().decrypt(ConfidentialBytes(crafted.protected(SECRET)))
    assert opened.plaintext == ConfidentialBytes(b"content")


async def test_a_container_without_integrity_is_not_opened(panels: Panels, crafted: Crafted) -> None:
    assert await code(panels, crafted.unprotected(SECRET)) == "no_integrity"


async def test_two_texts_in_one_message_are_not_whole(panels: Panels, crafted: Crafted) -> None:
    assert await code(panels, crafted.protected(SECRET + SECRET)) in {"not_whole", "no_integrity"}


async def test_clear_text_before_or_after_the_container_is_not_opened(panels: Panels, crafted: Crafted) -> None:
    sealed = crafted.protected(SECRET)
    assert await code(panels, SECRET + sealed) == "not_encrypted"
    assert await code(panels, sealed + SECRET) == "not_encrypted"


async def test_two_containers_are_not_opened(panels: Panels, crafted: Crafted) -> None:
    assert await code(panels, crafted.protected(SECRET) + crafted.protected(SECRET)) == "not_encrypted"


async def test_nothing_inside_is_no_content(panels: Panels, crafted: Crafted) -> None:
    assert await code(panels, crafted.protected(b"")) in {"not_whole", "no_integrity"}


async def test_encryption_inside_encryption_is_not_content(panels: Panels, crafted: Crafted) -> None:
    assert await code(panels, crafted.protected(crafted.protected(SECRET))) in {"not_whole", "no_integrity"}


async def test_a_password_beside_the_keys_is_not_tried(panels: Panels, crafted: Crafted) -> None:
    password = packet(Tag.SKESK, b"\x04\x09\x00\x08")
    assert await code(panels, password + crafted.protected(SECRET)) == "password"


async def test_a_message_for_somebody_else_says_so(panels: Panels) -> None:
    sealed = await panels.openpgp().encrypt_and_sign(ConfidentialBytes(b"x"), [panels.there.own])
    opened = await panels.openpgp().decrypt(ConfidentialBytes(sealed))
    assert opened.code == "no_secret_key"


@pytest.mark.parametrize("content", [b"", b"\x80", b"\xff" * 40, b"-----BEGIN PGP MESSAGE-----", b"Hello\r\n"])
async def test_rubbish_is_not_encrypted(panels: Panels, content: bytes) -> None:
    assert await code(panels, content) == "not_encrypted"


async def test_a_cut_message_gives_nothing(panels: Panels, crafted: Crafted) -> None:
    sealed = crafted.protected(SECRET)
    for end in range(1, len(sealed), 17):
        assert await code(panels, sealed[:end])


def test_bombs_and_floods_get_a_verdict_in_time_and_little_memory(panels: Panels, crafted: Crafted) -> None:
    """Each in one fresh process, which measures itself: at most 3 s and 64 MiB of growth (the issue's limits)."""
    sealed = crafted.protected(bomb())
    assert len(bomb()) <= 280
    signatures = b"".join(packet(Tag.SIGNATURE, bytes([4, 0, 22, 10, 0, 0, 0, 0, 0, 0, 0, 1, 1])) for _ in range(5000))
    one_pass = b"".join(packet(Tag.ONE_PASS, bytes([3, 0, 10, 22]) + bytes(8) + b"\x00") for _ in range(5000))
    floods = {
        "bomb": ("decrypt", sealed),
        "recipients": ("decrypt", crafted.session_key_packet * 1000 + sealed[len(crafted.session_key_packet) :]),
        "signatures_inside": ("decrypt", crafted.protected(one_pass + literal(b"x") + signatures)),
        "signatures": ("verify", signatures),
        "certificate": ("lint", packet(Tag.PUBLIC_KEY, bytes(4 << 20))),
    }
    for name, (how, content) in floods.items():
        target = panels.folder / f"{name}.bin"
        target.write_bytes(content)
        command = [sys.executable, "-m", "tests.adapters.openpgp.flood", how, str(panels.there.home), panels.there.own]
        done = subprocess.run([*command, str(target)], capture_output=True, check=True, cwd=_root())
        found = json.loads(done.stdout)
        assert found["verdict"] != "good", name
        assert found["seconds"] < 3, (name, found)
        assert found["growth_mib"] <= 64, (name, found)


def _root() -> Path:
    return Path(__file__).resolve().parents[3]
