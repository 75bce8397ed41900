"""What a misspelt name is taken for: one rule, and no fix that changes what is meant."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lstmc.api import compiled
from lstmc.spec import complaints
from lstmc.spec.data import Data, Window
from lstmc.spec.diagnostics import Diagnostic, apply_fixes
from lstmc.spec.keras_names import KERAS_NAMES
from lstmc.spec.layers import LAYERS
from lstmc.spec.model import Spec
from lstmc.spec.other_names import SAME
from lstmc.spec.run import Fit
from lstmc.spec.suggestions import folded, nearest, one_edit_apart, suggest
from lstmc.spec.unknown_names import REGISTRIES, about_key, about_name, known_keys

CASES = Path(__file__).parents[3] / "shared" / "cases" / "mistakes"

LSTM: dict[str, Any] = {"type": "LSTM", "units": 3}
DENSE: dict[str, Any] = {"type": "Dense", "units": 1}
BASE: dict[str, Any] = {
    "lstmc": 1,
    "input": {"timesteps": 4, "features": 2},
    "layers": [LSTM, DENSE],
    "compile": {"loss": "mse"},
}


def found(**sections: Any) -> tuple[Diagnostic, ...]:
    return compiled({**BASE, **sections}).diagnostics


def edits(word: str, letters: str) -> Iterator[str]:
    """Every word that is one edit away: the inverse of what `one_edit_apart` decides, written from its definition."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        yield from (head + letter + tail for letter in letters)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


@pytest.mark.parametrize("word", ["mse", "adam", "lstm", "aab", "return_sequences"])
def test_one_edit_is_an_insertion_a_deletion_a_substitution_or_a_transposition(word: str) -> None:
    near = {*edits(word, "abcdem")} - {word}
    assert all(one_edit_apart(word, other) and one_edit_apart(other, word) for other in near)
    two = {twice for once in edits("mse", "me") for twice in edits(once, "me")} - {*edits("mse", "me"), "mse"}
    assert not any(one_edit_apart("mse", other) for other in two)


def test_case_and_separators_are_no_difference() -> None:
    assert suggest("Mean-Squared_ERROR", ["mean_squared_error"]).certain
    assert nearest("MAX_NORM", ["max_norm", "min_max_norm"]) == "max_norm"


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=list(REGISTRIES))
def test_a_certain_fix_of_a_single_edit_gives_back_the_name(registry: Any) -> None:
    """For every name of every kind, as a name alone and as a `type`."""
    kind = registry.kind
    types = {**registry.aliases, **{type_: type_ for type_ in registry.classes}}
    with_a_meaning = {*SAME.get(kind, ()), *map(folded, types)}
    for names, as_type in ((registry.names, False), (types, True)):
        for name in names:
            for word in {*edits(name, "a")} - names.keys():
                answer = about_name(kind, word, names, types=as_type)
                if answer.certain and folded(word) not in with_a_meaning:
                    assert names[str(answer.replacement)] == names[name], (word, answer)


def test_a_certain_fix_of_a_single_edit_gives_back_the_key() -> None:
    for owner in (Spec, Fit, Data, Window, LAYERS["LSTM"], REGISTRIES["optimizer"].classes["Adam"]):
        known = known_keys(owner)
        for key in known:
            for word in {*edits(key, "e")} - {*known}:
                answer = about_key(word, owner)
                if answer.certain and folded(word) not in map(folded, known):
                    assert answer.replacement == key, (owner, word, answer)


@pytest.mark.parametrize("kind", KERAS_NAMES)
def test_a_name_of_keras_is_never_corrected_to_another(kind: str) -> None:
    registry = REGISTRIES.get(kind)
    for name in KERAS_NAMES[kind]:
        names = {type_: type_ for type_ in registry.classes} | dict(registry.aliases) if registry else {}
        if name in names or folded(name) in map(folded, names):
            continue
        answer = about_name(kind, name, names)
        assert answer.replacement == SAME.get(kind, {}).get(folded(name)), name
        assert answer.certain or answer.unsupported, name


@pytest.mark.parametrize("name", sorted(KERAS_NAMES["layer"] - {*LAYERS}))
def test_check_says_of_each_layer_of_keras_that_it_is_one(name: str) -> None:
    (diagnostic,) = found(layers=[LSTM, {"type": name}, DENSE])
    if folded(name) in SAME["layer"]:
        assert diagnostic.code == "LC205"
    elif folded(name) not in map(folded, LAYERS):
        assert (diagnostic.code, diagnostic.fixable) == ("LC209", False)
        assert diagnostic.message == f"`{name}` is a Keras layer that lstmc does not support yet"


def test_the_names_of_keras_are_those_of_the_installed_keras() -> None:
    from keras import (
        activations,
        callbacks,
        constraints,
        initializers,
        layers,
        losses,
        metrics,
        optimizers,
        regularizers,
    )

    modules = {
        "layer": (layers, layers.Layer),
        "optimizer": (optimizers, optimizers.Optimizer),
        "schedule": (optimizers.schedules, optimizers.schedules.LearningRateSchedule),
        "loss": (losses, losses.Loss),
        "metric": (metrics, metrics.Metric),
        "initializer": (initializers, initializers.Initializer),
        "regularizer": (regularizers, regularizers.Regularizer),
        "constraint": (constraints, constraints.Constraint),
        "activation": (activations, ()),
        "callback": (callbacks, callbacks.Callback),
    }
    helpers = {"get", "serialize", "deserialize"}
    for kind, (module, base) in modules.items():
        public = {
            name
            for name, part in vars(module).items()
            if name not in helpers and (inspect.isfunction(part) or (inspect.isclass(part) and issubclass(part, base)))
        }
        assert public == KERAS_NAMES[kind], kind


@pytest.mark.parametrize(
    ("sections", "help_", "fixed"),
    [
        ({"compile": {"loss": "rmse"}}, "it is a metric; minimise `mse`, which has the same minimum", None),
        ({"compile": {"loss": "nse"}}, "it is a metric, `r2_score`; minimise `mse`", None),
        ({"compile": {"loss": "mea"}}, 'did you mean "mae"?', "mae"),
        ({"compile": {"loss": "accuracy"}}, "it is a metric; minimise a crossentropy", None),
        ({"compile": {"loss": "adam"}}, "a loss is expected here", None),
        ({"compile": {"loss": "mse", "metrics": ["rmse"]}}, 'did you mean "root_mean_squared_error"?', "root_mean_"),
        ({"compile": {"loss": "mse", "metrics": [{"type": "rmse"}]}}, 'did you mean "RootMeanSquaredError"?', "RootM"),
        ({"compile": {"loss": "mse", "metrics": ["r2"]}}, 'did you mean "r2_score"?', "r2_score"),
        ({"compile": {"loss": "mse", "metrics": ["kge"]}}, "compute it in Python from", None),
        ({"compile": {"loss": "mse", "optimizer": {"type": "Adma"}}}, 'did you mean "Adam"?', '"Adam"'),
        ({"compile": {"loss": "mse", "optimizer": "keras.optimizers.Adam"}}, 'did you mean "Adam"?', '"Adam"'),
        (
            {"compile": {"loss": "mse", "optimizer": "Adam(lr=0.01)"}},
            'write `{"type": "Adam", "learning_rate": 0.01}`',
            None,
        ),
        ({"compile": {"loss": "mse", "optimizer": {"type": "Adam", "lr": 0.1}}}, "", "learning_rate"),
        ({"layers": [{"type": "tf.keras.layers.LSTM", "units": 3}, DENSE]}, 'did you mean "LSTM"?', '"LSTM"'),
        ({"layers": [{"type": "BiLSTM", "units": 3}, DENSE]}, 'write `{ "type": "Bidirectional", "layer":', None),
        ({"layers": [{"type": "CuDNNLSTM", "units": 3}, DENSE]}, 'did you mean "LSTM"?', '"LSTM"'),
        ({"layers": [{"type": "LSTM", "hidden_size": 3}, DENSE]}, "did you mean `units`?", '"units"'),
        ({"layers": [{"type": "LSTM", "neurons": 3}, DENSE]}, "did you mean `units`?", '"units"'),
        ({"layers": [{"tpye": "LSTM", "units": 3}, DENSE]}, "did you mean `type`?", '"type"'),
        (
            {"layers": [{**LSTM, "kernel_regularizer": "l2(0.01)"}, DENSE]},
            'write `{"type": "L2", "l2": 0.01}`',
            None,
        ),
        ({"layers": [{**LSTM, "activation": "softmaxx"}, DENSE]}, 'did you mean "softmax"?', '"softmax"'),
        ({"layers": [{**LSTM, "activation": "threshold"}, DENSE]}, "use `relu`", None),
        ({"fit": {"validation_data": "val.csv"}}, "name validation rows in `data.split`; arrays are", None),
        ({"fit": {"callbacks": []}}, "`fit` has `early_stopping`, `reduce_lr_on_plateau`,", None),
        ({"fit": {"CSVLogger": {}}}, "`fit` has `early_stopping`, `reduce_lr_on_plateau`,", None),
        ({"fit": {"EarlyStopping": {}}}, "did you mean `early_stopping`?", '"early_stopping"'),
        ({"fit": {"patience": 3}}, "it is a key of `fit.early_stopping`", None),
        ({"learning_rate": 0.1}, "it is a key of `compile.optimizer`", None),
        ({"input": {"lookback": 4, "features": 2}}, "did you mean `timesteps`?", '"timesteps"'),
    ],
    ids=lambda part: json.dumps(part)[:60] if isinstance(part, dict) else "",
)
def test_what_is_said(sections: dict[str, Any], help_: str, fixed: str | None) -> None:
    diagnostic = found(**sections)[0]
    assert diagnostic.help.startswith(help_)
    assert diagnostic.fixable == (fixed is not None)
    if fixed:
        assert fixed in diagnostic.fixes[0].edits[0].text


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not there: ../shared/cases")
@pytest.mark.parametrize(
    ("case", "codes", "fixable"),
    [
        ("x_adma", ["LC206"], True),
        ("x_kind_top", ["LC201"], False),
        ("x_niput", ["LC201"], True),
        ("x_plateau_schedule", ["LC210"], False),
        ("x_rmse_metric", ["LC206"], True),
        ("x_target_top", ["LC201"], False),
        ("x_tpye", ["LC201"], True),
        ("x_validation_data", ["LC201"], False),
        ("mut1_84_typo_key", ["LC201"], True),
        ("mut1_108_nesting", ["LC201"], False),
        ("mut1_296_nesting", ["LC201"], False),
        ("mut3_185_nesting", ["LC201"], False),
        ("p1_13k", ["LC209"], False),
        ("p1_19g", ["LC209"], False),
        ("p1_27f", ["LC311"], False),
        ("p1_30c", ["LC209"], False),
        ("p1_30k", ["LC209"], False),
    ],
)
def test_one_mistake_is_reported_once(case: str, codes: list[str], fixable: bool) -> None:
    diagnostics = compiled(CASES / case / "a.lstm.json").diagnostics
    assert [diagnostic.code for diagnostic in diagnostics] == codes
    assert diagnostics[0].fixable == fixable


@pytest.mark.parametrize("word", ["mean_absolute_error", "LSTM", "units", "compile", "adam"])
def test_what_is_fixed_is_what_was_written_before_it_was_misspelt(word: str) -> None:
    text = json.dumps({**BASE, "compile": {"loss": "mean_absolute_error", "optimizer": "adam"}}, indent=1)
    for misspelt in {*edits(word, "aM")}:
        wrong = text.replace(json.dumps(word), json.dumps(misspelt), 1)
        fixed, applied = apply_fixes(wrong, compiled_text(wrong))
        if applied and not compiled_text(fixed):
            assert fixed.lower() == text.lower(), misspelt


def compiled_text(text: str) -> tuple[Diagnostic, ...]:
    from lstmc.api import look_from
    from lstmc.compiler import compile_tree
    from lstmc.spec.syntax import parse

    return compile_tree(parse(text), look_from(Path())).diagnostics


@pytest.mark.triggers("LC217")
def test_of_very_many_mistakes_a_hundred_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        return about_key(*arguments, **options)

    monkeypatch.setattr(complaints, "about_key", counted)
    keys = {f"k{i}": i for i in range(10_000)}
    diagnostics = found(**keys)
    assert len(diagnostics) == complaints.MOST_EXPLAINED + 1
    assert calls <= 2 * complaints.MOST_EXPLAINED
    (rest,) = [diagnostic for diagnostic in diagnostics if diagnostic.code == "LC217"]
    assert rest.message == "9,900 more mistakes of this kind"
