"""Does an ELM credential have the structure that the official shapes demand?

Answers from the JSON-LD tree, without making RDF and without the official files.

1. `accepts` says quickly that a document surely conforms, or that it does not know.
2. `check` lists every violation, as the official shapes would.
3. `nquads` writes the statements that JSON-LD expansion would make.
4. `OutOfDomain` means that only JSON-LD expansion and the shapes can tell.

>>> from tessera.standards.structure import accepts, check
>>> from tessera.standards.structure.terms import CONTEXTS
>>> document = {"@context": list(CONTEXTS), "type": "Note"}
>>> accepts(document, "1.2.0")
False
>>> [(result.component, result.path) for result in check(document, "1.2.0")]
[('MinCount', 'http://data.europa.eu/snb/model/elm/noteLiteral')]
"""

from tessera.standards.structure.accept import accepts
from tessera.standards.structure.check import VALUE_DROPPED, RawResult, check
from tessera.standards.structure.errors import OutOfDomain
from tessera.standards.structure.nquads import nquads
from tessera.standards.structure.terms import VERSIONS

__all__ = ["VALUE_DROPPED", "VERSIONS", "OutOfDomain", "RawResult", "accepts", "check", "nquads"]
