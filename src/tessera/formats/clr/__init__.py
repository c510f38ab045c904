"""Comprehensive Learner Record 2.0: sealed credentials of one learner, collected by an issuer.

1. `compose` puts sealed credentials into a record. 2. `decode` reads whose record it is.
3. `check` judges the record; what is inside is judged for itself.

>>> from tessera.formats.clr import FORMAT
>>> FORMAT.recognises({"type": ["VerifiableCredential", "ClrCredential"]})
True
"""

from tessera.formats.clr.format import FORMAT

__all__ = ["FORMAT"]
