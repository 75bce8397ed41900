"""The command line: results on stdout, progress and messages on stderr, no traceback."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from types import FrameType

import click

from .. import __version__
from ..spec.errors import LstmcError

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
  130, 143  interrupted"""
INTERNAL_ERROR = 70
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
        return f"a command comes first, as in `lstmc {'check' if name.endswith('.json') else 'predict'} {name}`"
    close = nearest(name, COMMANDS)
    return f"did you mean `{close}`?" if close else "`lstmc --help` lists them"


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lstmc")
def lstmc() -> None:
    """Compile a sequence model from one JSON file; train, evaluate, use and ship it."""


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = lstmc.main(prog_name="lstmc", standalone_mode=False)
        sys.stdout.flush()
    except LstmcError as error:
        from .render import complain

        code = complain(error)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except click.ClickException as error:
        code = error.exit_code
        _failed("usage", f"{error.format_message()}{_key_for(error)}", error)
    except (KeyboardInterrupt, click.Abort) as interruption:
        code = 130
        _failed("interrupted", _noted("interrupted", interruption))
    except _Terminated as interruption:
        code = 143
        _failed("terminated", _noted("terminated", interruption))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("LSTMC_TRACEBACK"):
            raise
        code = INTERNAL_ERROR
        _failed("internal", f"internal error: {type(error).__name__}: {error}\n{REPORT}")
    sys.exit(code if isinstance(code, int) else 0)


def _key_for(error: click.ClickException) -> str:
    """How a key of `fit` is given, for whoever takes it for an option; empty for other mistakes."""
    from ..spec.run import Fit

    key = error.option_name.lstrip("-").replace("-", "_") if isinstance(error, click.NoSuchOption) else ""
    return f" It is a key of the spec: --set fit.{key}=VALUE." if key in Fit.model_fields else ""


def _failed(kind: str, message: str, error: click.ClickException | None = None) -> None:
    """Says why a command ended: to people as click does, to programs in one document."""
    from .render import failure, json_wanted, usage

    if json_wanted():
        failure(kind, message)
    elif error:
        usage(error, message)
    else:
        click.echo(message, err=True)  # not wrapped: what to go on with is a command to copy


def _noted(word: str, interruption: BaseException) -> str:
    """How the command ended, and what it has noted about that."""
    notes = [note for error in (interruption, interruption.__cause__) for note in getattr(error, "__notes__", ())]
    return " ".join([word, *notes])


class _Terminated(BaseException):
    """The process was asked to end."""


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated
