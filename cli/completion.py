"""`lstmc completion`: what makes a shell complete commands, options, specs and artifacts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..spec.document import dumps
from .options import JSON

VARIABLE = "_LSTMC_COMPLETE"


@click.command(
    short_help="Print the completion script of a shell.",
    epilog="""\b
Examples:
  lstmc completion bash > ~/.local/share/bash-completion/completions/lstmc
  lstmc completion zsh > ~/.zfunc/_lstmc    # a folder of $fpath
  lstmc completion fish > ~/.config/fish/completions/lstmc.fish""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@JSON
@click.pass_context
def completion(ctx: click.Context, shell: str, *, as_json: bool) -> None:
    """Print what makes SHELL complete lstmc; write it where the shell looks, and begin a new shell."""
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "lstmc", VARIABLE).source()
    if as_json:
        click.echo(dumps({"shell": shell, "script": script}))
    else:
        click.echo(script)
