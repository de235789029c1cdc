"""Parse one mail object: bytes in; a Mail, or the reason why not, out. Pure; the adapter runs it in a child process."""

from gateway.stages.mime.mime_limits import MimeLimits
from gateway.stages.mime.parse import parse

__all__ = ["MimeLimits", "parse"]
