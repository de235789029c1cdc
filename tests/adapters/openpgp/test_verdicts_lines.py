"""Each line of gpg's status counts: one that is missing, twice or other than it should be takes the verdict away."""

from __future__ import annotations

import pytest

from gateway.adapters.openpgp.process import Transcript, split_status
from gateway.adapters.openpgp.verdicts import BAD, UNKNOWN, UNVERIFIABLE, opened_whole, signature
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature

KEY = Fingerprint("A1" * 20)
DATA = b"hello\nthere\n"
OPENED = f"""\
[GNUPG:] ENC_TO {KEY[-16:]} 18 0
[GNUPG:] DECRYPTION_KEY {KEY} {KEY} u
[GNUPG:] BEGIN_DECRYPTION
[GNUPG:] PLAINTEXT 62 1796136665
[GNUPG:] PLAINTEXT_LENGTH {len(DATA)}
[GNUPG:] DECRYPTION_OKAY
[GNUPG:] GOODMDC
[GNUPG:] END_DECRYPTION
"""
SIGNED = f"""\
[GNUPG:] NEWSIG
[GNUPG:] GOODSIG {KEY[-16:]} secure@there.example
[GNUPG:] VALIDSIG {KEY} 2026-11-23 1796136665 0 4 0 22 10 00 {KEY}
"""


def said(text: str, data: bytes = DATA) -> Transcript:
    return Transcript(data, split_status(text.encode()), returncode=0)


def test_content_that_every_line_agrees_on_is_whole() -> None:
    assert opened_whole(said(OPENED)) == ""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DECRYPTION_KEY", "no_secret_key"),
        ("GOODMDC", "no_integrity"),
        ("DECRYPTION_OKAY", "not_whole"),
        ("BEGIN_DECRYPTION", "not_whole"),
        ("END_DECRYPTION", "not_whole"),
    ],
)
def test_a_line_that_is_missing_makes_it_not_whole(line: str, code: str) -> None:
    kept = [one for one in OPENED.splitlines(keepends=True) if line not in one.split()]
    assert opened_whole(said("".join(kept))) == code


def test_a_line_that_stands_twice_makes_it_not_whole() -> None:
    assert opened_whole(said(OPENED.replace("[GNUPG:] GOODMDC\n", "[GNUPG:] GOODMDC\n" * 2))) == "no_integrity"
    assert opened_whole(said(OPENED.replace("[GNUPG:] DECRYPTION_OKAY", "[GNUPG:] DECRYPTION_OKAY\n" * 2))) != ""


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"x", b""])
def test_less_or_more_than_was_announced_is_not_whole(data: bytes) -> None:
    assert opened_whole(said(OPENED, data)) == "not_whole"


def test_one_block_by_a_pinned_key_is_good() -> None:
    verdict = signature(said(SIGNED), {KEY})
    assert (verdict.signature, verdict.signer) == (ContentSignature.GOOD, KEY)


def test_a_key_that_is_not_pinned_is_unknown() -> None:
    assert signature(said(SIGNED), {Fingerprint("B" * 40)}) == UNKNOWN


@pytest.mark.parametrize("digest", ["1", "2", "3"], ids=["MD5", "SHA-1", "RIPEMD-160"])
def test_a_weak_digest_proves_nothing_though_gpg_calls_it_valid(digest: str) -> None:
    assert signature(said(SIGNED.replace(" 22 10 00 ", f" 22 {digest} 00 ")), {KEY}) == UNVERIFIABLE


def test_a_certification_is_no_signature_of_a_document() -> None:
    assert signature(said(SIGNED.replace(" 22 10 00 ", " 22 10 10 ")), {KEY}) == UNVERIFIABLE


@pytest.mark.parametrize("further", [SIGNED, f"[GNUPG:] EXPKEYSIG {KEY[-16:]} x\n", "[GNUPG:] NODATA 4\n"])
def test_whatever_else_is_said_of_a_signature_takes_it_away(further: str) -> None:
    assert signature(said(SIGNED + further), {KEY}) == UNVERIFIABLE


def test_bad_is_bad_whatever_else_is_there() -> None:
    assert signature(said(SIGNED + f"[GNUPG:] BADSIG {KEY[-16:]} x\n"), {KEY}) == BAD
