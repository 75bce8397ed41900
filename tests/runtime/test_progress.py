"""What is shown of a training from Python: nothing by default, a bar, lines, or one output of a notebook."""

import re

import numpy as np
import pytest

import lstmc
from lstmc.runtime import progress

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

X = np.random.default_rng(5).normal(size=(48, 4, 2)).astype("float32")
Y = X.sum(axis=(1, 2))[:, None]
SPEC = {
    "lstmc": 1,
    "task": "regression",
    "input": {"timesteps": 4, "features": 2},
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "fit": {"epochs": 2, "batch_size": 16},
}


@pytest.mark.parametrize(("verbose", "lines"), [(0, 0), (1, 1), (2, 3)])
def test_lines_of_a_program(capsys, verbose, lines):
    lstmc.build(SPEC).fit(X, Y, verbose=verbose)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(re.findall("^(?:epoch|trained) .*loss", shown.err, re.M)) == lines


class Screen:
    """Stands for IPython's display: what each of its outputs shows in the end, and how often it was drawn."""

    def __init__(self):
        self.shown, self.drawn = None, 0

    def update(self, thing):
        self.shown, self.drawn = repr(thing), self.drawn + 1


@pytest.fixture
def notebook(monkeypatch):
    screen = Screen()

    class Module:
        @staticmethod
        def display(thing, display_id):
            screen.update(thing)
            return screen

    monkeypatch.setitem(__import__("sys").modules, "IPython.display", Module)
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    return screen


def test_a_notebook_shows_one_output_that_ends_with_the_result(notebook, capsys):
    lstmc.build({**SPEC, "fit": {"epochs": 40}}).fit(X, Y, verbose=1)
    assert re.fullmatch(r"trained 40 epochs in [0-9.]+ s  loss [0-9.]+", notebook.shown)
    assert capsys.readouterr().err == ""


def test_a_notebook_says_that_a_training_was_cut_off(notebook):
    with pytest.raises(ZeroDivisionError):
        lstmc.build(SPEC).fit(X, Y, verbose=1, on_epoch=lambda *_: 1 / 0)
    assert notebook.shown == "the training was cut off"


def test_a_kernel_runs_a_notebook():
    nbformat = pytest.importorskip("nbformat", reason="Jupyter is not installed")
    nbclient = pytest.importorskip("nbclient", reason="Jupyter is not installed")
    prepare = (
        f"import numpy as np, lstmc\nX = np.ones((48, 4, 2))\nmodel = lstmc.build({SPEC!r})\nmodel.fit(X, X[:, 0, :1])"
    )
    cells = [prepare, "history = model.fit(X, X[:, 0, :1], verbose=1)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=300).execute()
    (output,) = notebook.cells[1].outputs
    assert output["data"]["text/plain"].startswith("trained 2 epochs in ")
