"""`tessera seal add` and `tessera seal renew`: further seals and timestamps on a file."""

from pathlib import Path
from typing import Annotated

import typer

from tessera.cli.options import Chain, Existing, KeyFile, Level, Password, Tsa, alone

seal = typer.Typer(
    help="Further seals and timestamps on a file.", callback=alone, invoke_without_command=True
)
Target = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write here instead of into FILE."),
]


@seal.command("add")
def seal_add(
    file: Existing,
    key: Annotated[str, KeyFile],
    password_file: Password = None,
    chain: Chain = None,
    level: Level = "b",
    tsa: Tsa = None,
    output: Target = None,
) -> int:
    """Add a seal to a sealed credential; the others stay as they are."""
    arguments = dict(locals())
    from tessera.cli import sealing

    return sealing.add(sealing.Addition(**arguments))


@seal.command("renew")
def seal_renew(
    file: Existing,
    tsa: Annotated[str, typer.Option(metavar="URL", help="Timestamp authority.")],
    output: Target = None,
) -> int:
    """Add a timestamp around a file before the last one runs out."""
    from tessera.cli import sealing

    return sealing.renew(file, tsa, output)
