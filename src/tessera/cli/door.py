"""The way in and the way out: run a command, turn every error into a sentence and a code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import typer

from tessera.cli.values import spare_pydantic
from tessera.errors import TesseraError

WRONG_USE = 64
INTERNAL = 70
CANNOT_WRITE = 73
INTERRUPTED = 130
_COLLECT_AFTER = 20_000  # new objects


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never shows a traceback by itself.

    Set TESSERA_DEBUG=1 to see the traceback of a fault of ours.
    """
    # Loading modules makes many objects and no garbage; looking for it costs a tenth of a start.
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    from tessera.cli.app import app

    command = typer.main.get_command(app)
    spare_pydantic(command)
    try:
        code = command.main(
            args=list(sys.argv[1:] if arguments is None else arguments),
            prog_name="tessera",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        say("Stopped. Nothing half-written is left behind.")
        return INTERRUPTED
    except TesseraError as error:
        say(str(error))
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (a pager, `head`) has gone; that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        say(f"{error.filename or 'A file'}: {error.strerror or error}.")
        return CANNOT_WRITE
    except Exception as error:
        return _unexpected(error)
    return int(code) if isinstance(code, int) else 0


def say(sentence: str) -> None:
    """Print one sentence to the error stream."""
    print(f"tessera: {sentence}", file=sys.stderr)


def _unexpected(error: Exception) -> int:
    show = getattr(error, "format_message", None)
    if show is not None:  # wrong arguments, found by the argument parser
        hint = getattr(error, "ctx", None)
        path = hint.command_path if hint is not None else "tessera"
        say(f"{show()} See '{path} --help'.")
        return WRONG_USE
    if os.environ.get("TESSERA_DEBUG"):
        raise error
    say(
        f"A fault of ours ({type(error).__name__}: {error}). Run the command again with "
        "TESSERA_DEBUG=1 and report what it prints."
    )
    return INTERNAL
