"""Open Badges 3.0: what backpacks and LinkedIn show, with the whole record for machines.

1. `encode` writes what every badge has (`identity`, `profile`, `alignments`, `narrative`), and
   the record in the words of `tessera.formats.vcdm` as an extension (`extension`).
2. `decode` reads it back; `foreign` reads the badges of others.
3. `check` judges by rules of our own (`classes`) and by the official JSON Schema.
4. `baking` puts a badge into a picture and takes it out.

>>> from tessera.formats.openbadges import FORMAT
>>> FORMAT.recognises({"type": ["VerifiableCredential", "OpenBadgeCredential"]})
True
"""

from tessera.formats.openbadges.format import FORMAT

__all__ = ["FORMAT"]
