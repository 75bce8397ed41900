"""The parser of Python's standard library."""

from __future__ import annotations

import json

from workloads import Workload

from subjects import Repeat, per_call
from subjects.with_lstmc import many_layers


def parsing(workload: Workload) -> tuple[Repeat, str]:
    """Values alone, without their places."""
    text = many_layers(workload.size)
    return per_call(lambda: json.loads(text)), ""
