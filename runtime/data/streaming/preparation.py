"""Streamed data become parts: surveyed, dealt out, and encoded as fitted on the training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from pathlib import Path

import numpy as np

from ....spec.data import Data, Split
from ....spec.diagnostics import Diagnostic
from ..assembly import stop
from ..checks import far, reach
from ..contract import Contract
from ..encoding import Encoding, Scaler, scaler_of
from ..fitting import constant_column
from ..labels import learn_classes
from ..markers import Ends, diagnostic
from ..moments import Moments
from ..padding import Masked
from ..recognition import FileSpan, before_training
from ..rows import Rows, TablePlaces, count_of, features_note
from ..samples import Dataset, Samples
from ..split import Part, straddling, unused, without_samples
from ..tables import Demand, located
from .facts import Facts
from .part import Streamed
from .survey import Survey, survey


def prepare_stream(data: Data, contract: Contract, base: Path, encoding: Encoding | None = None) -> Dataset:
    """Training data that are read in chunks: surveyed once, and encoded as fitted on the training rows.

    Small parts beside the training part are held in memory.

    Args:
        data: the section of the spec.
        contract: what the model demands.
        base: the folder that relative paths count from.
        encoding: of a model that is trained further; without, one is fitted.

    Raises:
        DataError: what is wrong with the first block in which something is.
    """
    demand = _demand(contract, encoding)
    if data.split.sources:
        surveys = {name: survey(data.of_part(name), contract, base, demand) for name in data.split.parts}
        parts = tuple(Part(name, 0, found.reading.count) for name, found in surveys.items())
        told = tuple(f"{name}: {note}" for name, found in surveys.items() for note in found.notes())
        told += before_training(
            {name: reduce(FileSpan.joined, found.spans) for name, found in surveys.items() if found.spans}
        )
    else:
        whole = survey(data, contract, base, demand)
        parts = whole.parts()
        if parts[0].start:
            whole = survey(data, contract, base, demand, begin=parts[0].start)
        surveys = dict.fromkeys((part.name for part in parts), whole)
        told = (*whole.notes(), *unused(parts, whole.reading.count, "rows"))
    facts = {part.name: surveys[part.name].of(part) for part in parts}
    train = surveys["train"]
    counts = {name: sum(each.samples for each in found) for name, found in facts.items()}
    told += straddling(sum(each.straddling for found in facts.values() for each in found), "targets")
    stop(without_samples(counts, parts, train.reading.grid, data))
    warnings: list[Diagnostic] = []
    if encoding is None:
        encoding, warnings = _fit(train.top, facts["train"], data, contract)
    for name, found in surveys.items():
        if data.split.sources or name == "train":
            warnings += _marked(found, data.of_part(name), contract)
    warnings += _doubts(facts, encoding, contract)
    streamed = {
        name: Streamed(surveys[name].again(), found, encoding, train.fingerprint) for name, found in facts.items()
    }
    notes = (*_features_note(encoding, data), *told, _streamed_note(streamed["train"], train))
    return Dataset(_held(streamed), encoding, train.fingerprint, notes, tuple(warnings))


def prepare_new_stream(data: Data, contract: Contract, base: Path, encoding: Encoding) -> Streamed:
    """New data used whole, read in chunks and encoded as the training data were.

    Raises:
        DataError: what is wrong with the first block in which something is.
    """
    data = data.model_copy(update={"split": Split.model_construct(train=1.0)})
    found = survey(data, contract, base, _demand(contract, encoding))
    part = Part("train", 0, found.reading.count)
    facts = found.of(part)
    stop(without_samples({"train": found.samples}, (part,), found.reading.grid, data))
    return Streamed(found.again(), facts, encoding, found.fingerprint, found.notes())


def _demand(contract: Contract, encoding: Encoding | None) -> Demand:
    classes = contract.classes or (encoding.classes if encoding else None)
    text = classes is not None and any(isinstance(label, str) for label in classes)
    features, targets = (encoding.features, encoding.targets) if encoding else ((), ())
    return Demand(True, contract.categorical, text, features, targets, contract.weight)


def _fit(top: Rows, facts: Sequence[Facts], data: Data, contract: Contract) -> tuple[Encoding, list[Diagnostic]]:
    """The encoding of the training rows, and LC524 for constant columns; stops at LC512 and LC513."""
    labels = [each.labels for each in facts if each.labels is not None]
    classes, found = learn_classes(np.concatenate(labels) if labels else np.zeros(0), contract)
    stop(found)
    scaling = "none" if contract.vocabulary is not None else data.scale.features
    x, constant = scaler_of(Moments.joined(each.x for each in facts), scaling)
    warnings = [constant_column(top.features, i, "feature") for i in constant]
    y = Scaler.identity(1)
    if contract.target == "values":
        y, constant = scaler_of(Moments.joined(each.y for each in facts if each.y), data.scale.target)
        warnings += [constant_column(top.targets, i, "target") for i in constant]
    return Encoding(top.features, top.targets, x, y, classes, masked=Masked.of(contract, data)), warnings


def _marked(found: Survey, data: Data, contract: Contract) -> list[Diagnostic]:
    """LC553 for the columns of a source that hold a marker."""
    features, targets = found.top.features, found.top.targets
    places = TablePlaces(features, targets, partial(located, found.reading.tables, found.reading.starts))
    warnings = []
    for column, marker in Ends.joined(facts.ends for facts in found.facts).markers().items():
        target = column >= len(features)
        own = column - len(features) if target else column
        ids = contract.target != "values" or targets[own] in features if target else contract.vocabulary is not None
        if not ids and (target or marker.value != contract.mask_value):
            names = targets if target else features
            warnings.append(diagnostic(marker, own, names, places, data, each=1, target=target))
    return warnings


def _doubts(facts: Mapping[str, Sequence[Facts]], encoding: Encoding, contract: Contract) -> list[Diagnostic]:
    """LC523 and LC525, for which the extremes of the columns are enough."""
    found = []
    if contract.vocabulary is None:
        x = Moments.joined(each.x for each in facts["train"])
        ends = encoding.encode_x(np.stack([x.least, x.greatest]))
        found += far(ends, encoding.columns, scaled=not encoding.x.is_identity)
    if contract.target == "values":
        y = Moments.joined(each.y for part in facts.values() for each in part if each.y)
        found += reach(encoding.encode_y(np.stack([y.least, y.greatest])), contract)
    return found


def _held(streamed: Mapping[str, Streamed]) -> dict[str, Samples | Streamed]:
    """Validation is looked at in every epoch, and the test part in none."""
    validation = streamed.get("validation")
    held = {"validation": validation.whole()} if validation and validation.small else {}
    return {**streamed, **held}


def _features_note(encoding: Encoding, data: Data) -> tuple[str, ...]:
    return () if data.features is not None else (features_note(encoding.columns),)


def _streamed_note(train: Streamed, found: Survey) -> str:
    rows = f"{found.reading.count:,} rows in {count_of(len(found.reading.tables), 'block')}"
    return f"streamed: {rows}, about {count_of(len(train.spans(1)), 'chunk')} an epoch"
