"""Every command with its options; the work is done by modules that are imported when needed.

Nothing here imports more than typer, so that `tessera --help` starts at once
(PERFORMANCE P14). Annotations are not postponed here: Typer would evaluate each of the
texts again, for all commands at every start.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from tessera.cli.convert_command import convert
from tessera.cli.issue_command import issue
from tessera.cli.key_commands import keys
from tessera.cli.options import (
    At,
    Chain,
    Colour,
    Existing,
    Json,
    KeyFile,
    Language,
    Level,
    Online,
    Password,
    Portrait,
    Tsa,
    VerifyUrl,
    alone,
)
from tessera.cli.seal_commands import seal
from tessera.cli.status_commands import status

app = typer.Typer(
    name="tessera",
    help="Describe, check, award, seal and verify micro-credentials, the European way.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
standards = typer.Typer(help="The official files.", callback=alone, invoke_without_command=True)
app.add_typer(keys, name="keys")
app.add_typer(seal, name="seal")
app.add_typer(status, name="status")
trust = typer.Typer(
    help="The trusted lists of the EU.", callback=alone, invoke_without_command=True
)
app.add_typer(standards, name="standards")
app.add_typer(trust, name="trust")


def _version(wanted: bool) -> None:
    if wanted:
        import tessera

        typer.echo(f"tessera {tessera.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback reads it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Describe, check, award, seal and verify micro-credentials, the European way."""
    alone(context)


@app.command()
def new(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")
    ] = None,
    lang: Language = "en",
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON Schema of description files instead.")
    ] = False,
) -> int:
    """Write a description whose comments teach the elements."""
    from tessera.cli import describing

    return describing.new(output, lang, schema=schema)


@app.command()
def check(
    file: Existing,
    list_id: Annotated[
        str,
        typer.Option("--list", metavar="LIST", help="eu-2022, ec-2020, microbol, neset-2020, all."),
    ] = "eu-2022",
    json: Json = False,
) -> int:
    """Say which standard elements are missing, and why they matter.

    FILE is a description, or a credential of any issuer.
    """
    from tessera.cli import describing

    return describing.check(file, list_id, as_json=json)


@app.command()
def show(file: Existing, lang: Language = "en", json: Json = False) -> int:
    """Show what a description or credential says. Judges nothing."""
    from tessera.cli import describing

    return describing.show(file, language=lang, as_json=json)


@keys.command("test-ca")
def test_ca(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder for ca.pem, seal.p12, password.txt.")
    ],
    organisation: Annotated[
        str, typer.Option(metavar="NAME", help="Who seals; TEST is put in front.")
    ] = "",
    country: Annotated[str, typer.Option(metavar="CODE", help="Two letters, such as IE.")] = "IE",
    identifier: Annotated[str, typer.Option(metavar="ID", help="Such as VATIE-1234567A.")] = "",
    algorithm: Annotated[str, typer.Option(metavar="NAME", help="ES256, RS256, ed25519")] = "ES256",
) -> int:
    """Make a TEST authority and a TEST seal key."""
    from tessera.cli import sealing

    return sealing.test_ca(
        folder,
        organisation=organisation,
        country=country,
        identifier=identifier,
        algorithm=algorithm,
    )


app.command()(issue)


@app.command()
def certificate(
    file: Existing,
    key: Annotated[str | None, KeyFile] = None,
    password_file: Password = None,
    chain: Chain = None,
    level: Level = "b",
    tsa: Tsa = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here.")
    ] = None,
    lang: Language = "",
    portrait: Portrait = False,
    colour: Colour = None,
    verify_url: VerifyUrl = None,
) -> int:
    """Draw and seal the certificate (PDF) of a sealed credential."""
    from tessera.cli import certifying

    look = certifying.Look(lang=lang, portrait=portrait, colour=colour, verify_url=verify_url)
    by = certifying.Sealer(key=key, password_file=password_file, chain=chain, level=level, tsa=tsa)
    return certifying.certificate(file, look, by, output)


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Credentials from anyone.")],
    at: At = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Certificates, DID documents, keys to trust; a folder."),
    ] = None,
    policy: Annotated[
        str, typer.Option(metavar="NAME", help="standard, complete or covered.")
    ] = "standard",
    list_id: Annotated[
        str, typer.Option("--list", metavar="LIST", help="List for the step 'elements'.")
    ] = "eu-2022",
    detached: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Document that a detached seal covers."),
    ] = None,
    compromised: Annotated[
        list[str] | None,
        typer.Option(metavar="CERT@DAY", help="Certificate (file or SHA-256) whose key was lost."),
    ] = None,
    status_list: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Status list, as published by an issuer."),
    ] = None,
    online: Online = False,
    lang: Language = "en",
    json: Json = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show every finding.")] = False,
) -> int:
    """Verify credentials check by check (offline; --online asks)."""
    from tessera.cli import judging

    return judging.verify(
        files,
        judging.Wishes(
            at=at,
            trust=tuple(trust or ()),
            policy=policy,
            element_list=list_id,
            detached=tuple(detached or ()),
            compromised=tuple(compromised or ()),
            language=lang,
            as_json=json,
            verbose=verbose,
            online=online,
            status_lists=tuple(status_list or ()),
        ),
    )


app.command()(convert)


@standards.command("install")
def standards_install(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="Folder, ZIP or address; else the pinned addresses."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="HASH", help="SHA-256 of a changed file that you accept."),
    ] = None,
) -> int:
    """Install the official files, each checked by its hash.

    They are schemas, shapes and contexts of the standards.
    """
    from tessera.cli import official

    return official.install(source, frozenset(accept or ()))


@standards.command("list")
def standards_list(json: Json = False) -> int:
    """Say which official files are installed."""
    from tessera.cli import official

    return official.listing(as_json=json)


@trust.command("update")
def trust_update(
    anchor: Annotated[
        list[Path] | None,
        typer.Option(help="Certificates of the Official Journal that sign the list of lists."),
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Where the list of lists lies, if not at the Commission.")
    ] = None,
    lote: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="List of trusted entities (JSON) to keep, and only that."),
    ] = None,
    lote_signer: Annotated[
        list[Path] | None, typer.Option(help="Certificates that seal these lists.")
    ] = None,
) -> int:
    """Fetch the trusted lists of the EU; each is verified before it is kept."""
    from tessera.cli import judging, trusting

    asked = trusting.Asked(
        anchors=tuple(anchor or ()), address=address, lote=tuple(lote or ()),
        lote_signers=tuple(lote_signer or ()),
    )  # fmt: skip
    return trusting.update(asked, at=judging.instant(None))


@trust.command("list")
def trust_list(at: At = None, json: Json = False) -> int:
    """Say which trusted lists are here, how old they are and whether they hold."""
    from tessera.cli import judging, trusting

    return trusting.listing(at=judging.instant(at), as_json=json)


@app.command()
def doctor(
    key: Annotated[str | None, KeyFile] = None,
    password_file: Password = None,
    chain: Chain = None,
    tsa: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Timestamp authority to compare this clock with."),
    ] = None,
    json: Json = False,
) -> int:
    """Find out what is missing here, and what to do next.

    Looks at the extras, the official files and the key.
    """
    from tessera.cli import diagnosing

    return diagnosing.doctor(
        diagnosing.Patient(key=key, password_file=password_file, chain=chain, tsa=tsa),
        as_json=json,
    )


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder to write into.")] = Path(
        "demo"
    ),
) -> int:
    """Run the main job on a demo: TEST keys, awards, verification."""
    from tessera.cli import demo as showing

    return showing.run(folder)


def as_click() -> Any:
    """Return the command tree, for the generated reference."""
    return typer.main.get_command(app)
