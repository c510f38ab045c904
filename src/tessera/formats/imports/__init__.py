"""What is read and never written: older credentials, and files that prove nothing by themselves.

1. `OB2`: Open Badges 2.0 assertions. A hosted badge is vouched for by its web address alone.
2. `EDCI`: Europass credentials of the first generation (ELM 1), XML.
3. `EVIDENCE`: a PDF, a picture, an unsigned JSON record that a holder brings.

None of them claims more than it knows: a hashed recipient is no learner, a badge named by an
address has no title, a picture has no record. `is_import` tells the verifier so.

>>> from tessera.formats.imports import EVIDENCE, OB2
>>> OB2.is_import, EVIDENCE.recognises(b"%PDF-1.7")
(True, True)
"""

from tessera.formats.imports.edci import EDCI
from tessera.formats.imports.evidence import EVIDENCE
from tessera.formats.imports.ob2 import OB2

__all__ = ["EDCI", "EVIDENCE", "OB2"]
