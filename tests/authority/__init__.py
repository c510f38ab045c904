"""A TEST public key infrastructure whose services really run, on loopback."""
