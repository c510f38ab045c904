"""SD-JWT VC: the form of a credential that a wallet of the EU holds.

1. `FORMAT` is what the registry holds; `encode` takes the full record as `companion`.
2. `DISCLOSABLE` says which claims the holder may withhold, for the seal.
3. `companion` finds the full record in a document, `agreement` compares both, `merged`
   puts the record in front.
4. `type_metadata` describes our extended type; `check_metadata` judges that of others.

>>> from tessera.formats.sdjwtvc import FORMAT
>>> FORMAT.recognises({"vct": "urn:eu.europa.ec.eudi:learning:credential:1"})
True
"""

from tessera.formats.sdjwtvc.agreement import agreement
from tessera.formats.sdjwtvc.claims import DIPLOMA_VCT, DISCLOSABLE, EXTENDED_VCT, VCT
from tessera.formats.sdjwtvc.decode import companion, merged
from tessera.formats.sdjwtvc.encode import Issuing
from tessera.formats.sdjwtvc.format import FORMAT
from tessera.formats.sdjwtvc.metadata import check_metadata, metadata_bytes, type_metadata

__all__ = [
    "DIPLOMA_VCT",
    "DISCLOSABLE",
    "EXTENDED_VCT",
    "FORMAT",
    "VCT",
    "Issuing",
    "agreement",
    "check_metadata",
    "companion",
    "merged",
    "metadata_bytes",
    "type_metadata",
]
