"""A table that is to be streamed must be one that can be: LC550."""

from __future__ import annotations

from ..plan import Plan
from ..report import Report
from ..streamed import obstacles


def streaming(plan: Plan, report: Report) -> Plan:
    """Objects to what needs all rows at once; changes nothing. Files are looked into when they are read."""
    data = plan.spec.data
    if data is not None and data.stream and report.reliable("data", "task", "layers"):
        labels = plan.target not in (None, "values")
        for place, why, help_ in obstacles(data, labels=labels, stateful=plan.stateful):
            report.add("LC550", f"the data cannot be streamed: {why}", place, help=help_)
    return plan
