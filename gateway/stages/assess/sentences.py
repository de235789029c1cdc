"""Every reason that a grade can have, in the words a person reads. None contains anything of a message."""

from __future__ import annotations

from gateway.model.channel.assurance import Reason

SENTENCES: dict[str, str] = {
    # what the grade rests on
    "secure": (
        "It reached us over an encrypted connection, from a domain on the secure list, and the domain is proved."
    ),
    "opened_and_signed": "It was encrypted to our key and carries a good signature of an enrolled sender.",
    "opened_not_signed": (
        "It was encrypted to our key, so it could not be read on the way; who wrote it is not proved."
    ),
    "content_unauthenticated": (
        "The encryption that was used does not show whether the content was changed on the way (S/MIME with CBC)."
    ),
    "proved_transport_only": (
        "This is about the way the message came to us. It does not say how it is kept at the sender's, or who typed it."
    ),
    "tls_12": "The last hop to us was encrypted with TLS 1.2.",
    "tls_13": "The last hop to us was encrypted with TLS 1.3.",
    "tls_client_certificate": "The sending server showed a certificate that verified.",
    "dmarc_pass": "The author's domain is proved by an aligned DMARC pass.",
    "arc_vouched": "The author's domain is vouched for by a forwarder that this office has named.",
    "listed": "The author's domain is on the list of secure domains.",
    # what is missing
    "tls_none": "It crossed the last hop without encryption.",
    "tls_old": "The last hop was encrypted with a version older than TLS 1.2, which does not count.",
    "author_none": "It names no author.",
    "author_several_fields": "It has more than one From field, so no author can be relied on.",
    "author_several_addresses": "It names more than one author, so no domain is proved.",
    "author_unreadable": "The author's address cannot be read in one way only.",
    "dmarc_fail": "The author's domain is not proved: DMARC failed.",
    "dmarc_none": "The author's domain publishes no DMARC policy, so it cannot be proved.",
    "dmarc_temperror": "The author's domain could not be checked: DNS gave no answer, or a limit was reached.",
    "dmarc_permerror": "The author's domain cannot be proved: its published records are faulty.",
    "not_listed": "The author's domain is not on the list of secure domains.",
    "listed_confirm_locally": "The author's domain is on the list, but nobody here has confirmed it yet.",
    "listed_retired": "The author's domain is retired. Real mail no longer comes from it.",
    "listed_not_secure": "The author's domain is one that never counts as secure.",
    "list_stale": "The entry of the secure list is stale: it was checked too long ago to count.",
    "need_tls12": "The secure list asks for TLS 1.2 or newer from this domain, and that was not seen.",
    "need_tls13": "The secure list asks for TLS 1.3 from this domain, and that was not seen.",
    "need_dmarc_pass": "The secure list asks for a DMARC pass from this domain, and that was not seen.",
    "need_dmarc_enforced": "The secure list asks that this domain enforces DMARC, and it does not.",
    "need_dkim_aligned": "The secure list asks for an aligned DKIM signature from this domain, and there is none.",
    # what says secure without proof
    "claim_listed_domain": "It says it is from a domain on the secure list, and that is not all proved.",
    "claim_retired_domain": "It says it is from a retired secure domain. Treat it with suspicion.",
    "claim_subject": "The subject says that it is secure. Anybody can type that; it proves nothing on arrival.",
    "signed_in_clear": "An enrolled sender signed it, but it was not encrypted to our key.",
    # what makes it doubtful
    "signature_bad": "It carries a signature that does not verify.",
    "reply_to_differs": "Answers would go to another organisation than the one it is from.",
    "display_name_address": "The author's display name shows an address of another organisation.",
    "look_alike": "The author's domain looks like one on the secure list and is another. Treat it with suspicion.",
    "ignored_forged_results": "It arrived with check results under our own name. They were ignored.",
    "ignored_trust_header": "It carries header fields that call it safe. They were ignored.",
    "arc_not_counted": "A forwarder vouches for it, but this office has not named that forwarder.",
    "arc_broken": "The chain of forwarders that vouch for it is broken.",
    # what cannot be opened
    "wrapper_egress": "It is an Egress notice: the content is locked and must be opened by hand.",
    "wrapper_nhsmail": "It is an NHSmail encryption notice: the content is locked and must be opened by hand.",
    "wrapper_cisco": "It is a Cisco secure envelope: the content is locked and must be opened by hand.",
    "wrapper_rpmsg": "It is a Microsoft protected message: the content is locked and must be opened by hand.",
    "wrapper_zivver": "It is a Zivver notice: the content is locked and must be opened by hand.",
    "wrapper_mimecast": "It is a Mimecast secure message: the content is locked and must be opened by hand.",
    "wrapper_password_zip": "It holds an archive that is locked with a password.",
    "wrapper_password_pdf": "It holds a PDF that is locked with a password.",
    "wrapper_password_office": "It holds an Office document that is locked with a password.",
    "wrapper_password_archive": "It holds an archive that is locked with a password.",
    "wrapper_armour_in_text": "Its text holds a part encrypted with OpenPGP, which must be opened by hand.",
    "wrapper_foreign_key": "It is encrypted to a key that is not ours.",
    "locked_openpgp": "It is encrypted with OpenPGP and did not open with our key.",
    "locked_smime": "It is encrypted with S/MIME and did not open with our key.",
    "locked_unreadable": "It is encrypted in a way the gateway cannot open.",
    "wrapper_kept": "The message is kept whole for a person to open; the statutory clock is running.",
    # forms
    "form": "It came by our own form over HTTPS. That protects the way; it does not prove who filled it in.",
    "form_neighbour": (
        "It came by the page for another panel, over HTTPS. That it was opened shows that somebody had the link."
    ),
    "form_signed_in": "It came by our own form over HTTPS from somebody signed in to an account here.",
    "form_domain_proved": "The account's e-mail domain was proved when it was made.",
    "form_domain_not_proved": "The account's e-mail domain is not proved.",
}


def reason(code: str) -> Reason:
    """Return the reason with this code. An unknown wrapper is described in general words."""
    if code.startswith("wrapper_") and code not in SENTENCES:
        return Reason(code, "It is in an encrypted wrapper that the gateway cannot open.")
    return Reason(code, SENTENCES[code])
