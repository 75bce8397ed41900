"""A model that would not fit into memory is refused on its spec alone."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lstmc.api import check, compiled
from lstmc.compiler.passes.limits import parse_memory, total_memory, weights_memory
from lstmc.compiler.targets.keras import sequential
from lstmc.spec.optimizers import OPTIMIZERS

SPEC: dict[str, Any] = {
    "lstmc": 1,
    "input": {"timesteps": 4, "features": 2},
    "layers": [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 1}],
    "compile": {"loss": "mean_squared_error"},
}
PARAMETERS = 4 * 3 * (2 + 3 + 1) + 3 + 1  # four gates of kernel, recurrent kernel and bias; then the Dense
HUGE = {**SPEC, "layers": [{"type": "LSTM", "units": 1_000_000_000}, {"type": "Dense", "units": 1}]}


def limited(**limits: object) -> list[str]:
    return [d.code for d in check({**SPEC, "runtime": {"limits": limits}})]


@pytest.mark.triggers("LC601")
def test_a_billion_units() -> None:
    (found,) = check(HUGE)
    assert found.code == "LC601"
    assert found.path == "layers.0.units"
    assert f"{4 * 10**9 * (2 + 10**9 + 1) + 10**9 + 1:,}" in found.message


def test_a_billion_units_need_no_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "huge.lstm.json").write_text(json.dumps(HUGE), encoding="utf-8")
    code = (
        "import lstmc, sys\n"
        "try:\n    lstmc.build('huge.lstm.json')\n"
        "except lstmc.SpecError as error:\n    print(error.diagnostics[0].code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout == "LC601 False\n"


@pytest.mark.parametrize(("allowed", "codes"), [(PARAMETERS, []), (PARAMETERS - 1, ["LC601"])])
def test_parameters(allowed: int, codes: list[str]) -> None:
    assert limited(parameters=allowed) == codes


ADAM = 4 * 4 * PARAMETERS  # float32: weights, gradients and two moments
OUTPUTS = 4 * 32 * (3 + 1)  # float32: a batch of 32 samples, of which the layers give 3 values and 1


@pytest.mark.parametrize(("allowed", "codes"), [(f"{ADAM + OUTPUTS} B", []), (f"{ADAM + OUTPUTS - 1} B", ["LC601"])])
def test_memory(allowed: str, codes: list[str]) -> None:
    assert limited(memory=allowed) == codes


OPTIMIZER_ARGUMENTS = [
    *({"type": type_} for type_ in OPTIMIZERS.classes),
    {"type": "SGD", "momentum": 0.5},
    {"type": "RMSprop", "momentum": 0.5},
    {"type": "RMSprop", "momentum": 0.5, "centered": True},
    {"type": "Adam", "amsgrad": True},
    {"type": "Adam", "use_ema": True},
    {"type": "SGD", "gradient_accumulation_steps": 2},
    {"type": "Muon", "exclude_layers": ["lstm/"]},
]


@pytest.mark.parametrize("optimizer", OPTIMIZER_ARGUMENTS, ids=json.dumps)
def test_memory_of_an_optimizer(optimizer: dict[str, Any]) -> None:
    """As many values as Keras's optimizer has variables for, a few single numbers apart."""
    plan = compiled({**SPEC, "compile": {"loss": "mse", "optimizer": optimizer}}).result()
    model = sequential(plan)
    model.optimizer.build(model.trainable_variables)
    kept = sum(math.prod(variable.shape) for variable in model.optimizer.variables)
    found = weights_memory(plan) / 4 - 2 * PARAMETERS
    assert 0 <= kept - found <= 4


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0 B", 0),
        ("512 B", 512),
        ("1 KB", 1000),
        ("1 KiB", 1024),
        ("1.5KiB", 1536),
        ("3 MB", 3_000_000),
        ("2 MiB", 2 * 1024**2),
        ("8 GiB", 8 * 1024**3),
        ("0.5 GB", 500_000_000),
        ("1 TB", 10**12),
        ("1 TiB", 1024**4),
    ],
)
def test_amounts_of_memory(text: str, size: int) -> None:
    assert parse_memory(text) == size
    assert [d.code for d in check({**SPEC, "runtime": {"limits": {"memory": text}}}) if d.code != "LC601"] == []


@pytest.mark.parametrize("text", ["8", "GiB", "8 gib", "8  GiB", "-1 B", "1e3 B", "8 GiB ", "8,5 GiB", "1 PiB", ""])
def test_no_amounts_of_memory(text: str) -> None:
    assert limited(memory=text) == ["LC203"]


def test_memory_of_this_machine() -> None:
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        pytest.skip("needs /proc/meminfo")
    kibibytes = int(meminfo.read_text(encoding="ascii").split("MemTotal:")[1].split()[0])
    assert total_memory() == pytest.approx(1024 * kibibytes, rel=0.01)
