"""More sessions: each result of SPF, DKIM and DMARC by name, chains broken in other ways, names in other alphabets."""

from __future__ import annotations

from gateway.model.channel.assurance import ContentState
from gateway.model.kinds import Grade
from tests.adapters.channel_kit import PEER, TLS12
from tests.adapters.sessions import FORWARDER, HOMOGRAPH, KEYS, PASS_AAR, Session

TINY = (
    "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKnVYyTTF4VHFlPi8zYzkLk1t0ewmhFCjyUJ0S5JkSEp"
    "l9vVQHkVqXQdA3kLrCxmGJkpW5cTzNk0O9jhVQhW7nkCAwEAAQ=="
)
ZONE = f"""
neutral.gov.uk. TXT "v=spf1 ?all"
_dmarc.neutral.gov.uk. TXT "v=DMARC1; p=reject"
spfless.gov.uk. A {PEER}
_dmarc.spfless.gov.uk. TXT "v=DMARC1; p=reject"
spftwice.gov.uk. TXT "v=spf1 +all"
spftwice.gov.uk. TXT "v=spf1 -all"
_dmarc.spftwice.gov.uk. TXT "v=DMARC1; p=reject"
loop.gov.uk. TXT "v=spf1 include:loop.gov.uk ip4:{PEER} -all"
_dmarc.loop.gov.uk. TXT "v=DMARC1; p=reject"
everybody.gov.uk. TXT "v=spf1 +all"
_dmarc.everybody.gov.uk. TXT "v=DMARC1; p=reject"
small._domainkey.nhs.net. TXT {KEYS["small"].record()}
tiny._domainkey.nhs.net. TXT "{TINY}"
nokey._domainkey.nhs.net. TXT "not a key at all"
mailonly._domainkey.nhs.net. TXT {KEYS["rsa"].record("s=other; ")}
testflag._domainkey.nhs.net. TXT {KEYS["rsa"].record("t=y; ")}
sha1only._domainkey.nhs.net. TXT {KEYS["rsa"].record("h=sha1; ")}
inherits.council2.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.council2.gov.uk. TXT "v=DMARC1; p=none; sp=reject; np=reject"
council2.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
broken.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.broken.gov.uk. TXT "v=DMARC2; p=reject"
wide.gov.uk. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.wide.gov.uk. TXT "v=DMARC1; p=nonsense; rua=mailto:d@wide.gov.uk"
_dmarc.police.uk. TXT "v=DMARC1; p=reject; psd=y"
bare.police.uk. TXT "v=spf1 ip4:{PEER} -all"
trust.nhs.net. TXT "v=spf1 ip4:{PEER} -all"
xn--clinic-mnchen-3ob.example. TXT "v=spf1 ip4:{PEER} -all"
_dmarc.xn--clinic-mnchen-3ob.example. TXT "v=DMARC1; p=reject"
"""


S, C, N, U = Grade.SECURE, Grade.CLAIMED, Grade.NOT_SECURE, Grade.UNREADABLE
ELSEWHERE = "b@elsewhere.example"


def _from(domain: str) -> str:
    return f"Somebody <somebody@{domain}>"


def _locked(wrapper: str) -> ContentState:
    return ContentState(wrapper=wrapper, opened=False)


SPF = (
    Session("spf pass", S, ("dmarc_pass", "secure")),
    Session("spf fail", C, ("dmarc_fail",), peer=FORWARDER),
    Session("spf neutral", C, ("dmarc_fail",), author=_from("neutral.gov.uk")),
    Session("spf none", C, ("dmarc_fail",), author=_from("spfless.gov.uk"), never=("dmarc_none",)),
    Session("spf published twice is an error", C, ("dmarc_fail",), author=_from("spftwice.gov.uk")),
    Session("spf that includes itself is an error", C, ("dmarc_fail",), author=_from("loop.gov.uk")),
    Session("spf that lets everybody in is the domain's own word", S, ("dmarc_pass",), author=_from("everybody.gov.uk"),
        peer=FORWARDER),
    Session("spf by a peer that came as an IPv6 address", S, ("dmarc_pass",), peer="::ffff:" + PEER),
    Session("no peer address proves nothing", C, ("dmarc_fail",), peer=""),
)  # fmt: skip

DKIM = (
    Session("dkim with 1024 bits", S, ("dmarc_pass",), key="small", selector="small", reverse_path=ELSEWHERE),
    Session("dkim with a key record of 512 bits", C, ("dmarc_fail",), key="rsa", selector="tiny",
        reverse_path=ELSEWHERE),
    Session("dkim key record that is none", C, ("dmarc_fail",), key="rsa", selector="nokey", reverse_path=ELSEWHERE),
    Session("dkim key for another service", C, ("dmarc_fail",), key="rsa", selector="mailonly", reverse_path=ELSEWHERE),
    Session("dkim key for another hash", C, ("dmarc_fail",), key="rsa", selector="sha1only", reverse_path=ELSEWHERE),
    Session("dkim key that is only tested counts", S, ("dmarc_pass",), key="rsa", selector="testflag",
        reverse_path=ELSEWHERE),
    Session("dkim of the author beside a broken one", S, ("dmarc_pass",), key="rsa", reverse_path=ELSEWHERE,
        top="DKIM-Signature: v=1; a=rsa-sha256; d=clinic.example; s=s1; h=from; bh=x; b=y\r\n"),
    Session("dkim with a second From put on top", C, ("author_several_fields",), key="rsa", peer=FORWARDER,
        top="From: Other <nurse@nhs.net>\r\n"),
    Session("a field that only says signed", C, ("dmarc_fail",), peer=FORWARDER, top="DKIM-Signature: v=1\r\n"),
)  # fmt: skip

DMARC = (
    Session("sub-domain inherits from its organisation", S, ("dmarc_pass",), author=_from("inherits.council2.gov.uk")),
    Session("sub-domain that does not exist", C, ("dmarc_fail",), author=_from("nothing.council2.gov.uk"),
        reverse_path="x@clinic.example"),
    Session("relaxed between a sub-domain and its organisation", S, ("dmarc_pass",), author=_from("council2.gov.uk"),
        reverse_path="b@inherits.council2.gov.uk"),
    Session("dmarc record of another version is none", C, ("need_dmarc_pass",), author=_from("broken.gov.uk"),
        never=("secure",)),
    Session("dmarc with an unknown policy is p=none and passes", S, ("dmarc_pass",), author=_from("wide.gov.uk")),
    Session("no record of its own under a public suffix that has one", S, ("dmarc_pass",),
        author=_from("bare.police.uk")),
    Session("two forces under a public suffix are not one", C, ("dmarc_fail",), author=_from("bare.police.uk"),
        reverse_path="b@force.police.uk"),
    Session("a sub-domain of nhs.net is its own host", S, ("dmarc_pass",), author=_from("trust.nhs.net"), tls=TLS12),
)  # fmt: skip

ARC = (
    Session("chain whose newest seal says fail", C, ("arc_broken", "dmarc_fail"), peer=FORWARDER, cv="fail",
        seals=(("arc", "lists.example", PASS_AAR), ("arc", "lists.example", PASS_AAR)), reverse_path="l@lists.example"),
    Session("first seal that says pass", C, ("arc_broken",), peer=FORWARDER, cv="pass",
        seals=(("arc", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("chain without its results", C, ("arc_broken",), peer=FORWARDER, spoil="arc_results",
        seals=(("arc", "lists.example", PASS_AAR),), reverse_path="l@lists.example"),
    Session("chain without its first set", C, ("arc_broken",), peer=FORWARDER, spoil="arc_first",
        seals=(("arc", "lists.example", PASS_AAR), ("arc", "lists.example", PASS_AAR)), reverse_path="l@lists.example"),
    Session("good chain of three named sealers", S, ("arc_vouched",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("arc", "lists.example", PASS_AAR),) * 3),
    Session("unnamed after named", C, ("arc_not_counted",), peer=FORWARDER, reverse_path="l@lists.example",
        seals=(("arc", "lists.example", PASS_AAR), ("other", "stranger.example", PASS_AAR))),
    Session("a chain adds nothing to a proved author", S, ("secure", "dmarc_pass"),
        seals=(("other", "stranger.example", PASS_AAR),), never=("arc_vouched",)),
)  # fmt: skip

NAMES = (
    Session("capitals are the same domain", S, ("secure",), author="A Nurse <NURSE@NHS.NET>"),
    Session("a name in its own letters", N, ("not_listed", "dmarc_pass"), author=_from("clinic-m\u00fcnchen.example"),
        never=("look_alike",)),
    Session("full-width letters are not nhs.net", N, ("not_listed",), author=_from("\uff4e\uff48\uff53.example"),
        reverse_path="x@clinic.example", never=("secure", "dmarc_pass")),
    Session("a zero-width letter inside", C, ("dmarc_fail",), author=_from("nhs\u200b.net"),
        reverse_path="x@clinic.example", never=("secure", "dmarc_pass")),
    Session("right-to-left override in the name", N, (), author=_from("\u202eten.shn"), reverse_path="x@clinic.example",
        never=("secure", "dmarc_pass")),
    Session("homograph over no tls", N, ("look_alike", "tls_none"), author=_from(HOMOGRAPH), tls=None,
        reverse_path=f"b@{HOMOGRAPH}"),
    Session("a listed domain in a quoted local part", N, ("not_listed",), author='"a@nhs.net"@clinic.example',
        reverse_path="x@clinic.example"),
    Session("a listed domain behind a route", C, ("author_unreadable",), author="<@nhs.net:x@clinic.example>",
        reverse_path="x@clinic.example", never=("secure",)),
    Session("an address in brackets", N, ("author_unreadable",), author=f"x@[{PEER}]", reverse_path="x@clinic.example",
        never=("secure",)),
)  # fmt: skip

WRAPPERS = tuple(
    Session(f"locked: {wrapper}", U, (f"wrapper_{wrapper}", "wrapper_kept"), content=_locked(wrapper))
    for wrapper in (
        "cisco", "rpmsg", "zivver", "mimecast", "password_pdf", "password_office", "password_archive", "foreign_key",
    )
)  # fmt: skip

EDGES = (*SPF, *DKIM, *DMARC, *ARC, *NAMES, *WRAPPERS)
