"""Receive SMTP: two listeners, a session for each peer, and each message on disk before its 250.

Use: ``server = await serve(settings, tls, writer, clock, entropy=..., listeners=...)``, later ``await server.close()``.
"""

from gateway.adapters.host.tls_server import bind
from gateway.adapters.smtp_in.server import BoundSocket, SmtpServer, serve
from gateway.adapters.smtp_in.smtp_settings import ClearTextRefusal, SmtpLimits, SmtpSettings, SmtpTimes
from gateway.adapters.smtp_in.tls import CertificateFiles, TlsContexts

__all__ = [
    "CertificateFiles",
    "ClearTextRefusal",
    "BoundSocket",
    "SmtpLimits",
    "SmtpServer",
    "SmtpSettings",
    "SmtpTimes",
    "TlsContexts",
    "bind",
    "serve",
]
