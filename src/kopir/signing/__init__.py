"""Keys, certificates, signatures, revocation and time stamps: bytes in, verdict out. No network, no protocol."""
