"""OpenPGP through GnuPG: encrypted to the pinned key or not at all, opened whole or not at all."""

from gateway.adapters.openpgp.port import GnuPG
from gateway.adapters.openpgp.process import GpgLimits

__all__ = ["GnuPG", "GpgLimits"]
