"""Is a document written so that whoever reads it as JSON sees all that is sealed?

A proof over RDF seals statements, not letters: the holder may write the same statements in
other JSON, and the signature still fits. A withdrawn credential whose `credentialStatus` is
written as an IRI, or below `@included`, would so hide from every reader of JSON that it can be
withdrawn. So only the compacted form counts, in the words of the contexts that readers know.

1. No keyword but `@context`, and those of a text that says its language.
2. No member whose name is an IRI; a context written into the document only adds words of
   vocabularies that no reader here knows, so it cannot rename what they look for.
3. No node written in pieces: no blank node with a name, none twice in one list, the
   document itself only once.

Source: W3C Verifiable Credentials Data Model 2.0 section 1.3 (a conforming document is in
compacted form); W3C VC Data Integrity 1.0 section 4.6 (context validation).
"""

from __future__ import annotations

from typing import Any

from tessera.report import Finding

_TEXT = frozenset({"@value", "@language", "@direction"})
_DEFINING = frozenset({"@id", "@type", "@container", "@protected"})
# Vocabularies that credentials are read in; what begins like them may be a reader's word.
_READ = ("http://www.w3.org/", "https://www.w3.org/", "http://w3id.org/", "https://w3id.org/",
         "http://schema.org/", "https://schema.org/", "http://purl.org/",
         "https://purl.imsglobal.org/", "http://data.europa.eu/", "https://data.europa.eu/",
         "http://publications.europa.eu/", OWN)  # fmt: skip


def hidden_in(document: Any) -> Finding | None:
    """Return the finding for a document that readers of JSON may not see whole; never raises."""
    if not isinstance(document, dict):
        return None
    why = _hidden(document, document.get("id"))
    if why is None:
        return None
    return Finding.indeterminate(
        "seal.not-compact",
        f"The seal covers more than people and programs would read here: {why}. It may have been "
        "written anew to hide that. Ask the issuer for the credential as it was issued.",
        source="W3C Verifiable Credentials Data Model 2.0 section 1.3; W3C Verifiable Credential "
        "Data Integrity 1.0 section 4.6",
    )


def _hidden(document: dict[str, Any], root: Any) -> str | None:
    """Return what is not in compacted form, in words; the first that is met."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            why = _in_list(node)
            waiting += node
        elif isinstance(node, dict):
            repeats = node is not document and root is not None and node.get("id") == root
            why = "it is described in several places" if repeats and len(node) > 1 else _in(node)
            waiting += (value for name, value in node.items() if name != "@context")
        else:
            continue
        if why is not None:
            return why
    return None


def _in(node: dict[str, Any]) -> str | None:
    # 1, 2
    if "@value" in node:
        has_language = len(node) > 1 and node.keys() <= _TEXT
        return None if has_language else "a value is written as an object"
    for name in node:
        if name == "@context":
            stated = node[name]
            several = stated if isinstance(stated, list) else [stated]
            if not all(isinstance(one, str) or _only_adds(one) for one in several):
                return "it brings a context of its own that can give things other names"
        elif name[:1] == "@":
            return f"it uses the keyword {name[:40]!r}"
        elif ":" in name:
            return f"it names a member by an address, {name[:80]!r}"
    # 3
    id = node.get("id")
    return "a part is written in pieces" if isinstance(id, str) and id[:2] == "_:" else None


def _in_list(values: list[Any]) -> str | None:
    ids = [one["id"] for one in values if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return "a part is written in pieces" if len(set(ids)) < len(ids) else None


def _only_adds(context: Any) -> bool:
    """Say whether a context of the document only defines words that no reader looks for."""
    if not isinstance(context, dict):
        return False
    definitions = {name: value for name, value in context.items() if name[:1] != "@"}
    return context.keys() <= {*definitions, "@protected", "@version"} and all(
        _is_foreign(one) for one in definitions.values()
    )


def _is_foreign(definition: Any) -> bool:
    if isinstance(definition, dict):
        if not definition.keys() <= _DEFINING:
            return False
        definition = definition.get("@id")
    return (
        isinstance(definition, str)
        and definition.startswith(("https://", "http://"))
        and not definition.startswith(_READ)
        and not any(one.startswith(definition) for one in _READ)
    )
