"""The passes, in order: each takes a plan and returns a better one, and reports what it objects to."""

from __future__ import annotations

from collections.abc import Callable

from ..plan import Plan
from ..report import Report
from .arguments import arguments
from .course import course
from .engines import engines
from .first import first_rank
from .limits import limits
from .names import names
from .objective import fill
from .outputs import check
from .propagate import propagate
from .sequences import sequences
from .streaming import streaming
from .usage import usage

Pass = Callable[[Plan, Report], Plan]

PASSES: tuple[Pass, ...] = (
    usage, names, first_rank, sequences, propagate, arguments, fill, check, course, streaming, engines, limits,
)  # fmt: skip


def run(plan: Plan, report: Report) -> Plan:
    """Runs all passes; each runs as far as what is known allows."""
    for transform in PASSES:
        plan = transform(plan, report)
    return plan
