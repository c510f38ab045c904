"""The European Learning Model 3.2 as EDC v3 credentials: the format Europass reads.

1. `FORMAT` is what the registry holds: recognise, encode, decode, check.
2. `encode`, `decode` and their parts map the model; `template` does it in bulk.
3. `lint`, `check` and `turtle` judge documents of others.

>>> from tessera.formats.elm import FORMAT
>>> FORMAT.recognises({"type": ["VerifiableCredential", "EuropeanDigitalCredential"]})
True
"""

from tessera.formats.elm.format import FORMAT

__all__ = ["FORMAT"]
