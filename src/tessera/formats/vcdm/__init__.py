"""W3C Verifiable Credentials Data Model 2.0 (reading also 1.1): the format every wallet knows.

1. `terms`, `shapes`, `groups`: how a node is written and read; `people` and `learning`: the
   tables of all members, which also make the JSON-LD context (`context`).
2. `encode`, `decode`, `residue`: the model, there and back.
3. `check`, `check_context`, `check_members`: the rules of the specification.
4. `presentation`: the credentials inside a presentation.

>>> from tessera.formats.vcdm import FORMAT
>>> FORMAT.recognises({"type": ["VerifiableCredential"]})
True
"""

from tessera.formats.vcdm.format import FORMAT

__all__ = ["FORMAT"]
