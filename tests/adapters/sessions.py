"""Sessions with the grade each must get: what came, over what, signed by whom, and why that is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.model.channel.arrival import Tls
from gateway.model.channel.assurance import ContentState
from gateway.model.kinds import ContentEncryption, ContentSignature, Grade
from tests.adapters.channel_kit import PEER, TLS12, TLS13, Key

KEYS = {
    "rsa": Key(),
    "ed": Key("ed25519"),
    "other": Key(),
    "small": Key(bits=1024),
    "arc": Key(),
}
KEYS["sha1"] = KEYS["rsa"].with_algorithm(b"rsa-sha1")
FORWARDER = "198.51.100.7"
IDN = "xn--nhs-gemeinde-dsb.example"  # an ordinary internationalised name
HOMOGRAPH = "nhs.n\u0435t"  # with a Cyrillic letter

ZONE = f"""
$ORIGIN nhs.net.
@ TXT "v=spf1 ip4:{PEER} -all"
@ A {PEER}
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@nhs.net"
s1._domainkey TXT {KEYS["rsa"].record()}
ed._domainkey TXT {KEYS["ed"].record()}
strict._domainkey TXT {KEYS["rsa"].record("t=s; ")}
gone._domainkey TXT "v=DKIM1; k=rsa; p="
two._domainkey TXT {KEYS["rsa"].record()}
two._domainkey TXT {KEYS["other"].record()}
wrong._domainkey TXT {KEYS["other"].record()}
sub TXT "v=spf1 ip4:{PEER} -all"
$ORIGIN .
accredited.nhs.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.accredited.nhs.uk. TXT "v=DMARC1; p=quarantine"
ordinary.nhs.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.ordinary.nhs.uk. TXT "v=DMARC1; p=reject"
council.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.council.gov.uk. TXT "v=DMARC1; p=reject; aspf=s; adkim=s"
s1._domainkey.council.gov.uk. TXT {KEYS["rsa"].record()}
mail.council.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
undmarced.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
testing.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.testing.gov.uk. TXT "v=DMARC1; p=reject; t=y"
watching.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.watching.gov.uk. TXT "v=DMARC1; p=none; rua=mailto:d@watching.gov.uk"
twice.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.twice.gov.uk. TXT "v=DMARC1; p=reject"
_dmarc.twice.gov.uk. TXT "v=DMARC1; p=none"
force.police.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.force.police.uk. TXT "v=DMARC1; p=reject"
solicitor.cjsm.net. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.cjsm.net. TXT "v=DMARC1; p=reject"
mod.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.mod.uk. TXT "v=DMARC1; p=reject"
parliament.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.parliament.uk. TXT "v=DMARC1; p=reject"
board.nhs.scot. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.board.nhs.scot. TXT "v=DMARC1; p=reject"
borough.gcsx.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.borough.gcsx.gov.uk. TXT "v=DMARC1; p=reject"
dept.gsi.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.dept.gsi.gov.uk. TXT "v=DMARC1; p=reject"
gmail.com. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.gmail.com. TXT "v=DMARC1; p=none; sp=quarantine"
clinic.example. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.clinic.example. TXT "v=DMARC1; p=reject"
s1._domainkey.clinic.example. TXT {KEYS["rsa"].record()}
my-bank.example. TXT "v=spf1 -all"
_dmarc.my-bank.example. TXT "v=DMARC1; p=reject"
nhs.net.example. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.nhs.net.example. TXT "v=DMARC1; p=reject"
evilnhs.net. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.evilnhs.net. TXT "v=DMARC1; p=reject"
nhs-net.example. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.nhs-net.example. TXT "v=DMARC1; p=reject"
evil-gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.evil-gov.uk. TXT "v=DMARC1; p=reject"
{HOMOGRAPH.encode("idna").decode()}. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.{HOMOGRAPH.encode("idna").decode()}. TXT "v=DMARC1; p=reject"
{IDN}. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.{IDN}. TXT "v=DMARC1; p=reject"
lists.example. TXT "v=spf1 ip4:{FORWARDER} -all"
_dmarc.lists.example. TXT "v=DMARC1; p=none"
s1._domainkey.lists.example. TXT {KEYS["arc"].record()}
s1._domainkey.stranger.example. TXT {KEYS["other"].record()}
softfail.gov.uk. TXT "v=spf1 ~all"
_dmarc.softfail.gov.uk. TXT "v=DMARC1; p=reject"
faulty.gov.uk. TXT "v=spf1 ipv4:{PEER} -all"
_dmarc.faulty.gov.uk. TXT "v=DMARC1; p=reject"
spfslow.gov.uk. TXT "v=spf1 include:slow.example -all"
_dmarc.spfslow.gov.uk. TXT "v=DMARC1; p=reject"
_dmarc.keyslow.gov.uk. TXT "v=DMARC1; p=reject"
;temporary slow.example
;temporary _dmarc.dmarcslow.gov.uk
;temporary s1._domainkey.keyslow.gov.uk
dmarcslow.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
"""


PLAIN = ContentState()


@dataclass(frozen=True, slots=True)
class Session:
    """One session. ``reasons`` must all be given; ``never`` must not be."""

    name: str
    grade: Grade
    reasons: tuple[str, ...]
    author: str = "A Nurse <nurse@nhs.net>"
    reverse_path: str | None = None  # None: as the author
    tls: Tls | None = TLS13
    peer: str = PEER
    helo: str = "mail.nhs.net"
    subject: str = "Form"
    extra: Mapping[str, str] = field(default_factory=dict)
    top: str = ""  # header lines put on top, unsigned
    key: str | None = None  # sign with this key
    domain: str = "nhs.net"  # d=
    selector: str = "s1"
    options: Mapping[str, object] = field(default_factory=dict)
    spoil: str = ""  # "body", "subject", "list", "arc", ...: changed after signing, see the test's build
    seals: tuple[tuple[str, str, str], ...] = ()  # (key, domain, results) each adds an ARC set
    cv: str = ""  # what the newest seal says of the chain before it; "" is the truth
    content: ContentState = PLAIN
    later: timedelta = timedelta(0)  # the list is this much older
    never: tuple[str, ...] = ()


S, C, N, U, E = Grade.SECURE, Grade.CLAIMED, Grade.NOT_SECURE, Grade.UNREADABLE, Grade.END_TO_END
PASS_AAR = "dmarc=pass header.from=nhs.net; spf=pass"
OPENPGP, SMIME = ContentEncryption.OPENPGP, ContentEncryption.SMIME
GOOD, BAD, UNKNOWN = ContentSignature.GOOD, ContentSignature.BAD, ContentSignature.UNKNOWN


def _from(domain: str) -> str:
    return f"Somebody <somebody@{domain}>"


TLS_SESSIONS = (
    Session("tls 1.3 with spf", S, ("secure", "tls_13", "dmarc_pass", "listed")),
    Session("tls 1.2 with spf", S, ("secure", "tls_12"), tls=TLS12),
    Session("tls 1.1", C, ("tls_old", "claim_listed_domain"), tls=Tls("TLSv1.1", "AES128-SHA")),
    Session("tls 1.0", C, ("tls_old",), tls=Tls("TLSv1", "AES128-SHA")),
    Session("ssl 3", C, ("tls_old",), tls=Tls("SSLv3", "RC4-SHA")),
    Session("a tls version nobody knows", C, ("tls_old",), tls=Tls("TLSv9", "x")),
    Session("no tls from a listed domain", C, ("tls_none", "claim_listed_domain"), tls=None),
    Session("no tls from an ordinary domain", N, ("tls_none", "not_listed"), author=_from("clinic.example"), tls=None),
    Session("client certificate", S, ("tls_client_certificate",), tls=Tls("TLSv1.3", "x", "CN=mail.nhs.net")),
    Session("client certificate is no author", C, ("dmarc_fail",), tls=Tls("TLSv1.3", "x", "CN=mail.nhs.net"),
        peer=FORWARDER),
)  # fmt: skip

AUTHENTICATION_SESSIONS = (
    Session("dkim alone", S, ("dmarc_pass",), key="rsa", reverse_path="b@elsewhere.example"),
    Session("dkim with ed25519", S, ("dmarc_pass",), key="ed", selector="ed", reverse_path="b@elsewhere.example"),
    Session("dkim through a forwarder", S, ("dmarc_pass",), key="rsa", peer=FORWARDER, reverse_path="b@lists.example"),
    Session("dkim with a null reverse-path", S, ("dmarc_pass",), key="rsa", reverse_path="",
        helo="x.elsewhere.example"),
    Session("spf by helo with a null reverse-path", S, ("dmarc_pass",), reverse_path="", helo="sub.nhs.net"),
    Session("dkim body changed", C, ("dmarc_fail", "need_dmarc_pass"), key="rsa", peer=FORWARDER, spoil="body"),
    Session("dkim subject changed", C, ("dmarc_fail",), key="rsa", peer=FORWARDER, spoil="subject"),
    Session("dkim by the wrong key", C, ("dmarc_fail",), key="rsa", selector="wrong", peer=FORWARDER),
    Session("dkim key revoked", C, ("dmarc_fail",), key="rsa", selector="gone", peer=FORWARDER),
    Session("dkim no key", C, ("dmarc_fail",), key="rsa", selector="nothing", peer=FORWARDER),
    Session("dkim two key records", C, ("dmarc_fail",), key="rsa", selector="two", peer=FORWARDER),
    Session("dkim key type is not that of the algorithm", C, ("dmarc_fail",), key="rsa", selector="ed", peer=FORWARDER),
    Session("dkim sha1", C, ("dmarc_fail",), key="sha1", peer=FORWARDER),
    Session("dkim signs part of the body", C, ("dmarc_fail",), key="rsa", options={"length": True}, peer=FORWARDER),
    Session("dkim of another domain", C, ("dmarc_fail",), key="rsa", domain="clinic.example", peer=FORWARDER),
    Session("spf softfail", C, ("dmarc_fail",), author=_from("softfail.gov.uk")),
    Session("spf record faulty", C, ("dmarc_fail",), author=_from("faulty.gov.uk")),
    Session("spf without an answer is a doubt", C, ("dmarc_temperror",), author=_from("spfslow.gov.uk"),
        never=("dmarc_fail", "dmarc_none")),
    Session("dkim key without an answer is a doubt", C, ("dmarc_temperror",), author=_from("keyslow.gov.uk"), key="rsa",
        domain="keyslow.gov.uk", never=("dmarc_fail",)),
    Session("dmarc without an answer is a doubt", C, ("dmarc_temperror",), author=_from("dmarcslow.gov.uk"),
        never=("dmarc_none",)),
    Session("dmarc published twice is none", C, ("dmarc_none",), author=_from("twice.gov.uk")),
    Session("no dmarc on a listed domain", C, ("dmarc_none",), author=_from("undmarced.gov.uk")),
    Session("dmarc p=none passes", S, ("dmarc_pass",), author=_from("watching.gov.uk")),
    Session("dmarc t=y passes", S, ("dmarc_pass",), author=_from("testing.gov.uk")),
    Session("forged from of a name with a hyphen", N, ("dmarc_fail",), author=_from("my-bank.example"),
        never=("dmarc_none",)),
)  # fmt: skip

ALIGNMENT_SESSIONS = (
    Session("relaxed spf of a sub-domain", S, ("dmarc_pass",), reverse_path="b@sub.nhs.net"),
    Session("sub-domain author under its organisation", S, ("dmarc_pass",), author=_from("sub.nhs.net"),
        reverse_path="b@nhs.net"),
    Session("strict spf of a sub-domain", C, ("dmarc_fail",), author=_from("council.gov.uk"),
        reverse_path="b@mail.council.gov.uk"),
    Session("strict spf of the same domain", S, ("dmarc_pass",), author=_from("council.gov.uk")),
    Session("strict dkim of the same domain", S, ("dmarc_pass",), author=_from("council.gov.uk"), key="rsa",
        domain="council.gov.uk", peer=FORWARDER),
    Session("spf pass of a stranger is not alignment", C, ("dmarc_fail",), reverse_path="b@clinic.example"),
    Session("dkim t=s with i= below d=", C, ("dmarc_fail",), key="rsa", selector="strict", peer=FORWARDER,
        options={"identity": b"x@sub.nhs.net"}),
    Session("dkim t=s with i= of d=", S, ("dmarc_pass",), key="rsa", selector="strict", peer=FORWARDER),
    Session("two departments under gov.uk are not one", C, ("dmarc_fail",), author=_from("testing.gov.uk"),
        reverse_path="b@watching.gov.uk"),
)  # fmt: skip

LIST_SESSIONS = (
    Session("accredited nhs.uk host", S, ("secure", "listed"), author=_from("accredited.nhs.uk")),
    Session("ordinary nhs.uk host", N, ("not_listed", "dmarc_pass"), author=_from("ordinary.nhs.uk")),
    Session("council", S, ("listed",), author=_from("council.gov.uk")),
    Session("police", S, ("listed",), author=_from("force.police.uk")),
    Session("criminal justice mail", S, ("listed",), author=_from("solicitor.cjsm.net")),
    Session("defence", S, ("listed",), author=_from("mod.uk")),
    Session("parliament", S, ("listed",), author=_from("parliament.uk")),
    Session("to be confirmed locally", N, ("listed_confirm_locally",), author=_from("board.nhs.scot")),
    Session("retired gcsx", C, ("claim_retired_domain", "listed_retired"), author=_from("borough.gcsx.gov.uk")),
    Session("retired gsi", C, ("claim_retired_domain",), author=_from("dept.gsi.gov.uk")),
    Session("free mail", N, ("listed_not_secure", "dmarc_pass"), author=_from("gmail.com")),
    Session("not on the list", N, ("not_listed", "dmarc_pass"), author=_from("clinic.example")),
    Session("list older than its limit", C, ("list_stale",), later=timedelta(days=400), never=("secure",)),
    Session("accredited host on an old list", C, ("list_stale",), author=_from("accredited.nhs.uk"),
        later=timedelta(days=120)),
    Session("list within its limit", S, ("secure",), later=timedelta(days=300)),
    Session("a check dated in the future is no check", C, ("list_stale",), later=timedelta(days=-60)),
)  # fmt: skip

LOOKALIKE_SESSIONS = (
    Session("listed name with a tail", N, ("look_alike", "not_listed"), author=_from("nhs.net.example")),
    Session("listed name as an ending", N, ("look_alike", "not_listed"), author=_from("evilnhs.net")),
    Session("hyphen for a dot", N, ("look_alike",), author=_from("nhs-net.example")),
    Session("ending of gov.uk", N, ("not_listed",), author=_from("evil-gov.uk")),
    Session("homograph", N, ("look_alike", "not_listed"), author=_from(HOMOGRAPH), reverse_path=f"b@{HOMOGRAPH}"),
    Session("homograph as an A-label", N, ("look_alike",), author=_from(HOMOGRAPH.encode("idna").decode())),
    Session("an honest IDN", N, ("not_listed", "dmarc_pass"), author=_from(IDN), never=("look_alike",)),
    Session("listed address as the display name", N, ("display_name_address", "not_listed"),
        author='"nurse@nhs.net" <somebody@clinic.example>'),
    Session("listed address in the display name of a listed author", C, ("display_name_address",),
        author='"chief@council.gov.uk" <nurse@nhs.net>'),
    Session("answers go elsewhere", C, ("reply_to_differs",), extra={"Reply-To": "nurse@gmail.com"}),
    Session("answers go to the same organisation", S, ("secure",), extra={"Reply-To": "team@sub.nhs.net"}),
    Session("two From fields", C, ("author_several_fields", "claim_listed_domain"), top="From: x@clinic.example\r\n"),
    Session("two addresses", C, ("author_several_addresses",), author="nurse@nhs.net, other@nhs.net"),
    Session("a group", C, ("author_several_addresses",), author="Team: nurse@nhs.net;"),
    Session("address in a comment", N, ("not_listed",), author="(nurse@nhs.net) somebody@clinic.example"),
    Session("no author", N, ("author_none",), author="", reverse_path="nurse@nhs.net"),
    Session("two angle addresses", C, ("author_several_addresses",), author="<nurse@nhs.net><x@clinic.example>"),
    Session("an unclosed quote", C, ("author_unreadable",), author='"A <nurse@nhs.net>', reverse_path="nurse@nhs.net"),
)  # fmt: skip

CLAIM_SESSIONS = (
    Session("[secure] typed by anybody", C, ("claim_subject", "not_listed"), author=_from("clinic.example"),
        subject="[SECURE] form"),
    Session("[encrypt] typed by anybody", C, ("claim_subject",), author=_from("gmail.com"),
        subject="Re: [encrypt] form"),
    Session("[secure] adds nothing to what is proved", S, ("secure",), subject="[secure] form"),
    Session("the word secure alone claims nothing", N, ("not_listed",), author=_from("clinic.example"),
        subject="A secure place for the meeting", never=("claim_subject",)),
    Session("forged results under our name", C, ("ignored_forged_results", "dmarc_fail"), peer=FORWARDER,
        top="Authentication-Results: gateway.example; dmarc=pass header.from=nhs.net\r\n"),
    Session("forged results under our name in capitals", N, ("ignored_forged_results",), author=_from("clinic.example"),
        peer=FORWARDER, top="Authentication-Results: (x) GATEWAY.example 1; dmarc=pass\r\n"),
    Session("results of somebody else", C, ("dmarc_fail",), peer=FORWARDER,
        top="Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=nhs.net\r\n",
        never=("ignored_forged_results",)),
    Session("x- headers", N, ("ignored_trust_header",), author=_from("clinic.example"),
        top="X-Secure: yes\r\nX-MS-Exchange-Organization-AuthAs: Internal\r\n"),
    Session("forged received lines", C, ("tls_none",), tls=None,
        top="Received: from mail.nhs.net by gateway.example with ESMTPS (TLSv1.3 cipher x)\r\n"),
)  # fmt: skip

ARC_SESSIONS = (
    Session("named sealer vouches", S, ("arc_vouched", "secure"), key="rsa", peer=FORWARDER, spoil="list",
        seals=(("arc", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("unnamed sealer vouches", C, ("arc_not_counted", "dmarc_fail"), key="rsa", peer=FORWARDER, spoil="list",
        seals=(("other", "stranger.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("named after unnamed", C, ("arc_not_counted",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("other", "stranger.example", PASS_AAR), ("arc", "lists.example", PASS_AAR))),
    Session("named twice", S, ("arc_vouched",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("arc", "lists.example", PASS_AAR), ("arc", "lists.example", PASS_AAR))),
    Session("chain broken by a change", C, ("arc_broken", "dmarc_fail"), peer=FORWARDER, spoil="arc",
        seals=(("arc", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("sealed with a stolen name", C, ("arc_broken",), peer=FORWARDER,
        seals=(("other", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("named sealer saw a failure", C, ("arc_not_counted",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("arc", "lists.example", "dmarc=fail header.from=nhs.net"),)),
    Session("named sealer saw another author", C, ("arc_not_counted",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("arc", "lists.example", "dmarc=pass header.from=clinic.example"),)),
    Session("named sealer over no tls", C, ("arc_vouched", "tls_none"), peer=FORWARDER, tls=None,
        seals=(("arc", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
)  # fmt: skip

CONTENT_SESSIONS = (
    Session("opened and signed by an enrolled sender", E, ("opened_and_signed",), tls=None,
        author=_from("clinic.example"), content=ContentState(OPENPGP, True, GOOD, "oxfordshire")),
    Session("opened, signed by a key not enrolled", C, ("opened_not_signed",), author=_from("clinic.example"),
        content=ContentState(OPENPGP, True, UNKNOWN)),
    Session("opened, not signed", C, ("opened_not_signed",), author=_from("gmail.com"), content=ContentState(OPENPGP)),
    Session("opened, not signed, proved way", S, ("secure",), content=ContentState(OPENPGP)),
    Session("good signature without a signer is nobody's", C, ("opened_not_signed",), author=_from("clinic.example"),
        content=ContentState(OPENPGP, True, GOOD, None)),
    Session("bad signature", C, ("signature_bad",), content=ContentState(signature=BAD)),
    Session("bad signature inside", C, ("signature_bad",), content=ContentState(OPENPGP, True, BAD, "oxfordshire")),
    Session("enrolled signature in clear", C, ("signed_in_clear",), author=_from("clinic.example"),
        content=ContentState(signature=GOOD, signer="oxfordshire")),
    Session("openpgp for another key", U, ("locked_openpgp", "wrapper_kept"), content=ContentState(OPENPGP, False)),
    Session("s/mime for another key", U, ("locked_smime", "wrapper_kept"), content=ContentState(SMIME, False)),
    Session("egress", U, ("wrapper_egress", "wrapper_kept"), content=ContentState(wrapper="egress", opened=False)),
    Session("nhsmail notice", U, ("wrapper_nhsmail",), content=ContentState(wrapper="nhsmail", opened=False)),
    Session("password zip", U, ("wrapper_password_zip",), content=ContentState(wrapper="password_zip", opened=False)),
    Session("a wrapper nobody has named yet", U, ("wrapper_newthing",), content=ContentState(wrapper="newthing")),
)  # fmt: skip

SESSIONS = (
    *TLS_SESSIONS,
    *AUTHENTICATION_SESSIONS,
    *ALIGNMENT_SESSIONS,
    *LIST_SESSIONS,
    *LOOKALIKE_SESSIONS,
    *CLAIM_SESSIONS,
    *ARC_SESSIONS,
    *CONTENT_SESSIONS,
)
