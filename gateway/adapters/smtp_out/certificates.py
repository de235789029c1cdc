"""TLS contexts that verify, and the constant words for what went wrong with a certificate."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any

# X509_V_ERR_* of OpenSSL's x509_vfy.h. Any other failure is "certificate_refused".
_CODES = {
    2: "certificate_issuer",
    9: "certificate_not_yet_valid",
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_self_signed",
    20: "certificate_issuer",
    21: "certificate_issuer",
    62: "certificate_name",
    64: "certificate_name",
}


def verifying_context(ca_file: Path | None, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """Return a context that checks chain, time and name, TLS 1.2 or later. OSError if a file cannot be read.

    The same one as long as the files are: loading the system's authorities takes longer than sending a short mail.
    """
    files = (ca_file or _system_authorities(), certificate, key)
    found = tuple((path, *_looks(path)) for path in files if path is not None)
    return _made(ca_file, certificate, key, found)


def _looks(path: Path) -> tuple[int, int, int]:
    state = path.stat()
    return state.st_mtime_ns, state.st_size, state.st_ino


def _system_authorities() -> Path | None:
    paths = ssl.get_default_verify_paths()
    found = paths.cafile or paths.capath
    return Path(found) if found is not None else None


@lru_cache(maxsize=32)
def _made(
    ca_file: Path | None, certificate: Path | None, key: Path | None, _found: tuple[object, ...]
) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(str(certificate), str(key) if key else None)
    return context


def certificate_code(error: BaseException | None) -> str | None:
    """Return the word for a failed verification anywhere in a chain of causes; None if it was something else."""
    seen = 0
    while error is not None and seen < 8:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _CODES.get(error.verify_code, "certificate_refused")
        error = error.__cause__ or error.__context__
        seen += 1
    return None


def is_tls_failure(error: BaseException | None) -> bool:
    """Say whether TLS itself failed (no common version or cipher, a broken handshake)."""
    seen = 0
    while error is not None and seen < 8:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
        seen += 1
    return False


def unverified_context() -> ssl.SSLContext:
    """Return a context for DANE only: the session judges the chain before anything but EHLO is said."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def chain_of(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """Return what the server showed, DER, its own certificate first.

    Python 3.11 has the whole chain on the inner object only (public from 3.13). Without it, the certificate alone is
    judged: a DANE-TA record then matches nothing, and the message waits.
    """
    inner: Any = getattr(tls, "_sslobj", None)
    shown = inner.get_unverified_chain() if hasattr(inner, "get_unverified_chain") else None
    if shown:
        return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in shown)
    own = tls.getpeercert(binary_form=True)
    return (own,) if own else ()
