"""The command line: results on stdout, progress and messages on stderr, no traceback."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from .. import __version__
from ..spec.errors import LstmcError
from . import signals

COMMANDS = (
    "init", "check", "show", "build", "fit", "evaluate", "predict", "run", "export", "explain", "schema", "doctor",
    "completion",
)  # fmt: skip
EPILOG = """\b
Begin with:
  lstmc init --template sunspots
  lstmc run sunspots.lstm.json

\b
Exit codes:
  0  fine
  1  the spec has errors
  2  usage, or a device that is not there
  3  the data does not fit the model or cannot be read
  4  an artifact or run failed
  74  stdout cannot be written
  130, 143  interrupted"""
INTERNAL_ERROR = 70
UNWRITTEN = 74
REPORT = """This is a mistake of lstmc, not yours. Please report it with the output of the same command under
LSTMC_TRACEBACK=1 and of `lstmc doctor`."""


class LazyGroup(click.Group):
    """Imports a command when it is called, so that `lstmc check` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{cmd_name}", __name__), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; for another word, the nearest one is named."""
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing and not name.startswith("-"):
            ctx.fail(f"there is no command `{name}`; {_instead(name)}")
        return super().resolve_command(ctx, args)


def _instead(name: str) -> str:
    from ..spec.suggestions import nearest

    if name.endswith((".json", ".lstmc")):
        from .render import command

        example = command("lstmc", "check" if name.endswith(".json") else "predict", Path(name))
        return f"a command comes first, as in `{example}`"
    close = nearest(name, COMMANDS)
    return f"did you mean `{close}`?" if close else "`lstmc --help` lists them"


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lstmc")
def lstmc() -> None:
    """Compile a sequence model from one JSON file; train, evaluate, use and ship it."""


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    with signals.recorded():
        try:
            code = lstmc.main(prog_name="lstmc", standalone_mode=False)
            click.echo(nl=False)  # flushes
            signals.raise_pending()
        except BaseException as error:  # noqa: BLE001 - whatever a library has made of a signal
            code = _ended(error)
    sys.exit(code if isinstance(code, int) else 0)


def _ended(error: BaseException) -> int:
    """Says why a command ended, and returns its exit code; after a signal, whatever was raised is the interruption."""
    interrupted = signals.code() or {KeyboardInterrupt: 130, click.Abort: 130, signals.Terminated: 143}.get(type(error))
    if interrupted:
        signals.end_at_once()
    try:
        return _interrupted(error, interrupted) if interrupted else _failure(error)
    except OSError as unwritten:
        return _unwritten(unwritten)


def _interrupted(error: BaseException, code: int) -> int:
    word = signals.WORDS[code]
    _failed(word, " ".join([word, *_notes(error)]))
    return code


def _failure(error: BaseException) -> int:
    match error:
        case LstmcError():
            from .render import complain

            return complain(error)
        case click.exceptions.Exit():
            return error.exit_code
        case SystemExit():
            return error.code if isinstance(error.code, int) else 1
        case click.ClickException():
            _failed("usage", f"{error.format_message()}{_key_for(error)}", error)
            return error.exit_code
        case ImportError() if not os.environ.get("LSTMC_TRACEBACK"):
            from ..spec.packages import of_lstmc, unusable

            return _internal(error) if of_lstmc(error) else _failure(unusable(error))
        case OSError() if _in_echo(error):
            return _unwritten(error)
        case _:
            if os.environ.get("LSTMC_TRACEBACK"):
                raise error
            return _internal(error)


def _internal(error: BaseException) -> int:
    _failed("internal", f"internal error: {type(error).__name__}: {error}\n{REPORT}")
    return INTERNAL_ERROR


def _in_echo(error: OSError) -> bool:
    """Whether the error is that of writing to stdout; all of the commands' output goes through `click.echo`."""
    from traceback import walk_tb

    return any(frame.f_globals.get("__name__") == "click.utils" for frame, _ in walk_tb(error.__traceback__))


def _unwritten(error: OSError) -> int:
    """Says that stdout cannot be written; a reader that has left, as `head` does, has what it wants."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if isinstance(error, BrokenPipeError):
        return 1  # as click
    click.echo(f"cannot write to stdout: {error.strerror or error}", err=True)
    return UNWRITTEN


def _key_for(error: click.ClickException) -> str:
    """How a key of `fit` is given, for whoever takes it for an option; empty for other mistakes."""
    from ..spec.run import Fit

    key = error.option_name.lstrip("-").replace("-", "_") if isinstance(error, click.NoSuchOption) else ""
    return f" It is a key of the spec: --set fit.{key}=VALUE." if key in Fit.model_fields else ""


def _failed(kind: str, message: str, error: click.ClickException | None = None) -> None:
    """Says why a command ended: to people as click does, to programs in one document."""
    from .render import failure, json_wanted, safe, usage

    if json_wanted():
        failure(kind, message)
    elif error:
        usage(error, message)
    else:
        click.echo(safe(message), err=True)  # not wrapped: what to go on with is a command to copy


def _notes(error: BaseException | None) -> list[str]:
    """What was noted about an interruption, wherever in the chain of exceptions it is."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        if notes := getattr(error, "__notes__", None):
            return list(notes)
        error = error.__cause__ or error.__context__
    return []
