"""OpenPGP and CMS as bytes, without any key; the gate that ciphertext passes last."""
