"""The lists of trusted entities that are kept here, and whom they vouch for.

Folder `lote` beside the trusted lists: `*.jwt` are lists, `*.pem` the certificates that may
seal the lists nobody points to, `index.json` the addresses they came from. A list that
somebody put there by hand has its file name for an address. Nothing is trusted because it
lies there: every list is proved anew by `lote.gather`, offline, at the moment of judgement.

Which entity vouches for a seal on a credential: one that a list names as an issuer of
attestations of public bodies (Pub-EAA). Issuers of personal data, of wallets, or of access
certificates are named, but they vouch for something else.

Source: ETSI TS 119 602 V1.1.1 clauses 6.3 to 6.8 and annexes D to H (H: Pub-EAA providers);
Regulation (EU) No 910/2014 article 45f.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tessera.errors import TesseraError, UnreadableError
from tessera.report import Finding, Outcome
from tessera.trust.anchors import Anchor, load_anchors
from tessera.trust.lists.lote import MOST_BYTES, Entity, LoteResult, gather
from tessera.trust.lists.read import instant
from tessera.trust.paths import lead

ROOM, INDEX = "lote", "index.json"
MOST_FILES = 128
PUB_EAA = "http://uri.etsi.org/19602/SvcType/PubEAA/Issuance"
_NOTIFIED = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified"
_SOURCE = "ETSI TS 119 602 clause 6.6 and annex H"


class NotHereError(TesseraError):
    """A list that another one points to is not in the folder."""

    code = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySnapshot:
    """The lists at hand. texts: by address. roots: addresses that nobody has to point to.
    signers: who may seal those. fetched_at: None when not known.
    """

    texts: Mapping[str, bytes]
    roots: tuple[str, ...]
    signers: tuple[Anchor, ...] = ()
    fetched_at: datetime | None = None

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return a list from the folder, as a fetcher does. Raises: NotHereError."""
        if url not in self.texts:
            raise NotHereError(f"The list at {url} is not here. Run: tessera trust update.")
        return self.texts[url][: max_bytes + 1]


@dataclass(slots=True)
class EntityLists:
    """The lists of a snapshot, proved on demand; nothing in here reads a clock."""

    snapshot: EntitySnapshot
    _proved: dict[tuple[str, datetime], LoteResult] = field(default_factory=dict)

    def proved(self, root: str, at: datetime) -> LoteResult:
        """Return whom one list and those it points to vouch for at `at` (aware)."""
        if (root, at) not in self._proved:
            held = self.snapshot
            self._proved[root, at] = gather(root, held.signers, held, at)
        return self._proved[root, at]

    def entities(self, at: datetime) -> tuple[Entity, ...]:
        """Return the entities of every list that holds at `at`."""
        found = (self.proved(root, at).entities for root in self.snapshot.roots)
        return tuple(entity for entities in found for entity in entities)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityAssessment:
    """What the lists make of one seal certificate. vouches: the entity behind it, or None."""

    findings: tuple[Finding, ...]
    vouches: Entity | None = None


def load_entities(folder: Path) -> EntityLists | None:
    """Read the folder beside the trusted lists; None when there is no list in it.

    Raises: UnreadableError when something in it cannot be opened. Not checked: whether
    anything in it is genuine.
    """
    room = folder / ROOM
    if not room.is_dir():
        return None
    try:
        paths = sorted(room.glob("*.jwt"))
        if not paths:
            return None
        if len(paths) > MOST_FILES:
            raise UnreadableError(f"The folder {room} holds more than {MOST_FILES} lists.")
        index = read_index(room)
        named = {name: address for address, name in index.files.items()}
        texts = {named.get(path.name, path.name): _read(path) for path in paths}
        signers = load_anchors(sorted(room.glob("*.pem")))
    except OSError as error:
        raise UnreadableError(
            f"The lists of trusted entities in {room} cannot be opened: {error.strerror or error}."
        ) from error
    by_hand = (path.name for path in paths if path.name not in named)
    roots = tuple(one for one in (*index.sources, *by_hand) if one in texts)
    return EntityLists(
        EntitySnapshot(texts=texts, roots=roots, signers=signers, fetched_at=index.fetched_at)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Where the lists came from. sources: asked for by name. files: file name by address."""

    sources: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None


def read_index(room: Path) -> Index:
    """Read the index of a folder; an empty one where there is none that can be read."""
    try:
        stated = json.loads((room / INDEX).read_text(encoding="utf-8"))
        sources, files, when = stated["sources"], stated["files"], stated["fetched_at"]
        return Index(
            sources=tuple(str(one) for one in sources),
            files={str(address): str(name) for address, name in files.items()},
            fetched_at=instant(when) if isinstance(when, str) else None,
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return Index()


def assess_entities(
    leaf: bytes, pool: Sequence[bytes], lists: EntityLists, at: datetime
) -> EntityAssessment:
    """Hold a seal certificate (DER) against the lists. Never raises for hostile ones."""
    entities = lists.entities(at)
    anchors = {one.anchor.certificate: one.anchor for one in entities}
    path = lead(leaf, pool, tuple(anchors.values()), at)
    if path.outcome is not Outcome.PASSED:
        return EntityAssessment(findings=(_unknown(lists, at),))
    behind = [one for one in entities if one.anchor.certificate == path.chain[-1]]
    chosen = next((one for one in behind if _vouches(one)), None)
    if chosen is not None:
        return EntityAssessment(findings=(_vouched(chosen),), vouches=chosen)
    return EntityAssessment(findings=(_refused(behind[0]),))


def _vouches(entity: Entity) -> bool:
    return entity.type == PUB_EAA and entity.status == _NOTIFIED


def _vouched(entity: Entity) -> Finding:
    return Finding.passed(
        "list.entity",
        f"{_name(entity)} stands in the list of trusted entities as an issuer of attestations "
        "of public bodies, and vouches for the maker of the seal.",
        evidence=_evidence(entity),
        source=_SOURCE,
    )


def _refused(entity: Entity) -> Finding:
    if entity.type == PUB_EAA:
        word = entity.status.rpartition("/")[2] or "without a status"
        return Finding.indeterminate(
            "list.entity.status",
            f"{_name(entity)} stands in the list of trusted entities, but its status is "
            f"'{word}', so it does not vouch for the seal.",
            evidence=_evidence(entity),
            source=_SOURCE,
        )
    kind = entity.type.partition("SvcType/")[2] or entity.type or "no stated service"
    return Finding.indeterminate(
        "list.entity.type",
        f"{_name(entity)} stands in the list of trusted entities for something else ({kind}), "
        "so it does not vouch for the seal of a credential.",
        evidence=_evidence(entity),
        source=_SOURCE,
    )


def _unknown(lists: EntityLists, at: datetime) -> Finding:
    for root in lists.snapshot.roots:
        for finding in lists.proved(root, at).findings:
            if finding.outcome is not Outcome.PASSED:
                return Finding.indeterminate(
                    "list.entity.unknown",
                    "No list of trusted entities that can be used names an authority behind "
                    f"this seal. {finding.message}",
                    evidence=finding.evidence,
                    source=_SOURCE,
                )
    return Finding.indeterminate(
        "list.entity.unknown",
        "None of the lists of trusted entities here names an authority behind this seal.",
        source=_SOURCE,
    )


def _name(entity: Entity) -> str:
    return f"{entity.service} of {entity.provider} ({entity.territory})"


def _evidence(entity: Entity) -> dict[str, str]:
    return {
        "provider": entity.provider,
        "service": entity.service,
        "type": entity.type,
        "territory": entity.territory,
        "certificate": entity.anchor.facts.sha256,
    }


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
