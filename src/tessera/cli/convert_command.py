"""The options of `tessera convert`; the work is done in `tessera.cli.converting`.

Like `tessera.cli.app`, nothing here imports more than typer, and annotations stay as they are.
"""

from pathlib import Path
from typing import Annotated

import typer

from tessera.cli.options import Chain, Existing, Json, KeyFile, Password


def convert(
    file: Existing,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="elm, vc, ob3, sd-jwt, eaa or elmo.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here.")
    ] = None,
    key: Annotated[str | None, KeyFile] = None,
    password_file: Password = None,
    chain: Chain = None,
    json: Json = False,
) -> int:
    """Write a credential in another format; say what did not fit.

    Only the issuer's own key seals the result; otherwise it is marked unsigned.
    """
    arguments = dict(locals())
    from tessera.cli import converting

    return converting.convert(converting.Wish(**arguments))
