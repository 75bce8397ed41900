"""Plan -> text: how a training would run, and why; what `lstmc show --schedule` prints."""

from __future__ import annotations

from typing import Any

from ..kernels import recurrent, uncovered, without_cudnn
from ..plan import Plan
from ..schedule import operations, schedule

#: Where nobody knows how many samples there will be.
_USUAL = (100, 10_000, 1_000_000)


def timetable(plan: Plan, samples: int | None, cores: int) -> dict[str, Any]:
    """The schedules for `samples`, or for a few numbers of them where it is not known, as plain data."""
    fit, gpu = plan.spec.fit, plan.spec.runtime.device.startswith("gpu")
    rows = []
    for count in [samples] if samples else _USUAL:
        batch_size = (plan.input.batch if plan.input else None) or min(fit.batch_size, count)
        found = schedule(plan, count, batch_size, cores, gpu=gpu)
        rows.append({"samples": count, "batch_size": batch_size, **found.plain(), "why": list(found.why)})
    missing = without_cudnn if gpu else uncovered
    kernels = [{"layer": i, "type": layer.type, "obstacle": missing(layer)} for i, layer in recurrent(plan)]
    return {
        "operations": operations(plan, rows[0]["batch_size"]),
        "device": "gpu" if gpu else "cpu",
        "schedules": rows,
        "kernels": kernels,
    }


def written(plan: Plan, table: dict[str, Any]) -> str:
    """The same for people, 80 columns wide."""
    lines = [f"{plan.name}: {plan.spec.fit.epochs:,} epochs on a {table['device']}", ""]
    for row in table["schedules"]:
        parts = f" in {row['shards']} parts" if row["shards"] > 1 else ""
        lines.append(f"{row['samples']:,} samples, batches of {row['batch_size']:,}{parts}: {row['loop']}")
        lines += [f"    {why}" for why in row["why"]]
    kernel = "cuDNN" if table["device"] == "gpu" else "scheduled kernel"
    if table["kernels"]:
        lines.append("")
    for found in table["kernels"]:
        said = f"Keras's own loop: {found['obstacle']}" if found["obstacle"] else kernel
        lines.append(f"layers.{found['layer']} {found['type']}: {said}")
    return "\n".join(lines)
