"""`python -m lstmc`: the command line."""

from .cli.start import run

run()
