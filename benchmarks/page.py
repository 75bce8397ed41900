"""The page of results, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import processes
from driving import Measured
from subjects import SUBJECTS
from targets import KEEPS, MEMORY, TARGETS, Ratio, Target
from workloads import Workload

Results: TypeAlias = Mapping[str, Mapping[str, Any]]
BYTES = 4
MIB = 1 << 20


def page(results: Results) -> str:
    """All that was measured; what was not is left out."""
    parts = (head, goals, machine, classic, training, table, prediction, parser, cold)
    return "\n\n".join(text for part in parts if (text := part(results))) + "\n"


def head(results: Results) -> str:
    """What the figures hold for, and how they were taken."""
    machines = [result["machine"] for result in results.values()]
    where = machines[-1] if machines else {"cores": "?", "processor": "?", "system": "?", "python": "?"}
    found: dict[str, str] = {}
    for result in results.values():
        for measured in result["subjects"].values():
            found |= measured.versions
    versions = ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
    loads = [result["load"] for result in results.values()]
    return "\n\n".join(
        [
            "# Performance",
            "`make bench` measures lstmc beside its peers and writes this page; nothing here is typed by hand"
            " but the column that says what keeps a figure where it is.",
            f"Machine: {where['cores']} cores of {where['processor']}, {where['system']}, no GPU."
            f" Python {where['python']}; {versions}. Load average after each workload: {spread(loads, '')}; about as"
            " many as there are cores is the measurement itself.",
            "Each subject is a process of its own that is built and warmed up; then the processes take turns, one"
            " repetition each, and only one computes at a time. Figures are medians, with the least and the greatest"
            " in brackets. A ratio is that of the medians; its brackets are the least and the greatest of a round."
            " Peers have the fastest of the settings that were tried: Keras on TensorFlow plain or with XLA, PyTorch in"
            " either layout and fused Adam, ONNX Runtime with several chunks and threads; the tables name the setting."
            " Keras's bulk prediction is measured without any settings too. PyTorch has a new process in every round:"
            " glibc gives the memory of each step back and asks for it again, page by page, or does not, as the heap"
            ' happens to lie; "freed memory kept" is PyTorch with `MALLOC_TRIM_THRESHOLD_`, where it does not.',
            "![How many times as fast as its peers lstmc is, with the ratios to reach](images/performance.svg)",
        ]
    )


def goals(results: Results) -> str:
    """The ratios to reach, and how far they are."""
    rows = [row for target in TARGETS if (row := goal(results, target))]
    rows += memory_goal(results)
    columns = ("work", "against", "at least", "ratio", "reached", "of the sgemm peak", "what keeps it there")
    return section("Ratios to reach", columns, rows)


def goal(results: Results, target: Target) -> tuple[str, ...]:
    """One target; empty where it was not measured."""
    measured = results.get(target.workload, {}).get("subjects", {})
    if target.subject not in measured or target.peer not in measured:
        return ()
    ours, theirs = measured[target.subject], measured[target.peer]
    ratio = Ratio.of(ours, theirs)
    if math.isnan(ratio.median):
        return ()
    peer = SUBJECTS[target.peer].title if target.peer in SUBJECTS else "Keras script"
    share = "–"
    if "workload" in results[target.workload]:
        share = percent(gflops(results[target.workload], ours) / peak(results))
    reached = "yes" if ratio.median >= target.least else "no"
    return (
        f"{target.workload}" + ("" if target.subject == "lstmc" else f" `{target.subject}`"),
        peer,
        f"{target.least:.3g}×",
        f"{number(ratio.median)}× ({number(ratio.least)} to {number(ratio.greatest)})",
        reached,
        share,
        KEEPS[target.workload],
    )


def memory_goal(results: Results) -> list[tuple[str, ...]]:
    """The peak of memory for windows of a table."""
    if "table" not in results or "lstmc" not in results["table"]["subjects"]:
        return []
    times = over(results["table"], results["table"]["subjects"]["lstmc"])
    reached = "yes" if times <= MEMORY else "no"
    keeps = "the rows, which windows are views of, here and on the device; targets, and a block as it is read"
    return [("table, memory", "the table's own size", f"at most {MEMORY:.3g}×", f"{times:.2g}×", reached, "–", keeps)]


def machine(results: Results) -> str:
    """What the machine can do at best."""
    rows = []
    for name, unit in (("sgemm", "GFLOP/s"), ("memory", "GB/s")):
        for subject, measured in results.get(name, {}).get("subjects", {}).items():
            if measured.seconds:
                rates = [rate(results[name], seconds) for seconds in measured.seconds]
                rows.append((results[name]["title"], SUBJECTS[subject].title, f"{spread(rates, '')} {unit}"))
    note = "The peak is the best of them: it is what the shares on this page are of."
    return section("The machine", ("work", "by", "rate"), rows, note)


def classic(results: Results) -> str:
    """The 1,000 epochs."""
    rows = []
    for name, commands in processes.CLASSICS.items():
        for subject, measured in results.get(name, {}).get("subjects", {}).items():
            rows.append((commands[subject].title, *times(measured)))
    note = (
        "LSTM(10), Dense(1), nine samples in one batch, 1,000 epochs; `fit` with its compilation, and whole processes."
    )
    return section("The classic", ("what", "seconds", "cores busy"), rows, note)


def training(results: Results) -> str:
    """Epochs."""
    rows = []
    for result in of_kind(results, "train"):
        for subject, measured in result["subjects"].items():
            speed = gflops(result, measured)
            share = "–" if math.isnan(speed) else percent(speed / peak(results))
            rows.append(
                (result["title"], SUBJECTS[subject].title, *times(measured), number(speed), share, measured.note)
            )
    note = (
        "Seconds of an epoch, in one call that trains a model which has been trained before; Adam, mean squared error,"
        " shuffled. The operations are those of the matrix products, three times those of the forward pass."
    )
    columns = ("work", "by", "seconds", "cores busy", "GFLOP/s", "of the sgemm peak", "setting")
    return section("Training", columns, rows, note)


def table(results: Results) -> str:
    """Windows of a table."""
    if "table" not in results:
        return ""
    result = results["table"]
    workload = Workload.restore(result["workload"])
    rows = []
    for subject, measured in result["subjects"].items():
        speed = number(workload.windows / measured.median)
        rows.append((SUBJECTS[subject].title, *times(measured), speed, number(over(result, measured)), measured.note))
    size = workload.rows * workload.features * BYTES / MIB
    note = (
        f"{workload.rows:,} rows of {workload.features} float32 columns in a Parquet file, {size:.3g} MiB; windows of"
        f" {workload.timesteps} rows, one every {workload.stride} rows: {workload.windows:,} samples, shuffled, batches"
        f" of {workload.batch}, {workload.cell}({workload.units[0]}) and Dense(1). Timed from opening the file to the"
        " end of one epoch; the model has been trained on a small table before. Keras reads the file with polars and"
        " makes its windows with `timeseries_dataset_from_array`, shuffled. Every 20th window is enough to read every"
        " row eight times, and keeps the epoch within seconds for all; copies of all these windows would take"
        f" {workload.windows * workload.timesteps * workload.features * BYTES / MIB / size:.2g} times the table."
        " Memory is the peak of the process during its first epoch above what it had after the warm-up, over the size"
        " of the table, which is part of it."
    )
    columns = ("by", "seconds", "cores busy", "samples per second", "memory over the table", "setting")
    return section("Windows of a table", columns, rows, note)


def prediction(results: Results) -> str:
    """Single samples and many."""
    rows = []
    for result in [*of_kind(results, "single"), *of_kind(results, "bulk")]:
        for subject, measured in result["subjects"].items():
            rows.append((result["title"], SUBJECTS[subject].title, *times(measured, 1000), measured.note))
    note = (
        "`lstmc.load(f).predict(x)`, `keras.Model.predict(x)`, and ONNX Runtime's `session.run` on the graph that"
        " `lstmc export --to onnx` writes, with no preparation and no checks."
    )
    return section("Prediction", ("work", "by", "milliseconds", "cores busy", "setting"), rows, note)


def parser(results: Results) -> str:
    """Reading specs."""
    titles = {"lstmc": "the parser of lstmc", "check": "`lstmc.check`", "json": "`json.loads`"}
    rows = [
        (titles[subject], *times(measured, 1000), measured.note)
        for result in of_kind(results, "parse")
        for subject, measured in result["subjects"].items()
    ]
    note = "A spec of 200 layers. The parser keeps the place of every key and value, which `json.loads` does not."
    return section("The parser", ("by", "milliseconds", "cores busy", "text"), rows, note)


def cold(results: Results) -> str:
    """Processes from start to end."""
    measured = results.get("cold", {}).get("subjects", {})
    rows = [(one.note, *times(one)) for one in measured.values()]
    note = "A new process from start to end, files in the disk cache; the sunspots example."
    return section("Cold start", ("what", "seconds", "cores busy"), rows, note)


def section(title: str, columns: Iterable[str], rows: list[tuple[str, ...]], note: str = "") -> str:
    """A heading, a sentence and a table; empty where there are no rows."""
    if not rows:
        return ""
    names = tuple(columns)
    lines = [f"| {' | '.join(row)} |" for row in (names, ("---",) * len(names), *rows)]
    return "\n\n".join(part for part in (f"## {title}", note, "\n".join(lines)) if part)


def of_kind(results: Results, kind: str) -> list[Mapping[str, Any]]:
    """The results of one kind, in the order of the workloads."""
    from workloads import WORKLOADS

    return [results[w.name] for w in WORKLOADS if w.kind == kind and w.name in results]


def rate(result: Mapping[str, Any], seconds: float) -> float:
    """10⁹ operations, or bytes, in a second."""
    workload = Workload.restore(result["workload"])
    amount = 2 * workload.size**3 if workload.kind == "matmul" else 3 * workload.size * MIB
    return amount / seconds / 1e9


def peak(results: Results) -> float:
    """GFLOP/s of the best product; NaN where it was not measured."""
    subjects = results.get("sgemm", {}).get("subjects", {}).values()
    return max((rate(results["sgemm"], m.median) for m in subjects if m.seconds), default=math.nan)


def gflops(result: Mapping[str, Any], measured: Measured) -> float:
    """Of a training; predictions do a third of the work."""
    workload = Workload.restore(result["workload"])
    return workload.flops / (3 if workload.kind in ("single", "bulk") else 1) / measured.median / 1e9


def over(result: Mapping[str, Any], measured: Measured) -> float:
    """Memory gained, over the size of the table."""
    workload = Workload.restore(result["workload"])
    return measured.gained_mib * MIB / (workload.rows * workload.features * BYTES)


def times(measured: Measured, factor: float = 1) -> tuple[str, str]:
    """Seconds, or what `factor` makes of them, and cores."""
    if not measured.seconds:
        return "–", "–"
    return spread([factor * s for s in measured.seconds]), f"{Measured(measured.cores).median:.1f}"


def spread(values: list[float], unit: str = "") -> str:
    """The median with the least and the greatest."""
    if not values:
        return "–"
    whole = Measured(values)
    return f"{number(whole.median)}{unit} ({number(min(values))} to {number(max(values))})"


def number(value: float) -> str:
    """Three digits."""
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percent(share: float) -> str:
    """A share as it is read."""
    return "–" if math.isnan(share) else f"{100 * share:.2g} %"
