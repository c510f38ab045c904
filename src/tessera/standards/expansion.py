"""JSON-LD expansion in safe mode: what cannot be signed is refused with its name.

A signature over statements covers only what becomes a statement. So nothing may get lost
on the way: an undefined member, a value that JSON-LD drops and a relative IRI are refused
where other processors would go on without a word. PyLD expands; this module

1. hands it contexts from the registry only, and keeps what it resolved for all callers,
2. stops it when it drops something, and when contexts make too much work,
3. refuses what in a context of the document itself would change the registry (`@import`).

Source: JSON-LD 1.1 Processing Algorithms and API sections 4, 5 and 8; Verifiable
Credential Data Integrity 1.0 section 2.4.2 (dropped terms); `safe` of jsonld.js.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.standards.contexts import ContextRefused, Contexts

if TYPE_CHECKING:
    from tessera.standards.processor import Names, Scoped

RELATIVE = "x-relative-iri://document/"  # what a relative IRI begins with after expansion
# What PyLD lets through for some contexts that make no sense, instead of its own error.
_STUMBLES = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_OWN_CONTEXTS_KEPT = 256  # contexts that documents bring along


class CanonicalisationRefused(UnreadableError):
    """A document has no canonical form that everybody agrees about.

    reason: stable kebab-case code. member: the name of the member, as far as it is known.
    """

    code = "canonical"

    def __init__(self, message: str, *, reason: str, member: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.member = member


class Expander:
    """Expansion with one registry; what contexts mean is worked out once and kept.

    Threads may share it: one document is expanded at a time.
    """

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._resolved = _Resolved()
        self._scoped: Scoped = {}
        self._names: Names = {}
        self._lock = threading.Lock()

    def expand(self, document: Any) -> list[Any]:
        """Return the expanded document (JSON-LD 1.1 API section 5); the document stays as it is.

        Relative IRIs begin with `RELATIVE` in the result, for the caller to refuse.
        Raises: ContextRefused, CanonicalisationRefused.
        """
        jsonld, processor = _pyld()
        with self._lock:
            expanding = processor.Processor(self._scoped, self._names)
            options = {
                "base": RELATIVE,
                "documentLoader": self._load,
                "contextResolver": processor.Resolver(self._resolved, self._load, self._contexts),
            }
            try:
                return expanding.expand(document, options)  # type: ignore[no-any-return]
            except jsonld.JsonLdError as error:
                raise _refusal(error) from error
            except _STUMBLES as error:
                raise CanonicalisationRefused(
                    "The document is not JSON-LD that can be expanded; its contexts are at fault.",
                    reason="json-ld",
                ) from error
            except RecursionError as error:
                raise CanonicalisationRefused(
                    "The contexts of the document refer to each other without end.",
                    reason="context-depth",
                ) from error

    def _load(self, url: str, _options: Any) -> dict[str, Any]:
        """Serve PyLD a copy of a context; it may change what it gets."""
        import copy

        document = copy.deepcopy(dict(self._contexts.document(url)))
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}


def _pyld() -> tuple[Any, Any]:
    """Return PyLD and what is built on it. Raises: CanonicalisationRefused without the extra."""
    try:
        from pyld import jsonld

        from tessera.standards import processor
    except ImportError as error:
        raise CanonicalisationRefused(
            "Canonical forms of JSON-LD need the extra: install tessera[vc].",
            reason="not-installed",
        ) from error
    return jsonld, processor


@lru_cache(maxsize=16)
def expander(contexts: Contexts) -> Expander:
    """Return the one expander of a registry."""
    return Expander(contexts)


class _Resolved:
    """What PyLD keeps of resolved contexts: those of the registry for good, others for a while."""

    def __init__(self) -> None:
        self._registry: dict[str, Any] = {}
        self._own: OrderedDict[str, Any] = OrderedDict()

    def get(self, key: str) -> Any:
        if not key.startswith("{"):
            return self._registry.get(key)
        found = self._own.get(key)
        if found is not None:
            self._own.move_to_end(key)
        return found

    def __setitem__(self, key: str, value: Any) -> None:
        if not key.startswith("{"):
            self._registry[key] = value
            return
        self._own[key] = value
        if len(self._own) > _OWN_CONTEXTS_KEPT:
            self._own.popitem(last=False)


def _refusal(error: Any) -> UnreadableError | ContextRefused:
    """Find our own refusal behind an error of PyLD, or put the error into a sentence."""
    for cause in _causes(error):
        if isinstance(cause, (ContextRefused, CanonicalisationRefused)):
            return cause
    said = str(error.args[0]).removeprefix("Invalid JSON-LD syntax; ").rstrip(".")
    deepest = list(_causes(error))[-1]
    if deepest is not error and deepest.args:
        said = str(deepest.args[0]).removeprefix("Invalid JSON-LD syntax; ").rstrip(".")
    details = getattr(deepest, "details", None) or {}
    member = details.get("term") if isinstance(details, dict) else None
    named = f" (member {member!r})" if isinstance(member, str) else ""
    return CanonicalisationRefused(
        f"The document is not JSON-LD that can be expanded: {said[:200]}{named}.",
        reason=str(getattr(deepest, "code", None) or "json-ld").replace(" ", "-"),
        member=member if isinstance(member, str) else "",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
