"""`tessera standards install` and `list`: the official files and their hashes."""

from __future__ import annotations

from tessera.cli import output


def install(source: str | None, accept: frozenset[str]) -> int:
    """Install from a folder, a ZIP or an address; the old set stays if anything differs."""
    from tessera.standards.install import install as put
    from tessera.standards.locate import default_folder
    from tessera.trust.fetch import GuardedFetcher

    done = put(source, default_folder(), fetcher=GuardedFetcher(), accept=accept)
    if done.changed:
        output.line(f"Installed {len(done.files)} official files into {done.folder}.")
    else:
        output.line(f"All {len(done.files)} official files are there already: {done.folder}")
    for path in done.accepted:
        output.line(f"Accepted, though it is not the published one: {path}")
    return 0


def listing(*, as_json: bool) -> int:
    """Print which official files are there; exit 2 when one is missing or altered."""
    from tessera.standards.install import status
    from tessera.standards.locate import default_folder

    rows = status(default_folder())
    for row in rows:
        if as_json:
            output.json_line(
                {"path": row.path, "set": row.set, "version": row.version, "state": row.state}
            )
        else:
            output.line(f"{row.state:<8} {row.set} {row.version}  {row.path}")
    if not as_json:
        output.line(f"Folder: {default_folder()}")
    if all(row.state in ("present", "accepted") for row in rows):
        return 0
    if not as_json:
        output.line(
            "What is missing or altered is not used; everything works without it but the check "
            "against the official shapes. Next: tessera standards install"
        )
    return 2
