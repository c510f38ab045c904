"""The way in and the way out: run a command, turn every error into a sentence and a code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from typing import TextIO

WRONG_USE = 64
INTERNAL = 70
CANNOT_WRITE = 73
INTERRUPTED = 130
_COLLECT_AFTER = 50_000  # new objects


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never shows a traceback by itself.

    Set TESSERA_DEBUG=1 to see the traceback of a fault of ours.
    """
    _prepare_output()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except (KeyboardInterrupt, Exception) as error:
        return _ended_by(error)
    return code


def say(sentence: str) -> None:
    """Print one sentence, and the list that may follow it, to the error stream.

    The items of a list are lines that begin with two spaces. Any other control character
    is shown, not obeyed.
    """
    from tessera.cli.output import complain

    first, *items = sentence.split("\n  ")
    for line in (f"tessera: {first}", *(f"  {item}" for item in items)):
        complain(line)


def _run(arguments: list[str]) -> int:
    # Loading modules makes many objects and no garbage; looking for it costs a tenth of a
    # start, and looking once more at the end, when all memory is given back anyway, a sixth.
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    atexit.register(gc.freeze)
    import typer

    from tessera.cli.app import app
    from tessera.cli.values import spare_pydantic

    command = typer.main.get_command(app)
    spare_pydantic(command)
    try:
        with command.make_context("tessera", arguments) as context:
            code = command.invoke(context)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.Abort as stopped:
        raise KeyboardInterrupt from stopped
    return int(code) if isinstance(code, int) else 0


def _ended_by(error: BaseException) -> int:
    """Say what ended the command, and return the exit code for it."""
    from tessera.errors import TesseraError

    if isinstance(error, KeyboardInterrupt):
        say("Stopped. Nothing half-written is left behind.")
        return INTERRUPTED
    if isinstance(error, TesseraError):
        say(str(error))
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        # The reader of our output (a pager, `head`) has gone; that is no fault.
        _give_up(sys.stdout)
        return 0
    if isinstance(error, OSError):
        _give_up(sys.stdout)
        say(f"{error.filename or 'The output'} cannot be used: {error.strerror or error}.")
        return CANNOT_WRITE
    if hasattr(error, "format_message"):
        return _wrong_use(error)
    if os.environ.get("TESSERA_DEBUG"):
        raise error
    say(
        f"A fault of ours ({type(error).__name__}: {error}). Run the command again with "
        "TESSERA_DEBUG=1 and report what it prints."
    )
    return INTERNAL


def _wrong_use(error: BaseException) -> int:
    """Say what the argument parser of Typer found, how it is written right, and where to look."""
    sentence = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]
    if not sentence.endswith((".", "?", "!", ")")):
        sentence += "."
    say(sentence)
    context = getattr(error, "ctx", None)
    path = "tessera" if context is None else context.command_path
    if context is not None:
        print(" ".join(context.get_usage().split()), file=sys.stderr)
    print(f"Try '{path} --help'.", file=sys.stderr)
    return WRONG_USE


def _prepare_output() -> None:
    """Show what the encoding of a stream lacks as escapes (LANG without UTF-8), not as a crash.

    A stream that was closed before the start leads nowhere.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _give_up(stream: TextIO) -> None:
    """Send what is still waiting to nowhere: Python would try again at its end, and complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return  # no file behind it: nothing waits there
