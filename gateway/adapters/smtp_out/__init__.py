"""Send SMTP: over verified TLS or not at all (RFC 5321, RFC 3207, RFC 8461, RFC 7672)."""

from gateway.adapters.smtp_out.next_hops import NextHops
from gateway.adapters.smtp_out.outbound_settings import DirectSettings, NextHopSettings, OutboundSettings, Security

__all__ = ["DirectSettings", "NextHopSettings", "NextHops", "OutboundSettings", "Security"]
