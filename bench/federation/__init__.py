"""A federation on loopback: each panel a gateway with its own keys and store, real SMTP over TLS between them."""
