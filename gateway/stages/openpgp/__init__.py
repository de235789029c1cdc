"""OpenPGP and CMS as bytes, without any key; and the gate that ciphertext passes last."""
