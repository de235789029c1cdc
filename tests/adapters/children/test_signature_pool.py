"""The pool: a child over its time is killed, and what it was doing is undecided; the next message is served."""

from __future__ import annotations

from gateway.adapters.children.signature_pool import UNDECIDED, SignaturePool
from tests.adapters.channel_kit import Key, message, sign

KEY = Key()
KEYS = {"s1._domainkey.nhs.net": f"v=DKIM1; k=rsa; p={KEY.text}".encode()}
HEAVY = message(body=("a" + " " * 99 + "\r\n") * 400_000)


async def test_child_over_its_time_is_killed_and_the_next_message_is_served() -> None:
    pool = SignaturePool(processes=1, limit_s=0.0005, limit_s_per_mb=0)  # 40 MB cannot be copied in half a millisecond
    field = sign(message(), KEY, "nhs.net", canonicalize=(b"relaxed", b"relaxed")).partition(b"From:")[0]
    assert await pool.verify(field + HEAVY, KEYS, (0,)) == UNDECIDED
    pool._limit_s = 30.0
    served = await pool.verify(sign(message(), KEY, "nhs.net"), KEYS, (0,))
    assert [one.result for one in served.signatures] == ["pass"]
    await pool.close()
