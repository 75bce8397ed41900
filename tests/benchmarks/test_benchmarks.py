"""`make bench` runs and writes its page; how fast anything is decides no test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "benchmarks" / "run.py"


def run(folder: Path, *arguments: str) -> str:
    """Runs the driver on results and a page in `folder`; gives the page."""
    options = ["--results", str(folder / "results"), "--output", str(folder / "page.md")]
    done = subprocess.run(
        [sys.executable, str(RUN), *arguments, *options], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return (folder / "page.md").read_text(encoding="utf-8")


def row(page: str, *begin: str) -> list[str]:
    """The cells of the table row whose first cells are these."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    (found,) = [cells for cells in rows if cells[: len(begin)] == list(begin)]
    return found


def kept(folder: Path, name: str, seconds: dict[str, list[float]], **more: Any) -> None:
    """Results as the driver keeps them."""
    subjects = {key: {"seconds": times, "cores": [2.0] * len(times)} for key, times in seconds.items()}
    machine = {"cores": 2, "processor": "a processor", "system": "Linux", "python": "3.11"}
    document = {"name": name, "load": 1.0, "machine": machine, "title": name, "subjects": subjects, **more}
    (folder / "results").mkdir(exist_ok=True)
    (folder / "results" / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    shape = {"units": [2, 3], "timesteps": 5, "features": 4, "batch": 8, "samples": 1000, "epochs": 1}
    training = {"name": "small", "title": "small", "kind": "train", **shape}
    kept(tmp_path, "small", {"lstmc": [0.1, 0.2, 0.3], "keras": [0.5, 0.8, 0.9]}, workload=training)
    square = {"name": "sgemm", "title": "sgemm", "kind": "matmul", "units": [], "size": 1000}
    kept(tmp_path, "sgemm", {"numpy": [0.2], "torch": [0.1]}, workload=square)
    return tmp_path


def test_ratio_is_that_of_the_medians_and_its_spread_that_of_the_rounds(results: Path) -> None:
    page, _, _ = run(results, "--page").partition("## Training")
    assert row(page, "small", "Keras (TensorFlow)")[2:5] == ["2.2×", "4× (3 to 5)", "yes"]


def test_speed_is_a_share_of_the_best_product(results: Path) -> None:
    # A step costs 8·2·(4+2) + 8·3·(2+3) = 216; an epoch 3 · 1000 · 5 · 216 = 3.24e6; the peak is 2e9 / 0.1 s.
    page = run(results, "--page")
    assert row(page, "small", "lstmc")[4:6] == ["0.0162", "0.081 %"]


def test_what_was_not_measured_is_left_out(results: Path) -> None:
    page = run(results, "--page")
    assert "Cold start" not in page
    assert "PyTorch" not in page.partition("## Training")[2]


def test_picture_follows_the_ratios(results: Path) -> None:
    run(results, "--page")
    assert "small · Keras (TensorFlow)" in (results / "images" / "performance.svg").read_text(encoding="utf-8")


def test_tiny_shapes_run_from_end_to_end(tmp_path: Path) -> None:
    chosen = ["--quick", "--repeats", "2", "--subjects", "lstmc", "json", "numpy"]
    page = run(tmp_path, "sgemm", "parse", "small", *chosen)
    kept = json.loads((tmp_path / "results" / "small.json").read_text(encoding="utf-8"))
    assert len(kept["subjects"]["lstmc"]["seconds"]) == 2
    assert "## The parser" in page
    assert "## Training" in page


def test_unknown_workload_is_told() -> None:
    done = subprocess.run([sys.executable, str(RUN), "smal"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no workload `smal`" in done.stderr
