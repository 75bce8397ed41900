"""The data part of the stand-alone script makes the samples that lstmc makes, for every key of `data`."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lstmc
from lstmc.api import compiled
from lstmc.compiler.targets.python import script

LSTM: dict[str, Any] = {"type": "LSTM", "units": 2}
ALL: dict[str, Any] = {**LSTM, "return_sequences": True}
MASKING: dict[str, Any] = {"type": "Masking", "mask_value": -1.0}
ROWS = 60


def dense(units: int) -> dict[str, Any]:
    return {"type": "Dense", "units": units}


def spec(data: dict[str, Any], layers: list[dict[str, Any]] | None = None, **other: Any) -> dict[str, Any]:
    return {"lstmc": 1, "task": "regression", "layers": layers or [LSTM, dense(1)], "data": data, **other}


SERIES: dict[str, Any] = {
    "source": "series.csv", "time": "hour", "features": ["a", "b"], "target": "a",
    "window": {"timesteps": 5}, "scale": "standard",
}  # fmt: skip
TABLE: dict[str, Any] = {
    "source": "rows.csv", "features": ["p", "q", "r", "s"], "target": "v",
    "arrange": "columns_as_timesteps", "scale": "standard",
}  # fmt: skip
KINDS = {**TABLE, "target": "kind", "scale": "minmax"}
ARRAYS: dict[str, Any] = {"source": "arrays.npz", "scale": "standard"}
THREE = {"task": "multiclass"}


def every_step(kind: str = "regression") -> dict[str, Any]:
    return {"task": {"kind": kind, "output": "sequence"}}


def series(**changes: Any) -> dict[str, Any]:
    return {**SERIES, **changes}


def window(**changes: Any) -> dict[str, Any]:
    return {**SERIES, "window": {"timesteps": 5, **changes}}


def table(**changes: Any) -> dict[str, Any]:
    return {**TABLE, **changes}


def dates(column: Any, format_: str | None = None, **changes: Any) -> dict[str, Any]:
    time = {"columns": column, "format": format_} if format_ else column
    return {**SERIES, "source": "dates.csv", "time": time, **changes}


def sizes(train: Any, validation: Any = None, test: Any = None, **others: Any) -> dict[str, Any]:
    found = {"train": train, "validation": validation, "test": test, **others}
    return {key: value for key, value in found.items() if value is not None}


FILES = {k: v for k, v in SERIES.items() if k != "time"} | {"source": "part-*.csv"}
CASES: dict[str, dict[str, Any]] = {
    # windows
    "window": spec(series()),
    "horizon": spec(window(horizon=3)),
    "stride": spec(window(stride=3)),
    "steps": spec(window(steps=3), [LSTM, dense(3)]),
    "steps of two targets": spec(
        {**window(steps=3, horizon=2), "target": ["a", "b"]},
        [LSTM, dense(6), {"type": "Reshape", "target_shape": [3, 2]}],
    ),
    "sequence": spec(window(horizon=2), [ALL, dense(1)], **every_step()),
    "sequence of two targets": spec({**SERIES, "target": ["b", "a"]}, [ALL, dense(2)], **every_step()),
    "sequence with stride": spec({**window(stride=4), "split": sizes(0.5, 0.2, 0.3)}, [ALL, dense(1)], **every_step()),
    "default features": spec({k: v for k, v in SERIES.items() if k != "features"} | {"source": "plain.csv"}),
    "no time": spec({k: v for k, v in SERIES.items() if k != "time"}),
    "window of labels": spec(series(target="kind", scale="minmax"), [LSTM, dense(3)], **THREE),
    "sequence of labels": spec(series(target="kind"), [ALL, dense(3)], **every_step("multiclass")),
    "binary window": spec(series(target="yes"), task="binary"),
    "binary sequence": spec(series(target="yes"), [ALL, dense(1)], **every_step("binary")),
    # time stamps
    **{
        f"time {name}": spec(dates(name))
        for name in (
            "iso", "minutes", "zone", "slim", "month", "quarter", "reverse_quarter", "week", "number", "offset",
        )
    },
    "time format": spec(dates("german", "%d.%m.%Y %H:%M")),
    "time zone format": spec(dates("offset", "%Y-%m-%d %H:%M %z")),
    "date and clock": spec(dates(["day_alone", "clock"])),
    "date and clock format": spec(dates(["day_alone", "clock"], "%Y-%m-%d %H:%M")),
    "parts": spec(dates(["year", "month_number", "day", "hour"])),
    "parts by name": spec(dates(["day", "month", "year"], source="parts.csv")),
    "year and quarter": spec(dates(["quarter", "year"], source="quarters.csv")),
    "file order of rows": spec(dates("iso", split=sizes(0.6, 0.2, 0.2, order="file"))),
    "time without window": spec(table(source="dates.csv", time="iso", features=["a", "b"], target="c")),
    "time in file order": spec(
        table(
            source="dates.csv", time="iso", features=["a", "b"], target="c", split=sizes(0.7, None, 0.3, order="file"),
        )
    ),
    "time at random": spec(
        table(
            source="dates.csv", time="iso", features=["a", "b"], target="c",
            split=sizes(0.7, None, 0.3, order="random"),
        )
    ),
    # splits
    "fractions": spec(table(split=sizes(0.33, 0.31, 0.36))),
    "fractions of a part": spec(table(split=sizes(0.5, 0.25))),
    "all": spec(table(split=sizes(1.0))),
    "the integer 1": spec(table(split=sizes(1))),
    "counts": spec(table(split=sizes(30, 10, 15))),
    "counts and fractions": spec(table(split=sizes(0.5, 5, 0.25))),
    "no validation": spec(table(split=sizes(0.8, None, 0.2))),
    "random": spec(table(split=sizes(0.6, 0.2, 0.2, order="random")), fit={"seed": 5}),
    "random windows that share no row": spec({**window(stride=6), "split": sizes(0.5, 0.25, 0.25, order="random")}),
    "stratified": spec(KINDS, [LSTM, dense(3)], **THREE),
    "stratified by key": spec({**KINDS, "split": sizes(30, 9, 12, order="stratified")}, [LSTM, dense(3)], **THREE),
    "stratified windows": spec(
        {**window(stride=6), "target": "kind", "split": sizes(0.5, 0.25, 0.25, order="stratified")},
        [LSTM, dense(3)], **THREE,
    ),
    "labels in file order": spec({**KINDS, "split": sizes(0.5, 0.2, 0.3, order="file")}, [LSTM, dense(3)], **THREE),
    "time stamps": spec(dates("iso", split=sizes("2019-12-20", "2020-01-12", "2020-01-25"))),
    "time stamps in a format": spec(dates("german", "%d.%m.%Y %H:%M", split=sizes("2020-01-01", None, "2020-01-20"))),
    "time stamps of numbers": spec(series(split=sizes("6", "40", "50"))),
    "years of dates": spec(dates("iso", split=sizes("2019", None, "2020"))),
    "time stamps without window": spec(
        table(source="dates.csv", time="iso", features=["a", "b"], target="c", split=sizes("2019-12-20", "2020-01-19"))
    ),
    # arrange and scale
    "columns as features": spec(table(arrange="columns_as_features")),
    "timesteps": spec(table(arrange={"timesteps": 2})),
    **{
        f"scale {name}": spec(table(scale=scale))
        for name, scale in {
            "none": "none", "minmax": "minmax", "range": {"minmax": [-1, 2]},
            "both": {"features": "minmax", "target": {"minmax": [0, 5]}}, "target": {"target": "standard"},
        }.items()
    },
    "constant columns": spec(table(features=["p", "tenth", "one"])),
    "constant columns of a range": spec(table(features=["p", "tenth", "one"], scale={"features": {"minmax": [-1, 1]}})),
    "scaled windows of labels": spec(series(target="kind", scale={"minmax": [-1, 1]}), [LSTM, dense(3)], **THREE),
    # labels
    "classes": spec(KINDS, [LSTM, dense(3)], task={"kind": "multiclass", "classes": ["z", "x", "y"]}),
    "numbers as classes": spec(
        {**KINDS, "target": "grade"}, [LSTM, dense(3)], task={"kind": "multiclass", "classes": [3, 1, 2]}
    ),
    "class ids": spec({**KINDS, "target": "id"}, [LSTM, dense(3)], **THREE),
    "binary": spec({**KINDS, "target": "yes"}, task="binary"),
    "binary texts": spec({**KINDS, "target": "answer"}, task="binary"),
    "truth values": spec({**KINDS, "target": "truth"}, task="binary"),
    "binary classes": spec({**KINDS, "target": "answer"}, task={"kind": "binary", "classes": ["yes", "no"]}),
    "binary numbers as classes": spec({**KINDS, "target": "one_two"}, task={"kind": "binary", "classes": [1, 2]}),
    "multilabel": spec({**KINDS, "target": ["yes", "no"]}, [LSTM, dense(2)], task="multilabel"),
    "one hot": spec(
        {**KINDS, "target": ["yes", "no"]}, [LSTM, dense(2)], task="multiclass",
        compile={"loss": "categorical_crossentropy"},
    ),
    # files
    "semicolons": spec(table(source={"path": "semicolons.csv", "delimiter": ";", "decimal": ","})),
    "tsv": spec(table(source={"path": "rows.tsv.gz", "encoding": "latin-1"})),
    "jsonl": spec(table(source="rows.jsonl")),
    "parquet": spec(table(source="rows.parquet")),
    "parquet with dates": spec(dates("moment", source="dates.parquet")),
    "parquet with days": spec(dates("date", source="dates.parquet")),
    "byte-order mark": spec(table(source="bom.csv", features=["p", "q"])),
    "files": spec(FILES),
    "files with stride": spec(
        {**FILES, "window": {"timesteps": 4, "stride": 3, "steps": 2}, "split": sizes(0.5, 0.2, 0.3)},
        [LSTM, dense(2)],
    ),
    "files in sequence": spec(
        {**FILES, "window": {"timesteps": 4, "horizon": 2}, "split": sizes(0.5, 0.2, 0.3)},
        [ALL, dense(1)], **every_step(),
    ),
    "files at random": spec(
        {**FILES, "window": {"timesteps": 4, "stride": 5}, "split": sizes(0.6, 0.2, 0.2, order="random")}
    ),
    "files with time": spec({**FILES, "time": "hour"}),
    "a pattern that is a name": spec({**FILES, "source": "one[1].csv"}),
    "files of rows": spec(table(source="part-*.csv", features=["a"], target="b")),
    "files of parquet": spec({**FILES, "source": "part-*.parquet"}),
    # arrays
    "npz": spec(ARRAYS),
    "npz minmax": spec({**ARRAYS, "scale": {"features": {"minmax": [-1, 1]}, "target": "standard"}}),
    "npz at random": spec({**ARRAYS, "split": sizes(0.5, 0.2, 0.3, order="random")}),
    "npz names": spec({**ARRAYS, "source": {"path": "named.npz", "x": "inputs", "y": "outputs"}}),
    "npz of capitals": spec({**ARRAYS, "source": "capitals.npz"}),
    "npz files": spec({**ARRAYS, "source": "many-*.npz"}),
    "npz with padding": spec({**ARRAYS, "source": "padded.npz"}, [MASKING, LSTM, dense(1)]),
    "npz with padding minmax": spec(
        {**ARRAYS, "source": "padded.npz", "scale": "minmax"},
        [{"type": "Masking", "mask_value": -1.0}, LSTM, dense(1)],
    ),
    "npz with lengths": spec({**ARRAYS, "source": {"path": "lengths.npz", "length": "n"}}, [MASKING, LSTM, dense(1)]),
    "npz with lengths, not scaled": spec({"source": {"path": "lengths.npz", "length": "n"}}, [MASKING, LSTM, dense(1)]),
    "npz with lengths and no Masking": spec({**ARRAYS, "source": {"path": "lengths.npz", "length": "n"}}),
    "npz labels": spec({**ARRAYS, "source": "labels.npz"}, [LSTM, dense(3)], **THREE),
    "npz texts": spec({**ARRAYS, "source": "texts.npz"}, [LSTM, dense(3)], **THREE),
    "npz sequences of labels": spec({**ARRAYS, "source": "tags.npz"}, [ALL, dense(3)], **every_step("multiclass")),
    "npz sequences": spec({**ARRAYS, "source": "outputs.npz"}, [ALL, dense(1)], **every_step()),
    "npz rows": spec({**ARRAYS, "source": "flat.npz", "arrange": {"timesteps": 2}}),
    "npz windows": spec({**ARRAYS, "source": "flat.npz", "window": {"timesteps": 4, "horizon": 2}}),
    "npz windows of files": spec({**ARRAYS, "source": "flat-*.npz", "window": {"timesteps": 4}}),
    # padding and ids in tables
    "padded rows": spec(table(features=["p", "q", "late", "later"]), [MASKING, LSTM, dense(1)]),
    "padded rows of steps": spec(
        table(features=["p", "q", "late", "later"], arrange={"timesteps": 2}), [MASKING, LSTM, dense(1)]
    ),
    "token ids": spec(
        {**KINDS, "features": ["id", "grade"], "target": "v"},
        [{"type": "Embedding", "input_dim": 5, "output_dim": 2}, LSTM, dense(1)],
        input={"timesteps": 2, "vocabulary": 5},
    ),
    "weights of samples": spec(
        {k: v for k, v in SERIES.items() if k != "features"} | {"source": "weighted.csv"}, fit={"sample_weight": "w"}
    ),
}  # fmt: skip


def lines(columns: dict[str, Any], separator: str = ",") -> str:
    rows = zip(*(map(str, values) for values in columns.values()), strict=True)
    return "\n".join([separator.join(columns), *(separator.join(row) for row in rows)]) + "\n"


def write_series(folder: Path) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, ROWS)).cumsum(axis=1).round(3)
    hour = rng.permutation(ROWS)
    kind = np.array(["x", "y", "z"])[rng.permutation(np.arange(ROWS) % 3)]
    columns = {"hour": hour, "a": a, "b": b, "kind": kind, "yes": rng.integers(0, 2, ROWS)}
    (folder / "plain.csv").write_text(lines({"hour": hour, "a": a, "b": b}), encoding="utf-8")
    (folder / "series.csv").write_text(lines(columns), encoding="utf-8")
    weighted = {"hour": hour, "a": a, "w": rng.uniform(0, 1, ROWS).round(2), "b": b}
    (folder / "weighted.csv").write_text(lines(weighted), encoding="utf-8")
    import polars as pl

    for name, start, stop in (
        ("part-1", 0, 31),
        ("part-2", 31, 44),
        ("part-3", 44, ROWS),
        ("one[1]", 0, 40),
        ("one1", 9, 50),
    ):
        part = {"hour": np.arange(start, stop), "a": a[start:stop], "b": b[start:stop]}
        (folder / f"{name}.csv").write_text(lines(part), encoding="utf-8")
        pl.DataFrame(part).write_parquet(folder / f"{name}.parquet")


def write_dates(folder: Path) -> None:
    import polars as pl

    rng = np.random.default_rng(2)
    order = rng.permutation(ROWS)
    days = [date(2019, 12, 3) + timedelta(days=int(i)) for i in range(ROWS)]
    months = [date(2015 + (i + 8) // 12, (i + 8) % 12 + 1, 1) for i in range(ROWS)]
    quarters = [(1990 + i // 4, i % 4 + 1) for i in range(ROWS)]
    moments = [datetime(2019, 12, 3, 20, tzinfo=UTC) + timedelta(hours=i) for i in range(ROWS)]
    columns = {
        "iso": [day.isoformat() for day in days],
        "minutes": [f"{moment:%Y-%m-%dT%H:%M:%S.5}" for moment in moments],
        "zone": [f"{moment - timedelta(hours=i % 3):%Y-%m-%dT%H:%M}-0{i % 3}:00" for i, moment in enumerate(moments)],
        "slim": [f"{day.year}-{day.month}-{day.day} {i % 9}:00" for i, day in enumerate(days)],
        "month": [f"{month.year}-{month.month}" for month in months],
        "quarter": [f"{year}Q{quarter}" for year, quarter in quarters],
        "reverse_quarter": [f"Q{quarter} {year}" for year, quarter in quarters],
        "week": [f"2020-W{i // 7 + 1:02}-{i % 7 + 1}" for i in range(ROWS)],
        "number": [f"{i * 7.5}" for i in range(ROWS)],
        "offset": [f"{moment:%Y-%m-%d %H:%M} +0{i % 4}00" for i, moment in enumerate(moments)],
        "german": [f"{day:%d.%m.%Y} 12:00" for day in days],
        "day_alone": [f"{moment:%Y-%m-%d}" for moment in moments],
        "clock": [f"{moment:%H:%M}" for moment in moments],
        "year": [moment.year for moment in moments],
        "month_number": [moment.month for moment in moments],
        "day": [moment.day for moment in moments],
        "hour": [moment.hour for moment in moments],
    }
    a, b, c = rng.normal(size=(3, ROWS)).round(3)
    columns["offset"] = [f"{m + timedelta(hours=i % 4):%Y-%m-%d %H:%M} +0{i % 4}00" for i, m in enumerate(moments)]
    shuffled = {name: [values[i] for i in order] for name, values in columns.items()} | {"a": a, "b": b, "c": c}
    (folder / "dates.csv").write_text(lines(shuffled), encoding="utf-8")
    parts = {"year": [d.year for d in days], "month": [d.month for d in days], "day": [d.day for d in days]}
    rows = {name: [values[i] for i in order] for name, values in parts.items()} | {"a": a, "b": b}
    (folder / "parts.csv").write_text(lines(rows), encoding="utf-8")
    rows = {"year": [quarters[i][0] for i in order], "quarter": [quarters[i][1] for i in order], "a": a, "b": b}
    (folder / "quarters.csv").write_text(lines(rows), encoding="utf-8")
    frame = pl.DataFrame({"moment": [moments[i] for i in order], "date": [days[i] for i in order], "a": a, "b": b})
    frame.write_parquet(folder / "dates.parquet")


def write_rows(folder: Path) -> None:
    import polars as pl

    rng = np.random.default_rng(3)
    columns: dict[str, Any] = {name: rng.normal(size=ROWS).round(3) for name in "pqrsv"}
    late = np.arange(ROWS) % 4 == 0
    columns["late"] = np.where(np.arange(ROWS) % 8 == 0, -1.0, columns["r"] + 4)
    columns["later"] = np.where(late, -1.0, columns["s"] + 4)
    columns |= {"tenth": np.full(ROWS, 0.1), "one": np.ones(ROWS)}
    kind = rng.permutation(np.arange(ROWS) % 3)
    columns |= {"kind": np.array(["x", "y", "z"])[kind], "id": kind, "grade": kind + 1}
    yes = rng.permutation(np.arange(ROWS) % 2)
    columns |= {"yes": yes, "no": 1 - yes, "one_two": yes + 1}
    columns |= {"answer": np.array(["no", "yes"])[yes], "truth": np.array(["False", "True"])[yes]}
    plain = {name: values.tolist() for name, values in columns.items()}
    (folder / "rows.csv").write_text(lines(plain), encoding="utf-8")
    (folder / "bom.csv").write_bytes(b"\xef\xbb\xbf" + lines(plain).encode())
    (folder / "semicolons.csv").write_text(lines(plain, ";").replace(".", ","), encoding="utf-8")
    (folder / "rows.tsv.gz").write_bytes(gzip.compress(lines(plain, "\t").encode()))
    records = [dict(zip(plain, values, strict=True)) for values in zip(*plain.values(), strict=True)]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
    pl.DataFrame(plain).write_parquet(folder / "rows.parquet")


def write_arrays(folder: Path) -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(5, 3, (ROWS, 4, 2)).astype(np.float32), rng.normal(size=ROWS)
    lengths = rng.integers(1, 5, ROWS)
    within = np.arange(4) < lengths[:, None]
    ids = rng.permutation(np.arange(ROWS) % 3)
    tags = rng.integers(0, 3, (ROWS, 4))
    flat = rng.normal(size=(ROWS, 4))
    np.savez(folder / "arrays.npz", x=x, y=y)
    (folder / "packed.npz.gz").write_bytes(gzip.compress((folder / "arrays.npz").read_bytes()))
    np.savez(folder / "named.npz", inputs=x, outputs=y, x=y)
    np.savez(folder / "capitals.npz", X=x, Y=y)
    np.savez(folder / "padded.npz", x=np.where(within[..., None], x, np.float32(-1)), y=y)
    np.savez(folder / "lengths.npz", x=x, y=y, n=lengths)
    np.savez(folder / "labels.npz", x=x, y=ids)
    np.savez(folder / "texts.npz", x=x, y=np.array(["x", "y", "z"])[ids])
    np.savez(folder / "tags.npz", x=x, y=tags)
    np.savez(folder / "outputs.npz", x=x, y=rng.normal(size=(ROWS, 4, 1)))
    np.savez(folder / "flat.npz", x=flat, y=y)
    for i, (start, stop) in enumerate(((0, 22), (22, 45), (45, ROWS))):
        np.savez(folder / f"many-{i}.npz", x=x[start:stop], y=y[start:stop])
        np.savez(folder / f"flat-{i}.npz", x=flat[start:stop], y=y[start:stop])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files that the specs name."""
    path = tmp_path_factory.mktemp("data")
    for write in (write_series, write_dates, write_rows, write_arrays):
        write(path)
    return path


def exported(document: dict[str, Any], folder: Path) -> str:
    path = folder / "model.lstm.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return script(compiled(path).result())


def executed(code: str, folder: Path) -> dict[str, Any]:
    """What the script has made when it comes to the model; without Keras."""
    head = code[: code.index("# 1. Define")]
    kept = [line for line in head.split("\n") if not line.startswith(("import keras", "from keras", "keras."))]
    names: dict[str, Any] = {"__file__": str(folder / "script.py")}
    exec(compile("\n".join(kept), "script.py", "exec", dont_inherit=True), names)
    return names


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("document", CASES.values(), ids=list(CASES))
def test_the_samples_are_those_of_lstmc(document: dict[str, Any], folder: Path) -> None:
    found = executed(exported(document, folder), folder)
    parts = lstmc.build(folder / "model.lstm.json").check_data().parts
    for name in ("train", "validation", "test"):
        x, y = found[f"x_{name}"], found[f"y_{name}"]
        if name not in parts:
            assert len(x) == 0
            continue
        expected = parts[name]
        assert (x.dtype, x.shape, y.shape) == (expected.x.dtype, expected.x.shape, expected.y.shape)
        np.testing.assert_allclose(x, expected.x, rtol=1e-6, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(y, expected.y, rtol=1e-6, atol=1e-6, err_msg=name)
        assert y.dtype == expected.y.dtype


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "drop": (series(missing="drop"), "data.missing"),
    "forward_fill": (series(missing="forward_fill"), "data.missing"),
    "interpolate": (series(missing="interpolate"), "data.missing"),
    "fill": (series(missing={"fill": 0}), "data.missing"),
    "categories": (table(features=["p", "kind"], categorical={"kind": "ordinal"}), "data.categorical"),
    "difference": (series(difference=1), "data.difference"),
    "blocks": (series(split=sizes(0.6, 0.2, 0.2, order="blocks")), "data.split.order"),
    "overlapping windows": (series(split=sizes(0.6, 0.2, 0.2, order="random")), "data.split.order"),
    "sources": (
        {**FILES, "split": {"train": {"path": "part-1.csv"}, "test": {"path": "part-2.csv"}}}, "data.split"
    ),
    "packed arrays": ({**ARRAYS, "source": {"path": "packed.npz.gz"}}, "data.source"),
}  # fmt: skip


@pytest.mark.triggers("LC609")
@pytest.mark.parametrize(("data", "key"), REFUSED.values(), ids=list(REFUSED))
def test_what_the_script_cannot_express_is_refused(data: dict[str, Any], key: str, folder: Path) -> None:
    with pytest.raises(lstmc.SpecError) as caught:
        exported(spec(data), folder)
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == ("LC609", key)
    assert f"`{key}`" in found.message


def test_all_that_cannot_be_expressed_is_named_at_once(folder: Path) -> None:
    with pytest.raises(lstmc.SpecError, match=r"cannot express `data.missing` and `data.difference`"):
        exported(spec(series(missing="drop", difference=1)), folder)


@pytest.mark.parametrize(
    ("name", "text", "document"),
    [
        ("gap.csv", "hour,a,b\n" + "".join(f"{i},{i % 3},nan\n" for i in range(20)), spec(series(source="gap.csv"))),
        ("twice.csv", "hour,a,b\n" + "1,2,3\n" * 20, spec(series(source="twice.csv"))),
        ("few.csv", "p,v\n1,2\n3,4\n", spec(table(source="few.csv", features=["p"], split=sizes(2, None, 1)))),
    ],
)  # fmt: skip
def test_data_that_lstmc_refuses_stops_the_script(name: str, text: str, document: dict[str, Any], folder: Path) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    code = exported(document, folder)
    with pytest.raises(lstmc.DataError):
        lstmc.build(folder / "model.lstm.json").check_data()
    with pytest.raises(ValueError, match=r"values are missing|same time stamp|asks for more"):
        executed(code, folder)


def test_padding_is_left_out_of_the_scaler_of_arrays_that_are_split(tmp_path: Path) -> None:
    x = np.array([[[1.0], [3.0]], [[5.0], [-1.0]], [[7.0], [9.0]]])
    np.savez(tmp_path / "padded.npz", x=x, y=np.arange(3.0))
    document = spec(
        {"source": "padded.npz", "scale": {"features": "standard"}, "split": sizes(2, None, 1)},
        [MASKING, LSTM, dense(1)],
    )  # fmt: skip
    (tmp_path / "model.lstm.json").write_text(json.dumps(document), encoding="utf-8")
    parts = lstmc.build(tmp_path / "model.lstm.json").check_data().parts
    deviation = np.sqrt(8 / 3)  # of 1, 3 and 5
    np.testing.assert_allclose(parts["train"].x[..., 0], [[-2 / deviation, 0], [2 / deviation, -1]], rtol=1e-6)
    np.testing.assert_allclose(parts["test"].x[..., 0], [[4 / deviation, 6 / deviation]], rtol=1e-6)
