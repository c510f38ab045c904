"""PyLD's processor and resolver, made to say what they would pass over in silence.

Imported late, by `tessera.standards.expansion` only, because it loads PyLD.
Source: as `tessera.standards.expansion`; PyLD 3.3.0 for what it passes over.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdProcessor

from tessera.standards.contexts import ContextRefused, Contexts
from tessera.standards.expansion import CanonicalisationRefused

MOST_CONTEXT_WORK = 500_000  # about the microseconds that processing contexts may take
_SCOPED_KEPT = 1024  # contexts of terms and types, as they are in force somewhere
_NAMES_KEPT = 20_000  # words, each with the context it stands in
Scoped = dict[tuple[str, int, bool, bool], tuple[Any, Any]]
Names = dict[tuple[str, str], Any]


@dataclass(slots=True)
class _Current:
    """The object whose members are being expanded, and the context it stands in."""

    active_ctx: Any
    element: Any


class Processor(JsonLdProcessor):  # type: ignore[misc]
    """PyLD's processor that says what it drops, and counts the work of contexts."""

    def __init__(self, scoped: Scoped, names: Names) -> None:
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
