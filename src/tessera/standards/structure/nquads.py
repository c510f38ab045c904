r"""N-Quads straight from the JSON-LD tree: the statements of a credential without expansion.

1. Build the node table (`table`), which already knows what each member means.
2. Write one line for each class and each value of each node; blank nodes get new labels
   in the order in which the document names them.

The statements are those that JSON-LD expansion makes (tests compare both after RDFC-1.0);
whatever could be read otherwise raises OutOfDomain, and the caller expands instead.
Literals are escaped as canonical N-Quads demand. Everything is in the default graph.

Source: JSON-LD 1.1 Processing Algorithms and API, section 8.1; RDF 1.1 N-Quads;
RDF Dataset Canonicalization (RDFC-1.0), section 5.

>>> from tessera.standards.structure.terms import CONTEXTS
>>> note = {"@context": list(CONTEXTS), "id": "urn:x", "noteLiteral": {"en": "A \"b\""}}
>>> print(nquads(note, "1.2.0"), end="")
<urn:x> <http://data.europa.eu/snb/model/elm/noteLiteral> "A \"b\""@en .
"""

from __future__ import annotations

import re
from typing import Any

from tessera.standards.structure.lexical import RDF, STRING
from tessera.standards.structure.table import Literal, Table
from tessera.standards.structure.terms import context

_TYPE = f"<{RDF}type>"
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
_SHORT = dict(zip('\b\t\n\f\r"\\', (r"\b", r"\t", r"\n", r"\f", r"\r", r"\"", r"\\"), strict=True))


def _escape(match: re.Match[str]) -> str:
    sign = match[0]
    return _SHORT.get(sign) or f"\\u{ord(sign):04X}"


def escaped(text: str) -> str:
    """Return the text of a literal as it stands between the quotation marks."""
    # Nothing that is escaped is printable but these two; pictures are long.
    if not text.isprintable() or '"' in text or "\\" in text:
        return _ESCAPED.sub(_escape, text)
    return text


def literal(value: Literal) -> str:
    """Write a literal as canonical N-Quads do; the datatype xsd:string is left out."""
    text = escaped(value.text)
    if value.language:
        return f'"{text}"@{value.language}'
    return f'"{text}"' if value.datatype == STRING else f'"{text}"^^<{value.datatype}>'


def nquads(document: Any, version: str) -> str:
    """Return the statements of a credential as N-Quads, in no order that means anything.

    document: parsed JSON, not changed. version: "1.1.0" (ELM 3.1) or "1.2.0" (ELM 3.2).
    Not checked: whether the credential conforms (`check`).
    Raises: OutOfDomain if only JSON-LD expansion can tell; UsageError for another version.
    """
    table = Table(context(version))
    table.read(document)
    blank: dict[str, str] = {}
    lines: list[str] = []
    for name, node in table.nodes.items():
        subject = _resource(name, blank)
        for kind in node.types:
            lines.append(f"{subject} {_TYPE} <{kind}> .\n")
        for path, values in node.values.items():
            start = f"{subject} <{path}> "
            for value in values:
                if isinstance(value, Literal):
                    lines.append(f"{start}{literal(value)} .\n")
                else:
                    lines.append(f"{start}{_resource(value, blank)} .\n")
    return "".join(lines)


def _resource(name: str, blank: dict[str, str]) -> str:
    """Write an IRI or a blank node, which gets the next label when it is first seen."""
    if name[0] != "_":
        return f"<{name}>"
    return blank.get(name) or blank.setdefault(name, f"_:b{len(blank)}")
