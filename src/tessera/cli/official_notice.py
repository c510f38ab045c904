"""Install the official files if they can be had, and say plainly when they cannot."""

from __future__ import annotations

from tessera.cli import output
from tessera.errors import TesseraError

_LATER = (
    "Everything works without them; only the check against the official shapes is left out. "
    "Later: tessera standards install"
)


def tell() -> None:
    """Use what is installed, else try the pinned addresses, else go on with a notice."""
    from tessera.standards.locate import default_folder, installed_library

    if installed_library() is not None:
        output.line(f"Official files: {default_folder()}")
        return
    from tessera.standards.install import install
    from tessera.trust.fetch import GuardedFetcher

    try:
        done = install(None, default_folder(), fetcher=GuardedFetcher())
    except TesseraError as error:
        output.line(f"The official files could not be installed. {error} {_LATER}")
    else:
        output.line(f"Installed {len(done.files)} official files into {done.folder}.")
