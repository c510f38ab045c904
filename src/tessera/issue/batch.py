"""Entries become sealed awards, many at a time.

One `ChunkSealer` lives in each process: it composes, writes and seals a chunk of
entries and returns rows for the register. The plain way (encode, dump, seal) is
the definition; the template of `tessera.formats.elm` only does it faster, and is
compared with the plain way for the first of every shape and one award in 256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

import orjson

from tessera.errors import EncodeError, KeyRefusedError, ModelError, TesseraError
from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.template import Templates
from tessera.issue.compose import Edition, compose, credential_id
from tessera.issue.form_store import SealedForm
from tessera.issue.learners import Entry, Refusal
from tessera.issue.register import SealedAward
from tessera.issue.status.plan import Allotter
from tessera.model import Award, Learner, StatusEntry
from tessera.seals.jades import BatchSealer, JadesOptions, cosign_all

if TYPE_CHECKING:
    from tessera.issue.forms import Forms
    from tessera.seals.protocol import SigningKey


Pieces = tuple[list[bytes], list[bytes]]  # the document, and the same as a JSON string
T = TypeVar("T")
_PLAIN = Templates(enabled=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedChunk:
    """What a chunk became: rows for the register, and refusals that only writing found.

    stopped_by: why the rest of the chunk was not sealed (a key stopped working, a timestamp
    could not be had).
    """

    awards: tuple[SealedAward, ...]
    refusals: tuple[Refusal, ...]
    stopped_by: TesseraError | None = None


@dataclass(slots=True)
class ChunkSealer:
    """Seals chunks with one or several keys at the edition's moment.

    keys: the first seals, each further one adds a seal of its own (joint award).
    templates: None writes every award the plain way. raise_level: adds timestamps and
    validation data to a sealed file, where a level above B-B is wanted. forms: the further
    forms of each award, None for the European credential alone.
    """

    edition: Edition
    keys: Sequence[SigningKey]
    options: JadesOptions
    templates: Templates | None = None
    raise_level: Callable[[bytes], bytes] | None = None
    forms: Forms | None = None
    _sealer: BatchSealer = field(init=False)
    _sealed_at: str = field(init=False)
    _references: dict[str, bytes] = field(default_factory=dict)
    _allotter: Allotter | None = field(init=False)

    def __post_init__(self) -> None:
        self._allotter = Allotter(self.edition.status) if self.edition.status else None
        self._sealer = BatchSealer(self.keys[0], self.edition.sealed_at, self.options)
        self._sealed_at = self.edition.sealed_at.astimezone(UTC).isoformat()

    def seal(self, entries: Iterable[Entry]) -> SealedChunk:
        """Compose and write each entry (1), seal all (2), add further seals (3), make rows (4).

        Each award gets its places in the status lists first, where the edition has any: the
        same ones when a run is done again. Sealing comes after all writing, so that a remote
        key is asked once per chunk. An entry that cannot be written becomes a refusal; the
        others go on. A key that stops working ends the chunk; what it sealed before is kept.
        Raises: StoreError when places cannot be had.
        """
        composed: list[tuple[Entry, Award, tuple[SealedForm, ...]]] = []
        written: list[Pieces] = []
        refusals: list[Refusal] = []
        templates = self.templates or _PLAIN
        entries = list(entries)
        places = self._places(entries)
        # 1
        for entry in entries:
            try:
                status = places.get(credential_id(entry.award_key), ())
                award = compose(self.edition, entry, status)
                pieces = templates.pieces(award)
                forms = self._forms(award)
                written.append(pieces)
                composed.append((entry, award, forms))
            except (EncodeError, ModelError) as error:
                refusals.append(
                    Refusal(
                        row=entry.row, learner_id=entry.learner.key or "", reasons=(str(error),)
                    )
                )
        # 2, 3
        sealed, refused_by = self._sealed(written)
        sealed, stopped_by = self._raised(sealed)
        # 4
        awards = [self._row(one, *by) for one, by in zip(composed, sealed, strict=False)]
        return SealedChunk(
            awards=tuple(awards), refusals=tuple(refusals), stopped_by=stopped_by or refused_by
        )

    def _places(self, entries: Sequence[Entry]) -> Mapping[str, tuple[StatusEntry, ...]]:
        if self._allotter is None:
            return {}
        return self._allotter.places([credential_id(one.award_key) for one in entries])

    def _raised(
        self, sealed: list[tuple[bytes, str]]
    ) -> tuple[list[tuple[bytes, str]], TesseraError | None]:
        """Raise each file to its level, as many as that works for."""
        if self.raise_level is None:
            return sealed, None
        raised: list[tuple[bytes, str]] = []
        for file, _ in sealed:
            try:
                higher = self.raise_level(file)
            except TesseraError as error:
                return raised, error
            raised.append((higher, hashlib.sha256(higher).hexdigest()))
        return raised, None

    def _sealed(
        self, written: Sequence[Pieces]
    ) -> tuple[list[tuple[bytes, str]], TesseraError | None]:
        """Seal with the first key, then with each further one, as many as every key seals."""
        sealed, refused_by = _as_far_as_it_goes(self._sealer.seal_all(written))
        for key in self.keys[1:]:
            files = [file for file, _ in sealed]
            further, refused = _as_far_as_it_goes(
                cosign_all(files, key, self.edition.sealed_at, self.options)
            )
            sealed = [(file, hashlib.sha256(file).hexdigest()) for file in further]
            refused_by = refused or refused_by
        return sealed, refused_by

    def _forms(self, award: Award) -> tuple[SealedForm, ...]:
        """Write and seal the further forms. Raises: EncodeError naming the form."""
        if self.forms is None:
            return ()
        self.forms.check(award)
        return self.forms.of(award)

    def _row(
        self, one: tuple[Entry, Award, tuple[SealedForm, ...]], sealed: bytes, sha256: str
    ) -> SealedAward:
        entry, award, forms = one
        around = self.forms.around(award, sealed) if self.forms else ()
        return SealedAward(
            award_key=entry.award_key,
            credential_id=award.id,
            learner_id=entry.learner.key or "",
            email=entry.learner.email,
            awarded_on=entry.awarded_on.isoformat(),
            language=entry.language,
            sealed_at=self._sealed_at,
            sha256=sha256,
            sealed=sealed,
            reference=self._reference(award),
            forms=(*forms, *around),
        )

    def _reference(self, award: Award) -> bytes:
        """Return what the register stores a batch against: the same text for nobody, unsealed."""
        language = award.display_language
        if language not in self._references:
            nobody = replace(
                award,
                id="urn:tessera:nobody",
                learner=Learner(),
                identifiers=(),
                status=tuple(replace(one, index=0) for one in award.status),
            )
            text = dump(encode(nobody)).decode()
            self._references[language] = (
                b'{"payload":' + orjson.dumps(text) + self._sealer.constant_tail
            )
        return self._references[language]


def _as_far_as_it_goes(results: Iterator[T]) -> tuple[list[T], KeyRefusedError | None]:
    """Return all results, or those before a key refused and why."""
    found: list[T] = []
    try:
        for result in results:
            found.append(result)
    except KeyRefusedError as error:
        return found, error
    return found, None
