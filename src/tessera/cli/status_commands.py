"""`tessera status`: revoke, suspend, reinstate, publish, check, and see what is recorded."""

from pathlib import Path
from typing import Annotated

import typer

from tessera.cli.options import At, Chain, Existing, Json, KeyFile, Password, alone

status = typer.Typer(
    help="Revoke and suspend awards; publish and read lists.",
    callback=alone,
    invoke_without_command=True,
)
Awards = Annotated[
    list[str], typer.Argument(metavar="AWARD-ID", help="Ids of credentials, urn:credential:…")
]
Store = Annotated[
    Path, typer.Option("--store", metavar="FOLDER", help="Folder that 'tessera issue' wrote into.")
]
Reason = Annotated[
    str, typer.Option(metavar="TEXT", help="Why; kept in the store, never published.")
]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decided; kept as well.")]


@status.command("revoke")
def status_revoke(
    awards: Awards, reason: Reason, store: Store, by: By = None, json: Json = False
) -> int:
    """Revoke awards for good."""
    from tessera.cli import status as doing

    return doing.change("revoke", awards, doing.Wish(store, reason, by, json))


@status.command("suspend")
def status_suspend(
    awards: Awards, reason: Reason, store: Store, by: By = None, json: Json = False
) -> int:
    """Suspend awards until they are reinstated."""
    from tessera.cli import status as doing

    return doing.change("suspend", awards, doing.Wish(store, reason, by, json))


@status.command("reinstate")
def status_reinstate(
    awards: Awards, reason: Reason, store: Store, by: By = None, json: Json = False
) -> int:
    """End the suspension of awards."""
    from tessera.cli import status as doing

    return doing.change("reinstate", awards, doing.Wish(store, reason, by, json))


@status.command("publish")
def status_publish(
    store: Store,
    key: Annotated[str, KeyFile],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Folder that your web server shows."),
    ],
    password_file: Password = None,
    chain: Chain = None,
    issuer: Annotated[
        str | None,
        typer.Option(metavar="ID", help="DID or https address that the credentials name."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Name of the key, where it is not the usual."),
    ] = None,
    proof: Annotated[
        str, typer.Option(metavar="NAME", help="vc+jwt, or dataintegrity.")
    ] = "vc+jwt",
    x5c: Annotated[
        bool, typer.Option("--x5c/--no-x5c", help="Whether tokens bring their certificates.")
    ] = True,
    cwt: Annotated[
        bool, typer.Option("--cwt", help="Write token lists in CBOR as well (token.cwt).")
    ] = False,
    ttl: Annotated[
        int, typer.Option(metavar="SECONDS", help="How long a copy may be kept.", min=1)
    ] = 3600,
    valid_for: Annotated[
        int, typer.Option(metavar="DAYS", help="How long a list counts.", min=1, max=3660)
    ] = 7,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: publish each second in which something changed.")
    ] = False,
    json: Json = False,
) -> int:
    """Seal and write the lists in which something changed."""
    arguments = dict(locals())
    from tessera.cli import status as doing

    return doing.publish(doing.Order(**arguments))


@status.command("check")
def status_check(
    file: Existing,
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            "--list", "--status-list", metavar="FILE", help="A status list; again for more."
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Keys of publishers, DID documents, certificates."),
    ] = None,
    at: At = None,
    online: Annotated[bool, typer.Option("--online", help="Fetch lists and keys.")] = False,
    json: Json = False,
) -> int:
    """Say whether a credential was withdrawn. Judges nothing else."""
    from tessera.cli import status as doing

    return doing.check(file, lists or [], trust or [], doing.Look(at=at, online=online, json=json))


@status.command("show")
def status_show(
    award: Annotated[str, typer.Argument(metavar="AWARD-ID", help="Id of a credential.")],
    store: Store,
    json: Json = False,
) -> int:
    """Show an award: state, history, places in the lists."""
    from tessera.cli import status as doing

    return doing.show(award, store, as_json=json)


@status.command("list")
def status_list(store: Store, json: Json = False) -> int:
    """List what is revoked or suspended.

    Shows the lists, too, and when they were published.
    """
    from tessera.cli import status as doing

    return doing.listing(store, as_json=json)


@status.command("forget")
def status_forget(awards: Awards, store: Store, json: Json = False) -> int:
    """Erase awards and reasons from the store.

    The lists go on saying the same.
    """
    from tessera.cli import status as doing

    return doing.forget(awards, store, as_json=json)
