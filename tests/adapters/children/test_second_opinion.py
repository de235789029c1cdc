"""The second opinion fails closed: only a plain "nothing found" is clear."""

from __future__ import annotations

import pytest

from gateway.adapters.children.second_opinion import SecondOpinion
from gateway.model.content.confidential import Confidential
from gateway.model.content.screening import AllowList

SUBJECT, BODY = Confidential("Agenda"), Confidential("Harriet will send the agenda.")
ALLOWED = AllowList(staff=("Harriet Lonsdale",))
ANSWERING = """
import struct, sys
while head := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    sys.stdout.buffer.write(struct.pack(">I", len({0!r})) + {0!r})
    sys.stdout.buffer.flush()
"""


async def clear(program: str, timeout_s: float = 20.0) -> bool:
    opinion = SecondOpinion(timeout_s=timeout_s, command=("-c", program))
    try:
        return await opinion.is_clear(SUBJECT, BODY, ALLOWED)
    finally:
        await opinion.close()


async def test_nothing_found_is_clear() -> None:
    assert await clear(ANSWERING.format(b"[]"))


async def test_a_name_that_the_panel_allows_is_clear_and_another_is_not() -> None:
    assert await clear(ANSWERING.format(b'[["GIVEN_NAME", 7, 14]]'))
    assert not await clear(ANSWERING.format(b'[["GIVEN_NAME", 20, 24]]'))


@pytest.mark.parametrize(
    "program", [ANSWERING.format(b"no"), ANSWERING.format(b"[3]"), "raise SystemExit(1)", "nonsense("]
)
async def test_no_plain_answer_is_not_clear(program: str) -> None:
    assert not await clear(program)


async def test_a_silent_model_is_not_clear_after_its_time() -> None:
    assert not await clear("import time; time.sleep(60)", timeout_s=0.5)


async def test_the_packaged_model_that_is_not_installed_is_not_clear() -> None:
    opinion = SecondOpinion(command=("-c", "import sys; sys.exit(1)"))
    assert not await opinion.is_clear(SUBJECT, BODY, ALLOWED)
    await opinion.close()
