"""`tessera trust update` and `list`: the trusted lists of the European Union, kept here.

`trust_folder` is where the doors look: $TESSERA_TRUST, else the data folder of the user.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.cli import output
from tessera.errors import StandardsError, UnreadableError
from tessera.standards.locate import data_folder

if TYPE_CHECKING:
    from tessera.fetch import Fetcher
    from tessera.trust.anchors import Anchor
    from tessera.trust.lists.entities import EntityLists
    from tessera.trust.lists.hierarchy import Hierarchy, Proved, Refused
    from tessera.trust.lists.update import Fetched

VARIABLE = "TESSERA_TRUST"
_PYHANKO = "pyhanko.sign.validation.qualified"


def trust_folder() -> Path:
    """Return the folder of the trusted lists. Raises: StandardsError when there is no home."""
    return data_folder("trust", VARIABLE, "the trusted lists")


def installed_lists() -> Hierarchy | None:
    """Return the lists that are kept here, or None when there are none."""
    try:
        folder = trust_folder()
    except StandardsError:
        return None
    if not folder.is_dir():
        return None
    from tessera.trust.lists.hierarchy import Hierarchy
    from tessera.trust.lists.snapshot import load_snapshot

    snapshot = load_snapshot(folder)
    return None if snapshot is None else Hierarchy(snapshot)


def installed_entities() -> EntityLists | None:
    """Return the lists of trusted entities that are kept here, or None when there are none."""
    try:
        folder = trust_folder()
    except StandardsError:
        return None
    if not folder.is_dir():
        return None
    from tessera.trust.lists.entities import load_entities

    return load_entities(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked to be updated. lote: addresses of lists of trusted entities."""

    anchors: tuple[Path, ...] = ()
    address: str | None = None
    lote: tuple[str, ...] = ()
    lote_signers: tuple[Path, ...] = ()


def update(asked: Asked, *, at: datetime, fetcher: Fetcher | None = None) -> int:
    """Fetch the lists; exit 2 when one of them could not be had or does not hold.

    With addresses of lists of trusted entities these are fetched, and only these; without,
    the trusted lists, and what is kept of the others.
    """
    from tessera.trust.fetch import GuardedFetcher

    folder, client = trust_folder(), fetcher or GuardedFetcher()
    done = [] if asked.lote else _update_lists(asked, folder, client, at)
    done += _update_entities(asked, folder, client, at)
    output.line(f"Folder: {folder}")
    return 2 if any(one.problem for one in done) else 0


def _update_lists(asked: Asked, folder: Path, fetcher: Fetcher, at: datetime) -> list[Fetched]:
    from tessera.trust.lists.update import LOTL_ADDRESS
    from tessera.trust.lists.update import update as fetch

    trusted, origin = _anchors(list(asked.anchors), folder)
    done = fetch(folder, fetcher, at, trusted, asked.address or LOTL_ADDRESS)
    for one in done:
        _tell_fetched(one)
    output.line(f"Signers of the list of lists: {origin}")
    return list(done)


def _update_entities(asked: Asked, folder: Path, fetcher: Fetcher, at: datetime) -> list[Fetched]:
    from tessera.trust.anchors import load_anchors
    from tessera.trust.lists.update_entities import update_entities

    signers = load_anchors(asked.lote_signers) if asked.lote_signers else ()
    done = update_entities(folder, fetcher, at, asked.lote, signers)
    for one in done:
        _tell_fetched(one)
    return list(done)


def _tell_fetched(one: Fetched) -> None:
    state = "new" if one.is_new else "unchanged"
    number = "" if one.number is None else f" number {one.number},"
    output.line(f"{one.territory:<3}{number} {one.problem or state}")


def _anchors(given: list[Path], folder: Path) -> tuple[tuple[Anchor, ...], str]:
    """Return who may sign the list of lists, and where that was found."""
    from tessera.trust.anchors import load_anchors

    if given:
        return load_anchors(given), ", ".join(str(one) for one in given)
    kept = sorted(folder.glob("*.pem")) if folder.is_dir() else []
    if kept:
        return load_anchors(kept), ", ".join(str(one) for one in kept)
    try:
        shipped = resources.files(_PYHANKO).joinpath("lotl-certs", "latest.cert.pem")
        with resources.as_file(shipped) as path:
            found = load_anchors([path])
    except (ImportError, OSError, UnreadableError) as error:
        raise UnreadableError(
            "There are no certificates that may sign the list of trusted lists. Get them from "
            "the Official Journal of the EU and name them with --anchor."
        ) from error
    return found, (
        "as shipped with pyHanko; compare them with the Official Journal of the EU, or name your "
        "own with --anchor"
    )


def listing(*, at: datetime, as_json: bool) -> int:
    """Print which lists are here, how old they are and whether they hold; 2 when one does not."""
    from tessera.trust.lists.hierarchy import Refused, territories

    lists = installed_lists()
    entities = installed_entities()
    if lists is None and entities is None:
        raise UnreadableError(
            f"There are no trusted lists in {trust_folder()}. Run: tessera trust update."
        )
    found: list[tuple[str, Proved | Refused]] = []
    if lists is not None:
        top = lists.list_of_lists(at)
        found.append(("EU", top))
        if not isinstance(top, Refused):
            found += [(one, lists.national(one, at)) for one in territories(top.content)]
    rows = [_row(territory, one) for territory, one in found]
    rows += [] if entities is None else _entity_rows(entities, at)
    for row in rows:
        if as_json:
            output.json_line(row)
        else:
            output.line(f"{row['territory']:<3} {_sentence(row)}")
    if lists is not None and not as_json:
        _tell_about(lists, at)
    if entities is not None and not as_json:
        _tell_age(entities.snapshot.fetched_at, at, "lists of trusted entities")
    return 2 if any(row["state"] != "PASSED" for row in rows) else 0


def _entity_rows(entities: EntityLists, at: datetime) -> list[dict[str, Any]]:
    """Return a row for every list of trusted entities, and for each it could not follow."""
    rows: list[dict[str, Any]] = []
    for root in entities.snapshot.roots:
        proved = entities.proved(root, at)
        for finding in proved.findings:
            rows.append({
                "territory": "-", "state": finding.outcome.value, "rule": finding.rule,
                "message": finding.message, "file": finding.evidence.get("address"),
            })  # fmt: skip
        for one in proved.entities:
            rows.append({
                "territory": one.territory, "state": "PASSED", "rule": "list.entity",
                "message": f"{one.service} of {one.provider}: "
                           f"{one.type.partition('SvcType/')[2] or one.type or 'no type'}"
                           f"{', ' + one.status.rpartition('/')[2] if one.status else ''}",
                "file": root,
            })  # fmt: skip
    return rows


def _row(territory: str, found: Proved | Refused) -> dict[str, Any]:
    from tessera.trust.lists.hierarchy import Refused

    if isinstance(found, Refused):
        said = found.finding
        return {
            "territory": territory, "state": said.outcome.value, "rule": said.rule,
            "message": said.message, "file": found.name or None,
        }  # fmt: skip
    content = found.content
    return {
        "territory": territory,
        "state": "PASSED",
        "number": content.sequence_number,
        "issued": content.issued_at.isoformat() if content.issued_at else None,
        "next_update": content.next_update.isoformat() if content.next_update else None,
        "services": len(content.services),
        "file": found.name,
    }


def _sentence(row: dict[str, Any]) -> str:
    if "message" in row:
        return str(row["message"])
    services = f", {row['services']} services" if row["services"] else ""
    return (
        f"number {row['number']}, issued {str(row['issued'])[:10]}, next by "
        f"{str(row['next_update'])[:10]}{services}"
    )


def _tell_about(lists: Hierarchy, at: datetime) -> None:
    for name, reason in lists.snapshot.strangers:
        output.line(f"--- {name}: {reason}")
    _tell_age(lists.snapshot.fetched_at, at, "trusted lists")
    output.line(f"Folder: {trust_folder()}")


def _tell_age(fetched: datetime | None, at: datetime, what: str) -> None:
    age = "at a time that is not recorded"
    if fetched is not None:
        days = max((at - fetched).days, 0)
        age = f"on {fetched:%Y-%m-%d}, " + ("today" if days == 0 else f"{days} days ago")
    output.line(f"The {what} were fetched {age}.")
