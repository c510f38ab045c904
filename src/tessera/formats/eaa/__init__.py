"""The higher-education micro-credential of DC4EU: EDC on the W3C data model 1.1, with EBSI.

1. `FORMAT` is what the registry holds: recognise, encode, decode, check.
2. `shapes` and `tables` say once how a node is written and read, on the machinery of `vcdm`.
3. `check` holds a document against the pilot's own JSON Schemas.

>>> from tessera.formats.eaa import FORMAT
>>> FORMAT.recognises({"type": ["VerifiableAttestation", "EuropeanDigitalCredential"]})
True
"""

from tessera.formats.eaa.format import FORMAT

__all__ = ["FORMAT"]
