"""`python -m lstmc`: the command line."""

from .cli import main

main()
