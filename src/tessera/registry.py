"""The hand-kept list of what can be read and sealed; no logic lives here.

A new format or mechanism is one line here, beside its own folder (CONTRIBUTING).
"""

from __future__ import annotations

from tessera.formats.elm import FORMAT as ELM
from tessera.seals.jades import JADES
from tessera.seals.pades import PADES

FORMATS = (ELM,)
MECHANISMS = (JADES, PADES)
