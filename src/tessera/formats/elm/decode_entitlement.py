"""Where the micro-credential leads, read back: larger credentials and other outcomes."""

from __future__ import annotations

from tessera.formats.elm import wire
from tessera.formats.elm.decode_parts import Notes, identifiers
from tessera.formats.elm.encode_specification import FALLBACK_TITLE, ROLE
from tessera.formats.elm.node import Node
from tessera.formats.elm.wire import Json
from tessera.formats.elm.writing import listed
from tessera.model import LearnerOutcome, StackTarget


class Entitlements:
    """The entitlement specifications of a description, sorted; the rest is residue."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.reader = node.reader
        self.targets: list[StackTarget] = []
        self.outcomes: list[LearnerOutcome] = []
        self._sort()

    def _sort(self) -> None:
        rest: list[Json] = []
        for value, path in self.node.items("entitlesTo"):
            view = self.node.resolve(value, path)
            if view is None:
                rest.append(value)
                continue
            node = Node(self.reader, *view, role="")
            status = node.view.get("entitlementStatus")
            id = status.get("id") if isinstance(status, dict) else status
            actual = id == wire.STATUS_ACTUAL
            if not actual and id != wire.STATUS_PROSPECTIVE:
                rest.append(value)
                continue
            known = wire.STATUS_ACTUAL if actual else wire.STATUS_PROSPECTIVE
            node.role = f"{ROLE}/entitlesTo/stack/{len(self.targets)}"
            if self._is_target(node):
                node.same("entitlementStatus", listed(known))
                taken = self._target(node, guaranteed=actual)
            else:
                node.role = f"{ROLE}/entitlesTo/outcome/{len(self.outcomes)}"
                node.same("entitlementStatus", listed(known))
                taken = self._outcome(node, is_actual=actual)
            if not taken:
                self.reader.forget(node.role)
                rest.append(value)
        self.node.left("entitlesTo", rest)

    def _is_target(self, node: Node) -> bool:
        for value, path in node.items("identifier"):
            view = node.resolve(value, path)
            if view is not None and view[0].get("schemeId") == f"{wire.KEYS}:stack-target":
                return True
        return False

    def _target(self, node: Node, *, guaranteed: bool) -> bool:
        title = node.text("title")
        uris: list[str] = []
        identifiers(node, {"stack-target": uris.append})
        notes = Notes(node)
        decided = notes.take("decided-by", f"{node.role}/decided")
        notes.close()
        node.same("dcType", listed(wire.ENTITLEMENT_LEARNING))
        node.close("LearningEntitlementSpecification")
        if title is None:
            return False
        uri = uris[0] if uris and uris[0] != "-" else None
        one = self.reader.attempt(
            lambda: StackTarget(title=title, uri=uri, guaranteed=guaranteed, decided_by=decided),
            node.path,
        )
        if one is not None:
            self.targets.append(one)
        return one is not None

    def _outcome(self, node: Node, *, is_actual: bool) -> bool:
        kind = node.concept("dcType")
        if kind is None:
            return False
        node.place(f"/micro_credential/learner_outcomes/{len(self.outcomes)}")
        statement = node.text("description")
        title = node.text("title")
        node.same("title", (kind.label or FALLBACK_TITLE).as_dict())
        if statement is None and title not in (None, kind.label, FALLBACK_TITLE):
            statement = title
            node.reader.keep(node.role, "~description", [None, title.as_dict()])
        node.close("LearningEntitlementSpecification")
        self.outcomes.append(LearnerOutcome(kind=kind, statement=statement, is_actual=is_actual))
        return True
