"""The hand-kept list of what can be read and sealed; no logic lives here.

A new format or mechanism is one line here, beside its own folder (CONTRIBUTING).
"""

from __future__ import annotations

from tessera.formats.elm import FORMAT as ELM
from tessera.formats.protocol import Format
from tessera.formats.sdjwtvc import FORMAT as SD_JWT
from tessera.formats.vcdm import FORMAT as VC
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.jades import JADES
from tessera.seals.pades import PADES
from tessera.seals.protocol import ProofMechanism
from tessera.seals.sdjwt import SDJWT
from tessera.seals.vccose import VCCOSE
from tessera.seals.vcjose import VCJOSE

FORMATS: tuple[Format, ...] = (ELM, SD_JWT, VC)
MECHANISMS = (JADES, PADES)
PROOFS: tuple[ProofMechanism, ...] = (VCJOSE, SDJWT, DATA_INTEGRITY, VCCOSE)
