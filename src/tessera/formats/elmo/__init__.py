"""EMREX ELMO: the XML that student information systems exchange (1.7; 2.0 is read too).

1. `FORMAT` is what the registry holds; a document of this format is the bytes of its XML.
2. `encode` writes one report with one learning opportunity; with `attachment` the sealed
   file travels along as an attachment of the type "Micro Credential".
3. `decode` reads the first opportunity of the first report; the rest is kept as it was.

>>> from tessera.formats.elmo import FORMAT
>>> FORMAT.recognises(b'<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1"/>')
True
"""

from tessera.formats.elmo.format import FORMAT

__all__ = ["FORMAT"]
