"""The arguments of `tessera issue`; what they do stands in `tessera.cli.issuing`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tessera.cli.options import Chain, Colour, Json, Language, Level, Portrait, Tsa, VerifyUrl


def issue(
    description: Annotated[
        Path, typer.Argument(metavar="DESCRIPTION", help="The description (YAML or JSON).")
    ],
    learners: Annotated[
        Path | None, typer.Argument(metavar="LEARNERS", help="The learners (CSV or XLSX).")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="KEY", help="FILE.p12, pkcs11:URI or csc:PROFILE; again to seal more."
        ),
    ] = None,
    password_file: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="File with the password or PIN, one per key."),
    ] = None,
    chain: Chain = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Folder for the credentials.")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write an empty table (.xlsx, .csv) and stop."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, seal nothing.")] = (
        False
    ),
    format: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="elm, and further forms: ob3, vc, sd-jwt, eaa, elmo (elm,ob3,sd-jwt).",
        ),
    ] = "elm",
    form_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Key for the further forms, where it is another."),
    ] = None,
    form_password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the password of that key.")
    ] = None,
    did: Annotated[
        str | None,
        typer.Option(metavar="DID", help="DID of the issuer for the further forms (did:web:…)."),
    ] = None,
    badge_as_token: Annotated[
        bool, typer.Option(help="Seal Open Badges as JWT, not with a proof inside.")
    ] = False,
    status_prefix: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="URL", help="Address below which you will publish status lists."
        ),
    ] = None,
    level: Level = "b",
    tsa: Tsa = None,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="europass (sigT) or etsi-1.2 (iat).")
    ] = "europass",
    lang: Language = "",
    awarded_on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Day of the award where the table gives none."),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", help="Processes that seal.", min=1, max=64)
    ] = 1,
    require_complete: Annotated[
        bool, typer.Option(help="Refuse a description that lacks a mandatory element.")
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a certificate (PDF) for each.")] = False,
    portrait: Portrait = False,
    colour: Colour = None,
    verify_url: VerifyUrl = None,
    json: Json = False,
) -> int:
    """Award to everyone in a table, and seal each credential."""
    arguments = dict(locals())
    from tessera.cli import issuing

    return issuing.issue(issuing.Order(**arguments))
