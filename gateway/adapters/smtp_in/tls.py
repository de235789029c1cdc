"""TLS of the listeners: certificates that change at run time, and client certificates as evidence."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.adapters.host.tls_server import server_context


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where the server's certificate chain and key are (PEM).

    ``client_authorities``: a client may show a certificate of one of these; its subject is then evidence. A client
    that shows another one fails the handshake, so leave it None unless the peers that have one are known.
    """

    chain: Path
    key: Path
    client_authorities: Path | None = None


def make_context(files: CertificateFiles) -> ssl.SSLContext:
    """Build a server context. OSError or ssl.SSLError if the files are missing or do not belong together."""
    context = server_context(files.chain, files.key)
    context.options |= ssl.OP_NO_TICKET
    if files.client_authorities is not None:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(files.client_authorities)
    return context


def _for_pages(files: CertificateFiles) -> CertificateFiles:
    return replace(files, client_authorities=None)


class TlsContexts:
    """Provides the current context; loads new certificate files without a restart, and never half a pair."""

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files
        self._stamp = self._read_stamp()
        self._context = make_context(files)
        self._page = make_context(_for_pages(files))
        self._front = make_context(_for_pages(files))
        self._front.sni_callback = self._swap

    @property
    def current(self) -> ssl.SSLContext:
        return self._context

    @property
    def front(self) -> ssl.SSLContext:
        """A context for servers that keep the one they were given (the web): each handshake gets the current one.

        It asks for no client certificate, because a browser would prompt its user for one.
        """
        return self._front

    def _swap(self, handshake: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        handshake.context = self._page

    def reload(self) -> bool:
        """Load the files if they changed. False: they cannot be used (yet), and the old certificate stays."""
        try:
            stamp = self._read_stamp()
            if stamp == self._stamp:
                return True
            fresh, page = make_context(self._files), make_context(_for_pages(self._files))
        except (OSError, ssl.SSLError):  # a renewal has written one of two files: the next check finds both
            return False
        self._context, self._page, self._stamp = fresh, page, stamp
        return True

    def _read_stamp(self) -> tuple[tuple[int, int, int], ...]:
        paths = [self._files.chain, self._files.key, self._files.client_authorities]
        stats = [path.stat() for path in paths if path is not None]
        return tuple((stat.st_mtime_ns, stat.st_ino, stat.st_size) for stat in stats)
