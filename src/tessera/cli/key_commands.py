"""`tessera keys`: the group, and `tessera keys did`, which publishes keys for verifiers."""

from pathlib import Path
from typing import Annotated

import typer

from tessera.cli.options import Chain, Json, Password, alone

keys = typer.Typer(
    help="Keys for trying things out, and what verifiers need of yours.",
    callback=alone,
    invoke_without_command=True,
)


@keys.command("did")
def keys_did(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="FILE.p12, pkcs11:URI, csc:PROFILE, or a certificate (PEM, DER)."
        ),
    ],
    web: Annotated[
        str | None,
        typer.Option(metavar="DOMAIN", help="Publish it as did:web of DOMAIN or DOMAIN/PATH."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Write the files there, as below the web site's root."
        ),
    ] = None,
    retire: Annotated[
        bool, typer.Option("--retire", help="The keys published so far end now; none is removed.")
    ] = False,
    revoke: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="This published key is not to be trusted from now on; again."
        ),
    ] = None,
    password_file: Password = None,
    chain: Chain = None,
    json: Json = False,
) -> int:
    """Say the DID of a key, and write what verifiers fetch."""
    arguments = dict(locals())
    from tessera.cli import naming

    return naming.did(naming.Wish(**arguments))
