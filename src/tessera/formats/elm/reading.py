"""What the decoder remembers of one document: findings, places and residue.

Every JSON value is accepted. What is no right value becomes a finding and is left
out of the model, but never lost: what was not read goes by role into the residue
(see `writing`), from where the encoder puts it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from tessera.errors import ModelError
from tessera.formats.elm.objects import KEYWORDS, objects_by_id, strings_in
from tessera.formats.elm.wire import Json, JsonObject
from tessera.report import Finding

T = TypeVar("T")
MOST_FINDINGS = 1_000


class Reader:
    """What the nodes of one document share: ids, findings, places and residue."""

    def __init__(self, root: Mapping[str, Json], path: str, whole: Json) -> None:
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}
        self.residue: dict[str, JsonObject] = {}
        self.wire_ids: dict[str, str] = {}  # role → id as it was
        self.objects = objects_by_id(whole)
        self.root = root
        self.path = path
        self.award_id = ""
        self.concepts: set[str] = set()  # roles of those already read

    def remark(self, what: str, message: str, path: str) -> None:
        """Note an imperfection; it is for the schema step to decide whether it counts."""
        finding = Finding.indeterminate(
            f"elm.decode.{what}", message, path=path, advice=True, source="house rule"
        )
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def attempt(self, build: Callable[[], T], path: str) -> T | None:
        """Build a model value; what the model refuses becomes a finding and None."""
        try:
            return build()
        except ModelError as error:
            self.remark("refused", f"A value was left out: {error}", path)
            return None

    def keep(self, role: str, member: str, value: Json) -> None:
        self.residue.setdefault(role, {})[member] = value

    def forget(self, role: str) -> None:
        """Drop what was kept for a node that goes back into the residue as a whole."""
        kept: dict[str, Json]
        for kept in (self.residue, self.wire_ids):
            for key in [key for key in kept if key == role or key.startswith(role + "/")]:
                del kept[key]

    def embed(self) -> None:
        """Put each object that the residue only refers to in full at its first reference."""
        done: set[str] = {self.award_id}

        def full(value: Json) -> Json:
            if isinstance(value, list):
                return [full(one) for one in value]
            id = value.get("id") if isinstance(value, Mapping) and len(value) == 1 else value
            if isinstance(id, str) and id in self.objects and id not in done:
                done.add(id)
                value = self.objects[id][0]
            if isinstance(value, Mapping):
                return {key: one if key in KEYWORDS else full(one) for key, one in value.items()}
            return value

        for kept in self.residue.values():
            for member, value in kept.items():
                if member.startswith("~"):
                    kept[member] = [full(value[0]), value[1]]
                elif member not in KEYWORDS:
                    kept[member] = full(value)

    def finish(self) -> None:
        """Keep the ids that something in the residue refers to, or that are not just numbers."""
        used = strings_in(self.residue)
        for role, id in self.wire_ids.items():
            if id in used or not re.fullmatch(r"urn:epass:\w+:\d+", id):
                self.keep(role, "id", id)
