"""What our own authority issues verifies for its names, and for nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from gateway.adapters.keys.certificates import LIFETIME, issue, make_authority
from tests.adapters.channel_kit import NOW

AUTHORITY = make_authority("Test authority", NOW)
ISSUED = x509.load_pem_x509_certificate(issue(AUTHORITY, ("gw.example", "192.0.2.1"), NOW).certificate)


def verify(name: str, at: timedelta = timedelta(0), authority: x509.Certificate = AUTHORITY.certificate) -> None:
    verifier = PolicyBuilder().store(Store([authority])).time(NOW + at).build_server_verifier(x509.DNSName(name))
    verifier.verify(ISSUED, [])


def test_it_verifies_for_its_name_while_it_lasts() -> None:
    verify("gw.example")
    verify("gw.example", LIFETIME - timedelta(minutes=1))


def test_no_other_name_time_or_authority_verifies() -> None:
    for name, at in (("other.example", timedelta(0)), ("gw.example", LIFETIME + timedelta(minutes=1))):
        with pytest.raises(VerificationError):
            verify(name, at)
    with pytest.raises(VerificationError):
        verify("gw.example", authority=make_authority("Another", NOW).certificate)


def test_what_was_issued_signs_no_certificates() -> None:
    assert ISSUED.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    assert ISSUED.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is False
