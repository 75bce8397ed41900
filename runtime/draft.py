"""A first spec for a table: the task guessed from the target, the inputs from the other columns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..spec.data import Data, Source
from ..spec.diagnostics import Diagnostic
from ..spec.errors import DataError
from ..spec.run import Fit
from .data.markers import advice
from .data.profile import FILE, Column, Profile
from .data.recognition import Told
from .data.rows import count_of, suggestion
from .data.time_columns import Order

#: Different whole numbers up to which a target is a class rather than an amount.
MOST_CLASSES = 10
#: Samples from which two recurrent layers are worth their time.
MANY = 2000
#: Rows below which nothing is held back to validate.
FEW = 20
WIDTH = 100
WHY_NOT = {
    "counter": "counts the rows",
    "constant": "is the same in every row",
    "names": "has too many different texts",
    "mixed": "has texts among its numbers",
    "empty": "is empty",
    "time": "is a time",
    "clock": "is a time of day",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A spec as plain data, what was guessed for it, and what the user should look at."""

    spec: Mapping[str, Any]
    guesses: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()

    def text(self) -> str:
        """The spec as it is written to a file."""
        return written(self.spec) + "\n"


def draft(table: Profile, target: str, timesteps: int | None) -> Draft:
    """A spec that checks and runs.

    Args:
        table: what is known of the table.
        target: the column to predict.
        timesteps: rows in a sample; without, each row is a sample.

    Raises:
        DataError: LC503: there is no such column, or none for the inputs; LC504: it cannot be predicted;
            LC515: there are too few rows; LC536: windows of a table that holds several series.
    """
    name = table.source.path
    column = table.columns.get(target)
    if column is None:
        message, help_ = f"`{name}` has no column `{target}`", suggestion(target, table.columns)
        raise DataError([Diagnostic("LC503", message, where=name, help=help_)])
    if timesteps is not None and table.rows < timesteps + 5:
        message = f"windows of {count_of(timesteps, 'row')} need at least {timesteps + 5}, there are {table.rows}"
        raise DataError([Diagnostic("LC515", message, where=name, help="use fewer `--timesteps`, or more data")])
    if timesteps is not None and table.series is not None:
        raise DataError([_several(table, table.series)])
    task, units, task_guess = _task(column, name)
    features, left_out = _features(table, column, window=timesteps is not None and units is None)
    if not features:
        help_ = "a column of numbers, or of few different texts, can be one"
        if timesteps is None and units is None:
            help_ += "; with `--timesteps N` a sample is a window of N rows, and the target's own past is one"
        raise DataError([Diagnostic("LC503", f"no column of `{name}` is left for the features", help=help_)])
    data, data_guesses = _data(table, column, features, timesteps)
    guesses = (*_files(table), task_guess, *data_guesses, *left_out)
    deep = timesteps is not None and table.rows >= MANY
    spec = {
        "lstmc": 1,
        "description": f"Begun by `lstmc init` from {name}. Guesses: " + " ".join(guesses),
        "task": task,
        "layers": [
            *({"type": "LSTM", "units": size} for size in ((64, 32) if deep else (32,))),
            {"type": "Dense", "units": units or 1},
        ],
        "data": data,
        "fit": _fit(table),
    }
    warnings = [] if table.order else _unordered(table, windowed=timesteps is not None)
    read = Data.model_validate(data)
    used = dict.fromkeys((*features, *(() if units else (column,))))
    warnings += [found for each in used if (found := _marked(each, table.source.path, read))]
    return Draft(spec, guesses, tuple(warnings))


def _marked(column: Column, name: str, data: Data) -> Diagnostic | None:
    """LC553 for a column of numbers that holds a marker of missing values."""
    if column.marker is None:
        return None
    marker, place = column.marker
    message = marker.message(f"`{column.name}`", "rows")
    where = f"{name}, {place}, column `{column.name}`"
    return Diagnostic("LC553", message, where=where, help=advice(data, marker.value, target=False))


def _several(table: Profile, series: Told) -> Diagnostic:
    """LC536: a window must not begin in one series and end in another."""
    name = table.source.path
    if series.columns == (FILE,):
        stamp = table.repeated[0]
        message = f"the {table.files[0]} files of `{name}` hold {series.count} series: `{stamp}` is in several files"
        help_ = "run `lstmc init` on one of the files"
        return Diagnostic("LC536", message, where=name, help=help_)
    ids = " and ".join("the file" if column == FILE else f"`{column}`" for column in series.columns)
    stamp, rows = table.repeated
    repeated = f"`{stamp}` is in {rows} rows"
    message = f"`{name}` holds {series.count} series, one for each {ids}: {repeated}"
    help_ = "write each series to a file of its own, and run `lstmc init` on one of them"
    if table.source.kind == "csv" and FILE not in series.columns:
        options = f", separator={table.source.delimiter!r}" if table.source.delimiter else ""
        columns = json.dumps(series.columns, ensure_ascii=False)
        line = f"for key, part in polars.read_csv({json.dumps(name, ensure_ascii=False)}{options}).group_by({columns}):"
        help_ += f'; in Python: `{line} part.write_csv("-".join(map(str, key)) + ".csv")`'
    return Diagnostic("LC536", message, where=name, help=help_)


def _files(table: Profile) -> tuple[str, ...]:
    """Which files of a pattern were looked at."""
    looked, there = table.files
    if there == 1:
        return ()
    return (f"{looked} files looked at." if looked == there else f"The first {looked} of {there} files looked at.",)


def _unordered(table: Profile, *, windowed: bool) -> list[Diagnostic]:
    """LC554 for columns that look like dates and do not order the rows."""
    found = []
    for column in table.columns.values():
        why = column.doubt
        if column.name in table.repeats:
            why = "a time stamp is there twice"
        elif column.kind == "time" and column.missing:
            why = f"{count_of(column.missing, 'cell')} of it {'is' if column.missing == 1 else 'are'} empty"
        if why and windowed:
            message = f"windows follow the order of the file: `{column.name}` looks like dates, but {why}"
            help_ = "correct the column and run `lstmc init` again, or make sure that the oldest row comes first"
            found.append(Diagnostic("LC554", message, where=f"{table.source.path}, column `{column.name}`", help=help_))
    return found


def _task(target: Column, name: str) -> tuple[Any, int | None, str]:
    """The task, the units of the last layer where it has classes, and why."""
    if target.cause:
        why, fix = target.cause
        message = f"`{target.name}` cannot be predicted: it is not a column of numbers, {why}"
        raise DataError([Diagnostic("LC504", message, where=f"{name}, column `{target.name}`", help=fix)])
    few = target.whole and len(target.levels) <= MOST_CLASSES
    match target.kind:
        case "categories" | "numbers" | "counter" | "mixed" if target.levels and (few or not _is_number(target)):
            classes: list[Any] = sorted(int(float(level)) for level in target.levels) if few else list(target.levels)
        case "numbers" | "counter":
            return "regression", None, f"`{target.name}` is an amount, so this is a regression."
        case _:
            message = f"`{target.name}` {WHY_NOT[target.kind]}, and cannot be predicted"
            raise DataError([Diagnostic("LC504", message, where=f"{name}, column `{target.name}`")])
    kind = "binary" if len(classes) == 2 else "multiclass"
    guess = f"`{target.name}` has {len(classes)} different values, so they are classes."
    if few and classes == list(range(len(classes))):
        return kind, 1 if kind == "binary" else len(classes), guess
    return {"kind": kind, "classes": classes}, 1 if kind == "binary" else len(classes), guess


def _is_number(column: Column) -> bool:
    return column.kind in ("numbers", "counter")


def _features(table: Profile, target: Column, *, window: bool) -> tuple[list[Column], list[str]]:
    """The columns that become inputs, and why others do not; with a window the target's own past is one."""
    features, why = [], []
    for column in table.columns.values():
        if column.name in table.time or (column is target and not window):
            continue
        if column.name in table.repeats:
            ids = table.series.columns if table.series else ()
            each = f", once for each {' and '.join(f'`{name}`' for name in ids)}" if ids and FILE not in ids else ""
            why.append(f"`{column.name}` is left out: a time stamp is there twice{each}.")
        elif column.kind in ("numbers", "categories") or column is target:
            features.append(column)
        elif column.cause:
            why.append(f"`{column.name}` is left out: it is not a column of numbers, {column.cause[0]}.")
        else:
            why.append(f"`{column.name}` is left out: it {WHY_NOT[column.kind]}.")
    return features, why


def _data(
    table: Profile, target: Column, features: list[Column], timesteps: int | None
) -> tuple[dict[str, Any], list[str]]:
    data: dict[str, Any] = {"source": _source(table.source)}
    guesses = []
    if table.order:
        data["time"], time_guesses = _time(table.order)
        guesses += time_guesses
    elif timesteps is not None:
        guesses.append("No column orders the rows: they stay in the order of the file.")
    data["features"] = [column.name for column in features]
    data["target"] = target.name
    categories = [column.name for column in features if column.kind == "categories"]
    if categories:
        data["categorical"] = dict.fromkeys(categories, "one_hot")
        guesses.append(f"{', '.join(f'`{name}`' for name in categories)}: few different texts, so categories.")
    if timesteps is not None:
        data["window"] = {"timesteps": timesteps}
    else:
        series = not categories and _is_series([column.name for column in features])
        data["arrange"] = "columns_as_timesteps" if series else "columns_as_features"
        guesses.append("Its numbered columns are timesteps." if series else "Each row is one timestep.")
    missing = sum(column.missing for column in dict.fromkeys((*features, target)))
    if missing:
        data["missing"] = "forward_fill" if timesteps is not None else "drop"
        what = "the value before is taken" if timesteps is not None else "their rows are dropped"
        guesses.append(f"{count_of(missing, 'value')} missing: {what}.")
    data["scale"] = "standard"
    if table.rows < FEW:
        data["split"] = {"train": 0.8, "test": 0.2}
    return data, guesses


def _time(order: Order) -> tuple[Any, list[str]]:
    """The columns that order the rows, with their format where they need one."""
    names, format_ = order.time.names, order.time.format
    columns = ", ".join(f"`{name}`" for name in names)
    written = f", written as `{format_}`" if format_ else ""
    guesses = [f"{columns} order{'s' * (len(names) == 1)} the rows{written}."]
    if order.others:
        others = " or ".join(f"`{other}`" for other in order.others)
        guesses.append(f"{columns} may as well be written as {others}: correct `data.time.format` if so.")
    if order.newest_first:
        guesses.append("The newest row comes first in the file: the rows are put in order of time.")
    return order.key(), guesses


def _source(source: Source) -> Any:
    keys = source.model_dump(exclude_defaults=True)
    return keys if len(keys) > 1 else source.path


def _is_series(names: list[str]) -> bool:
    """Whether columns are numbered: `t0`, `t1`, `t2` …, or `1`, `2`, `3` …"""
    found = [re.fullmatch(r"(.*?)(\d+)", name.strip()) for name in names]
    if len(names) < 4 or not all(found):
        return False
    stems = {match[1] for match in found if match}
    numbers = [int(match[2]) for match in found if match]
    return len(stems) == 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _fit(table: Profile) -> dict[str, Any]:
    fit: dict[str, Any] = {"epochs": 50, "batch_size": 128 if table.rows >= 10 * MANY else 32}
    if table.rows >= FEW and "early_stopping" not in Fit.later():
        fit["early_stopping"] = {"monitor": "val_loss", "patience": 5}
    return fit


def written(value: Any, indent: int = 0) -> str:
    """JSON in which what fits on a line stands on one line.

    >>> print(written({"a": [1, 2], "b": {"c": "d"}}))
    {
      "a": [1, 2],
      "b": { "c": "d" }
    }
    """
    line = _line(value)
    if not isinstance(value, (dict, list)) or not value or (indent and len(line) + indent <= WIDTH):
        return line
    pad = " " * (indent + 2)
    if isinstance(value, list):
        items = [pad + written(item, indent + 2) for item in value]
    else:
        items = [f"{pad}{_line(key)}: {written(item, indent + 2)}" for key, item in value.items()]
    first, last = "[]" if isinstance(value, list) else "{}"
    return f"{first}\n" + ",\n".join(items) + f"\n{' ' * indent}{last}"


def _line(value: Any) -> str:
    match value:
        case dict() if value:
            return "{ " + ", ".join(f"{_line(key)}: {_line(item)}" for key, item in value.items()) + " }"
        case list():
            return f"[{', '.join(map(_line, value))}]"
    return json.dumps(value, ensure_ascii=False)
