"""`-` is stdin or stdout, and never a file of that name."""

import io
import os
import subprocess
import sys

import numpy as np
import onnx
import pytest

import lstmc

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def no_file_of_that_name(folder):
    yield
    assert not (folder / "-").exists()


@pytest.fixture
def stdin(monkeypatch):
    """`stdin(TEXT)`: what commands in this process read from stdin."""

    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


def test_predictions_on_stdout_are_those_without_the_option(command, trained):
    result = command("predict", "series.lstmc", "-o", "-")
    assert (result.code, result.err) == (0, "")
    assert result.out == command("predict", "series.lstmc").out
    assert (
        command("predict", "series.lstmc", "-o", "-", "--json").json
        == command("predict", "series.lstmc", "--json").json
    )


def test_a_schema_on_stdout(command, folder):
    assert command("schema", "-o", "-").out == command("schema").out


def test_pictures_on_stdout(process, command, specs):
    command("show", "series.lstm.json", "--svg", "a.svg", "--png", "a.png")
    for kind in ("svg", "png"):
        line = [sys.executable, "-m", "lstmc", "show", "series.lstm.json", f"--{kind}", "-"]
        done = subprocess.run(line, capture_output=True, check=True)
        assert (done.stdout, done.stderr) == ((specs / f"a.{kind}").read_bytes(), b"")


def test_exports_on_stdout(command, trained):
    out = subprocess.run(
        [sys.executable, "-m", "lstmc", "export", "kinds.lstmc", "--to", "onnx", "-o", "-"],
        capture_output=True,
        check=True,
    ).stdout
    onnx.checker.check_model(onnx.load_model_from_string(out))
    assert out == lstmc.load("kinds.lstmc").to_onnx()
    script = command("export", "series.lstm.json", "--to", "python", "-o", "-").out
    compile(script, "script", "exec")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("build series.lstm.json -o -", "name a file"),
        ("fit series.lstm.json -o -", "name a file"),
        ("fit series.lstm.json --run -", "name a file"),
        ("run series.lstm.json --run -", "name a file"),
        ("init -o -", "name a file"),
        ("export series.lstm.json --to saved_model -o -", "a folder"),
        ("export series.lstm.json --to python -o - --json", "use one of them"),
        ("show series.lstm.json --svg - --json", "use one of them"),
        ("show series.lstm.json --svg - --png -", "cannot both"),
        ("predict series.lstmc --data -", "name a file"),
        ("check - --fix", "name a file"),
        ("check - -", "only once"),
    ],
)
def test_where_it_has_no_meaning(command, specs, line, expected):
    result = command(*line.split())
    said = result.json["error"]["message"] if "--json" in line else " ".join(result.err.split())
    assert result.code == 2
    assert expected in said


def test_a_binary_file_is_kept_off_a_terminal(command, specs, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "garble" in command("show", "series.lstm.json", "--png", "-").err


def test_a_device_is_not_replaced_by_a_file(command, specs):
    pipe = specs / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(
        [sys.executable, "-c", "print(len(open('pipe').read()))"], stdout=subprocess.PIPE, text=True
    )
    assert command("export", "series.lstm.json", "--to", "python", "-o", "pipe").code == 0
    assert int(reader.communicate(timeout=60)[0]) > 1000
    assert pipe.is_fifo()


def test_a_spec_on_stdin(command, specs, stdin):
    text = (specs / "series.lstm.json").read_text()
    stdin(text)
    assert command("check", "-", "--with-data").err.endswith("<stdin>: no mistakes\n")
    stdin(text)
    assert command("show", "-").out == command("show", "series.lstm.json").out
    stdin(text.replace("units", "unit"))
    result = command("check", "-", "--json")
    assert (result.code, result.codes[0]) == (1, "LC201")
    assert {diagnostic["file"] for diagnostic in result.json["diagnostics"]} == {"<stdin>"}


def test_a_spec_on_stdin_is_trained(command, specs, stdin):
    stdin((specs / "series.lstm.json").read_text())
    assert command("fit", "-", "-o", "piped.lstmc").code == 0
    expected = lstmc.build("series.lstm.json")
    expected.fit()
    np.testing.assert_array_equal(lstmc.load("piped.lstmc").predict().values, expected.predict().values)


def test_the_uri_of_a_file_in_sarif(command, specs):
    (specs / "my model.lstm.json").write_text('{"lstmc": 1}')
    (result,) = command("check", "my model.lstm.json", "--format", "sarif").json["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20model.lstm.json"
