"""Options and arguments that several commands share.

Like `tessera.cli.app`, nothing here imports more than typer.
"""

from pathlib import Path
from typing import Annotated

import typer

WRONG_USE = 64


def alone(context: typer.Context) -> None:
    """Print the help of a group that was named without a command: nothing was done, so 64."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(WRONG_USE)


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Language = Annotated[
    str, typer.Option("--lang", metavar="CODE", help="Language of texts, such as en or fi.")
]
Existing = Annotated[Path, typer.Argument(metavar="FILE", help="A file to read.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="MOMENT", help="Moment of judgement, such as 2026-11-24T12:00:00Z."
    ),
]
Online = Annotated[
    bool,
    typer.Option(
        "--online", help="Fetch what a verdict lacks, such as whether a certificate was revoked."
    ),
]
Password = Annotated[
    Path | None,
    typer.Option(
        "--password-file", metavar="FILE", help="File whose first line is the password or PIN."
    ),
]
Chain = Annotated[
    Path | None,
    typer.Option("--chain", metavar="FILE", help="Certificates (PEM) that the key comes without."),
]
KeyFile = typer.Option(
    "--key", metavar="KEY", help="Key: FILE.p12, pkcs11:URI (token) or csc:PROFILE (remote)."
)
Level = Annotated[
    str,
    typer.Option(
        metavar="LEVEL", help="b; t (timestamp), lt (and revocation data), lta (for decades)."
    ),
]
Tsa = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Timestamp authority (or tsa:PROFILE), for t, lt and lta."),
]
Portrait = Annotated[bool, typer.Option("--portrait", help="Certificates stand upright.")]
Colour = Annotated[
    str | None, typer.Option(metavar="#RRGGBB", help="Colour of the institution on certificates.")
]
VerifyUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Address in the QR code; {id} stands for the credential."),
]
