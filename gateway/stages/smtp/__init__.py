"""The SMTP of the receiving side as pure functions: lines, paths, parameters, content, replies (RFC 5321)."""
