"""What gpg 2.4 does otherwise than 2.2, tried with its words: it need not be here."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.openpgp import GpgLimits
from gateway.adapters.openpgp.process import CappedGPG, Transcript, split_status
from gateway.adapters.openpgp.verdicts import UNKNOWN, opened_whole, signature

KEY = "945564A2160C462C8EA5977A5B54633770F37858"
SIGNED_BY_A_STRANGER = f"""\
[GNUPG:] ENC_TO 3931DACB447778FE 18 0
[GNUPG:] DECRYPTION_KEY {KEY} {KEY} u
[GNUPG:] BEGIN_DECRYPTION
[GNUPG:] DECRYPTION_INFO 2 9 0
[GNUPG:] PLAINTEXT 62 1796136665
[GNUPG:] PLAINTEXT_LENGTH 6
[GNUPG:] NEWSIG
[GNUPG:] ERRSIG {KEY[-16:]} 22 10 00 1796136665 9 {KEY}
[GNUPG:] NO_PUBKEY {KEY[-16:]}
[GNUPG:] DECRYPTION_OKAY
[GNUPG:] GOODMDC
[GNUPG:] END_DECRYPTION
"""


def transcript(last: str) -> Transcript:
    return Transcript(b"hello\n", split_status((SIGNED_BY_A_STRANGER + last).encode()), returncode=2)


def test_what_a_stranger_signed_is_whole_though_gpg_says_that_it_failed_on_its_way_out() -> None:
    said = transcript("[GNUPG:] FAILURE gpg-exit 33554433\n")
    assert opened_whole(said) == ""
    assert signature(said, ()) == UNKNOWN


def test_any_other_failure_makes_it_not_whole() -> None:
    for where in ("decrypt", "option-parser", "sign", "gpg-exit-not"):
        assert opened_whole(transcript(f"[GNUPG:] FAILURE {where} 33554433\n")) == "not_whole"
    assert opened_whole(transcript("[GNUPG:] FAILURE\n")) == "not_whole"


def test_each_gpg_refuses_user_ids_whose_self_signature_does_not_count() -> None:
    """Otherwise gpg 2.4 of Debian 13 takes a key that is bound by SHA-1 only; test_zoo.py shows it there."""
    assert "--no-allow-non-selfsigned-uid" in CappedGPG(Path("unused"), GpgLimits()).make_args(["--import"], False)
