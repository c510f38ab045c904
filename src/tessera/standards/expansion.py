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
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from tessera.errors import UnreadableError
from tessera.standards.contexts import ContextRefused, Contexts

RELATIVE = "x-relative-iri://document/"  # what a relative IRI begins with after expansion
MOST_CONTEXT_WORK = 500_000  # about the microseconds that processing contexts may take
# What PyLD lets through for some contexts that make no sense, instead of its own error.
_STUMBLES = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_OWN_CONTEXTS_KEPT = 256  # contexts that documents bring along
_SCOPED_KEPT = 1024  # contexts of terms and types, as they are in force somewhere
_NAMES_KEPT = 20_000  # words, each with the context it stands in
_Names = dict[tuple[str, str], Any]
_Scoped = dict[tuple[str, int, bool, bool], tuple[Any, Any]]


class CanonicalisationRefused(UnreadableError):
    """A document has no canonical form that everybody agrees about.

    reason: stable kebab-case code. member: the name of the member, as far as it is known.
    """

    code = "canonical"

    def __init__(self, message: str, *, reason: str, member: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.member = member


@dataclass(slots=True)
class _Current:
    """The object whose members are being expanded, and the context it stands in."""

    active_ctx: Any
    element: Any


class Expander:
    """Expansion with one registry; what contexts mean is worked out once and kept.

    Threads may share it: one document is expanded at a time.
    """

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._resolved = _Resolved()
        self._scoped: _Scoped = {}
        self._names: _Names = {}
        self._lock = threading.Lock()

    def expand(self, document: Any) -> list[Any]:
        """Return the expanded document (JSON-LD 1.1 API section 5); the document stays as it is.

        Relative IRIs begin with `RELATIVE` in the result, for the caller to refuse.
        Raises: ContextRefused, CanonicalisationRefused.
        """
        from pyld import jsonld

        processor_class, resolver_class = _classes()
        with self._lock:
            processor = processor_class(self._scoped, self._names)
            options = {
                "base": RELATIVE,
                "documentLoader": self._load,
                "contextResolver": resolver_class(self._resolved, self._load, self._contexts),
            }
            try:
                return processor.expand(document, options)  # type: ignore[no-any-return]
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


@cache
def _classes() -> tuple[Any, Any]:
    """Return our processor and our resolver; made late, since PyLD is loaded late."""
    from pyld.context_resolver import ContextResolver
    from pyld.jsonld import JsonLdProcessor

    class Processor(JsonLdProcessor):  # type: ignore[misc]
        """PyLD's processor that says what it drops, and counts the work of contexts."""

        def __init__(self, scoped: _Scoped, names: _Names) -> None:
            super().__init__(on_property_dropped=self._dropped)
            self._scoped, self._names = scoped, names
            self._work = 0
            self._current = _Current(None, {})

        def _expand(self, active_ctx: Any, active_property: Any, element: Any,
                    *more: Any, **named: Any) -> Any:  # fmt: skip
            made = super()._expand(active_ctx, active_property, element, *more, **named)
            if made is None and element is not None:
                _refuse_dropped(active_property, element)
            return made

        def _expand_object(self, active_ctx: Any, active_property: Any, expanded: Any,
                           element: Any, *more: Any, **named: Any) -> None:  # fmt: skip
            before, self._current = self._current, _Current(active_ctx, element)
            super()._expand_object(active_ctx, active_property, expanded, element, *more, **named)
            self._current = before

        def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any,
                             override_protected: bool = False, propagate: bool = True,
                             **more: Any) -> Any:  # fmt: skip
            """Work out the context of a term or type once for each context around it.

            PyLD would do so for every node. Those objects belong to contexts that are kept,
            so their identity stands for them; the memo keeps them alive.
            """
            around = active_ctx.get("_uuid")
            if around is None or more or (propagate and not override_protected):
                return super()._process_context(
                    active_ctx, local_ctx, options, override_protected, propagate, **more
                )
            key = (around, id(local_ctx), override_protected, propagate)
            found = self._scoped.get(key)
            if found is None or found[0] is not local_ctx:
                made = super()._process_context(
                    active_ctx, local_ctx, options, override_protected, propagate
                )
                if "_uuid" not in made:
                    made["_uuid"] = str(uuid.uuid4())
                if len(self._scoped) >= _SCOPED_KEPT:
                    self._scoped.clear()
                found = self._scoped[key] = (local_ctx, made)
            return found[1]

        def _expand_iri(self, active_ctx: Any, value: Any, base: Any = None,
                        vocab: bool = False, local_ctx: Any = None,
                        defined: Any = None) -> Any:  # fmt: skip
            """Remember what the words of a kept context mean; most members are such words."""
            around = active_ctx.get("_uuid") if vocab and base is None else None
            if around is None or local_ctx or type(value) is not str or len(value) > 100:
                return super()._expand_iri(active_ctx, value, base, vocab, local_ctx, defined)
            key = (around, value)
            if key not in self._names:
                if len(self._names) >= _NAMES_KEPT:
                    self._names.clear()
                self._names[key] = super()._expand_iri(active_ctx, value, vocab=True)
            return self._names[key]

        def _clone_active_context(self, active_ctx: Any) -> Any:
            self._count(1 + len(active_ctx["mappings"]) // 16)
            return super()._clone_active_context(active_ctx)

        def _create_term_definition(self, *given: Any, **named: Any) -> None:
            self._count(8)
            super()._create_term_definition(*given, **named)

        def _count(self, work: int) -> None:
            self._work += work
            if self._work > MOST_CONTEXT_WORK:
                raise CanonicalisationRefused(
                    "The contexts of the document make more work than any credential needs; it "
                    "was given up.",
                    reason="context-work",
                )

        def _dropped(self, expanded: str | None) -> None:
            now = self._current
            names = [
                key
                for key in now.element
                if self._expand_iri(now.active_ctx, key, vocab=True) == expanded
            ]
            _refuse_undefined(min(names, default=str(expanded)))

    class Resolver(ContextResolver):  # type: ignore[misc]
        """PyLD's resolver that lets no context in which could change the registry."""

        def __init__(self, shared_cache: Any, loader: Any, contexts: Contexts) -> None:
            super().__init__(shared_cache, loader)
            self._contexts = contexts

        def resolve(self, active_ctx: Any, context: Any, base: Any, cycles: Any = None) -> Any:
            for one in context if isinstance(context, list) else (context,):
                if isinstance(one, str):
                    self._contexts.document(one)
                elif isinstance(one, dict) and "@import" in one:
                    raise ContextRefused(
                        "A context of the document imports another one. That is not supported: "
                        "name both in @context.",
                        reason="import",
                        url=str(one["@import"])[:200],
                    )
            return super().resolve(active_ctx, context, base, cycles)

    return Processor, Resolver


def _refuse_undefined(name: str) -> None:
    raise CanonicalisationRefused(
        f"No context of the document defines the member {name[:80]!r}, so no signature would "
        "cover it.",
        reason="undefined-term",
        member=name[:200],
    )


def _refuse_dropped(name: Any, element: Any) -> None:
    where = f"The member {name[:80]!r}" if isinstance(name, str) else "The document"
    raise CanonicalisationRefused(
        f"{where} holds {_shown(element)}, which JSON-LD drops, so no signature would cover it.",
        reason="dropped-value",
        member=name[:200] if isinstance(name, str) else "",
    )


def _shown(element: Any) -> str:
    if isinstance(element, dict):
        return "an object with nothing but " + (", ".join(sorted(element)[:3]) or "braces")
    return f"the value {str(element)[:60]!r}"
