"""What gpg's status lines prove, read as a whole. One line alone proves nothing.

Source: GnuPG doc/DETAILS, "General status codes"; the traps are in docs/openpgp.md.
"""

from __future__ import annotations

from collections.abc import Collection

from gateway.adapters.openpgp.process import Status, Transcript
from gateway.model.ids import Fingerprint
from gateway.model.kinds import ContentSignature
from gateway.ports import SignatureVerdict

NO_SIGNATURE = SignatureVerdict(ContentSignature.NONE)
UNVERIFIABLE = SignatureVerdict(ContentSignature.UNVERIFIABLE)
BAD = SignatureVerdict(ContentSignature.BAD)
UNKNOWN = SignatureVerdict(ContentSignature.UNKNOWN)

_WEAK_DIGESTS = frozenset({"1", "2", "3"})  # MD5, SHA-1, RIPEMD-160: RFC 9580 section 9.5
_DOCUMENT_CLASSES = frozenset({"00", "01"})  # binary and text document signatures: RFC 4880 section 5.2.1
_NOT_GOOD = ("BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NODATA", "UNEXPECTED", "FAILURE")
_SIGNATURE_LINES = ("NEWSIG", "GOODSIG", "VALIDSIG", *_NOT_GOOD[:5])
_VALIDSIG_FIELDS = 10
# Each exactly once, in this order: the content came out of the one encrypted container and was whole.
_DECRYPTION_ORDER = ("BEGIN_DECRYPTION", "PLAINTEXT", "DECRYPTION_OKAY", "END_DECRYPTION")
_DECRYPTION_FAULTS = ("DECRYPTION_FAILED", "BADMDC")


def signature(transcript: Transcript, pinned: Collection[Fingerprint]) -> SignatureVerdict:
    """Judge the signature: good is exactly one block with GOODSIG and VALIDSIG by a pinned primary key."""
    if transcript.stopped:
        return UNVERIFIABLE
    if not any(transcript.count(keyword) for keyword in _SIGNATURE_LINES):
        return NO_SIGNATURE
    if transcript.count("BADSIG"):
        return BAD
    if _unknown_key(transcript):
        return UNKNOWN
    one_block = all(transcript.count(keyword) == 1 for keyword in ("NEWSIG", "GOODSIG", "VALIDSIG"))
    if not one_block or any(transcript.count(keyword) for keyword in _NOT_GOOD):
        return UNVERIFIABLE
    (valid,) = transcript.all("VALIDSIG")
    return _valid(valid, pinned)


def _unknown_key(transcript: Transcript) -> bool:
    """One signature only, by a key that is not in the key ring: ERRSIG with reason 9."""
    errors = transcript.all("ERRSIG")
    missing = [line for line in errors if len(line.fields) > 5 and line.fields[5] == "9"]
    return len(errors) == len(missing) == 1 and transcript.count("NEWSIG") == 1 and not transcript.count("GOODSIG")


def _valid(line: Status, pinned: Collection[Fingerprint]) -> SignatureVerdict:
    """Read VALIDSIG: key, date, time, expiry, version, reserved, key algorithm, digest, class, primary key."""
    if len(line.fields) < _VALIDSIG_FIELDS:
        return UNVERIFIABLE
    digest, kind, primary = line.fields[7], line.fields[8], Fingerprint(line.fields[9])
    if digest in _WEAK_DIGESTS or kind not in _DOCUMENT_CLASSES:
        return UNVERIFIABLE
    if primary not in pinned:
        return UNKNOWN
    return SignatureVerdict(ContentSignature.GOOD, primary)


def opened_whole(transcript: Transcript) -> str:
    """Return why a decryption does not count, as a code, or "" if every line agrees that it does."""
    if transcript.stopped:
        return {"time": "time", "output": "too_large", "status": "too_many_packets"}[transcript.stopped]
    if not transcript.count("DECRYPTION_KEY"):
        return "no_secret_key"
    if transcript.count("GOODMDC") != 1:
        return "no_integrity"
    # A session key for another receiver, which we cannot open, is no error; anything else is.
    errors = [line for line in transcript.all("ERROR") if line.fields[:1] != ("pkdecrypt_failed",)]
    # gpg 2.4 says of any status but 0 that it failed at "gpg-exit", as 2 is where only the signature is unknown.
    failures = [line for line in transcript.all("FAILURE") if line.fields[:1] != ("gpg-exit",)]
    if errors or failures or any(transcript.count(keyword) for keyword in _DECRYPTION_FAULTS):
        return "not_whole"
    order = tuple(line.keyword for line in transcript.lines if line.keyword in _DECRYPTION_ORDER)
    return "" if order == _DECRYPTION_ORDER and _all_of_it(transcript) else "not_whole"


def _all_of_it(transcript: Transcript) -> bool:
    """Say whether as much came out as gpg announced. Text ("74", "75") loses a byte for each line end."""
    (plaintext,) = transcript.all("PLAINTEXT")
    may_miss = 0 if plaintext.fields[:1] == ("62",) else transcript.data.count(b"\n")
    for line in transcript.all("PLAINTEXT_LENGTH"):
        announced = int(line.fields[0]) if line.fields and line.fields[0].isdigit() else -1
        if not 0 <= announced - len(transcript.data) <= may_miss:
            return False
    return True


def encrypted_whole(transcript: Transcript, own_keys: Collection[Fingerprint]) -> bool:
    """Say whether one message was signed by one of ``own_keys`` and encrypted, with nothing refused."""
    if transcript.stopped or transcript.returncode != 0 or not transcript.data:
        return False
    if any(transcript.count(keyword) for keyword in ("INV_RECP", "INV_SGNR", "NO_RECP", "FAILURE", "ERROR")):
        return False
    if any(transcript.count(keyword) != 1 for keyword in ("SIG_CREATED", "BEGIN_ENCRYPTION", "END_ENCRYPTION")):
        return False
    (created,) = transcript.all("SIG_CREATED")
    return len(created.fields) == 6 and created.fields[5] in own_keys
