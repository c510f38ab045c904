"""The hand-kept list of what can be read and sealed; no logic lives here.

A new format or mechanism is one line here, beside its own folder (CONTRIBUTING).
"""

from __future__ import annotations

from tessera.formats.clr import FORMAT as CLR
from tessera.formats.eaa import FORMAT as EAA
from tessera.formats.elm import FORMAT as ELM
from tessera.formats.elmo import FORMAT as ELMO
from tessera.formats.imports import EDCI, EVIDENCE, OB2
from tessera.formats.openbadges import FORMAT as OB3
from tessera.formats.openid4vp import FORMAT as WALLET_RESPONSE
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

FORMATS: tuple[Format, ...] = (
    EAA, ELM, SD_JWT, OB3, CLR, ELMO, WALLET_RESPONSE, VC, OB2, EDCI, EVIDENCE,
)  # fmt: skip
MECHANISMS = (JADES, PADES)
PROOFS: tuple[ProofMechanism, ...] = (VCJOSE, SDJWT, DATA_INTEGRITY, VCCOSE)
# What is read and proves nothing by itself, whoever sealed the file around it (R122).
IMPORTS = (OB2, EDCI, EVIDENCE)
