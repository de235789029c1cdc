"""DMARC by RFC 9989, as a pure function over records that were fetched beforehand.

Ask DNS for every name of :func:`names_to_ask` for the author domain and for each authenticated domain, then call
:func:`evaluate`. A name that could not be asked is kept apart from one with no record: it leads to ``temperror``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.model.channel.assurance import Dmarc, DmarcPolicy

WALK_LABELS = 7  # RFC 9989 section 4.10: a longer name is cut to seven labels after the first query
MAX_RECORD = 4_096  # characters; a longer record is not read
# Names under which unrelated bodies register (Nominet's list), with or without a psd=y in their record. Otherwise the
# tree walk would end there, and any council could prove itself to be any other. Stricter than RFC 9989.
_REGISTRIES = frozenset(
    f"{name}.uk" for name in ["ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "plc", "police", "sch"]
)
_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")  # case-sensitive value, first tag, section 4.7
_TAG = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,30}")
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}:[^\s,;]{1,500}")


class Lookup(StrEnum):
    """What DNS said at one ``_dmarc`` name."""

    FOUND = "found"
    NONE = "none"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class TxtAnswer:
    """The TXT records at one name."""

    status: Lookup
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One valid DMARC Policy Record, RFC 9989 section 4.7."""

    p: DmarcPolicy | None  # None: no valid p=, treated as none (section 4.7) if there is a rua=, else no record
    sp: DmarcPolicy | None
    np: DmarcPolicy | None
    strict_spf: bool
    strict_dkim: bool
    psd: str  # "y", "n", "u"
    testing: bool
    reports: bool  # a rua= with at least one valid URI


def walk(domain: str) -> tuple[str, ...]:
    """Return the names of the DNS Tree Walk from ``domain`` upwards, RFC 9989 section 4.10. At most eight."""
    labels = domain.split(".")
    names = [domain]
    rest = labels[-WALK_LABELS:] if len(labels) > WALK_LABELS else labels[1:]
    while rest:
        names.append(".".join(rest))
        rest = rest[1:]
    return tuple(names)


def names_to_ask(domain: str) -> tuple[str, ...]:
    """Return the names at which to ask for TXT so that :func:`evaluate` can walk from ``domain``."""
    return tuple("_dmarc." + name for name in walk(domain))


def parse_record(text: str) -> DmarcRecord | None:
    """Read one TXT record; None if it is not a DMARC Policy Record. Unknown tags are ignored, section 4.7."""
    if len(text) > MAX_RECORD or not _VERSION.match(text):
        return None
    tags: dict[str, str] = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip().lower()
        if equals and _TAG.fullmatch(name):
            tags.setdefault(name, value.strip())
    p, sp, np = (_policy(tags.get(name)) for name in ("p", "sp", "np"))
    reports = any(_URI.fullmatch(uri.strip().partition("!")[0]) for uri in tags.get("rua", "").split(","))
    bad = p is None or any(name in tags and _policy(tags[name]) is None for name in ("sp", "np"))
    if bad and not reports:
        return None  # section 4.10.1: no valid p= and nowhere to report: no DMARC processing
    if bad:
        p, sp, np = DmarcPolicy.NONE, None, None
    psd = tags.get("psd", "u").lower()
    return DmarcRecord(
        p,
        sp,
        np,
        tags.get("aspf", "r").lower() == "s",
        tags.get("adkim", "r").lower() == "s",
        psd if psd in ("y", "n") else "u",
        tags.get("t", "n").lower() == "y",
        reports,
    )


def _policy(word: str | None) -> DmarcPolicy | None:
    return DmarcPolicy(word.lower()) if word is not None and word.lower() in set(DmarcPolicy) else None


@dataclass(frozen=True, slots=True)
class TreeWalk:
    """What a walk found: records by name, longest name first, and whether a name could not be asked."""

    start: str
    records: tuple[tuple[str, DmarcRecord], ...]
    temporary: bool

    @property
    def organizational_domain(self) -> str:
        """RFC 9989 section 4.10.2; the start itself if nothing decides it."""
        for name, record in self.records:
            if record.psd == "n":
                return name
            if record.psd == "y" and name != self.start:
                return ".".join(self.start.split(".")[-(name.count(".") + 2) :])
        return self.records[-1][0] if self.records else self.start


def tree_walk(domain: str, answers: Mapping[str, TxtAnswer]) -> TreeWalk:
    """Walk from ``domain`` upwards over the fetched answers, stopping at a psd=y or psd=n, section 4.10."""
    records: list[tuple[str, DmarcRecord]] = []
    for name in walk(domain):
        answer = answers.get("_dmarc." + name, TxtAnswer(Lookup.TEMPORARY))
        if answer.status is Lookup.TEMPORARY:
            return TreeWalk(domain, tuple(records), True)
        found = [text for text in answer.texts if _VERSION.match(text)]
        record = parse_record(found[0]) if len(found) == 1 else None  # several: all are discarded
        if record is not None:
            if record.psd == "u" and (name in _REGISTRIES or "." not in name):
                record = replace(record, psd="y")
            records.append((name, record))
            if record.psd in ("y", "n"):
                break
    return TreeWalk(domain, tuple(records), False)


def evaluate(
    author_domain: str,
    answers: Mapping[str, TxtAnswer],
    *,
    spf_domain: str | None,
    dkim_domains: tuple[str, ...],
    author_exists: bool = True,
    doubtful: bool = False,
) -> Dmarc:
    """Evaluate DMARC for one message.

    ``spf_domain`` is the domain that passed SPF (None: none did), ``dkim_domains`` the d= of valid signatures.
    ``author_exists`` is False where DNS said NXDOMAIN for the author domain (``np=``). ``doubtful``: SPF or a
    signature could not be checked because of a temporary fault, so a failure is not certain.
    """
    author = tree_walk(author_domain, answers)
    if author.temporary and not any(name == author_domain for name, _ in author.records):
        return Dmarc("temperror", author_domain)
    applies = _policy_record(author)
    if applies is None:
        return Dmarc("none", author_domain, organizational_domain=author.organizational_domain)
    place, record = applies
    spf, spf_doubt = _aligned(author, (spf_domain,) if spf_domain else (), record.strict_spf, answers)
    dkim, dkim_doubt = _aligned(author, dkim_domains, record.strict_dkim, answers)
    by = tuple(method for method, yes in (("spf", spf), ("dkim", dkim)) if yes)
    result = "pass" if by else "temperror" if doubtful or spf_doubt or dkim_doubt else "fail"
    return Dmarc(
        result,
        author_domain,
        place,
        None if author.temporary else author.organizational_domain,
        _asked_policy(place, record, author_domain, author_exists),
        record.testing,
        by,
    )


def _policy_record(author: TreeWalk) -> tuple[str, DmarcRecord] | None:
    """Choose the record that applies: author domain, organisational domain, public suffix; section 4.10.1."""
    by_name = dict(author.records)
    for name in (author.start, author.organizational_domain):
        if name in by_name:
            return name, by_name[name]
    public_suffix = [(name, record) for name, record in author.records if record.psd == "y"]
    return public_suffix[0] if public_suffix else None


def _asked_policy(place: str, record: DmarcRecord, author_domain: str, author_exists: bool) -> DmarcPolicy | None:
    if place == author_domain:
        return record.p
    if not author_exists:
        return record.np or record.sp or record.p
    return record.sp or record.p


def _aligned(
    author: TreeWalk, domains: tuple[str, ...], strict: bool, answers: Mapping[str, TxtAnswer]
) -> tuple[bool, bool]:
    """Say whether one of ``domains`` is aligned with the author domain, and whether that could not be determined.

    RFC 9989 section 4.4: the same domain, or under relaxed alignment the same organisational domain.
    """
    if author.start in domains:
        return True, False
    if strict or not domains:
        return False, False
    doubt = author.temporary
    for domain in domains:
        other = tree_walk(domain, answers)
        if other.temporary or author.temporary:
            doubt = True
        elif other.organizational_domain == author.organizational_domain:
            return True, False
    return False, doubt
