"""lstmc: a compiler for sequence models, with a runtime.

    import lstmc
    model = lstmc.build("air.lstm.json")     # checked, compiled, untrained
    history = model.fit()                    # the spec's own data, or arrays, or a path
    report = model.evaluate()                # beside a naive baseline
    prediction = model.predict(x)            # original units and labels
    model.save("air.lstmc")
    lstmc.load("air.lstmc").predict(x)

Importing this package imports neither TensorFlow nor Keras.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import build, check, load
    from .runtime.model import Model
    from .runtime.results import Evaluation, History, Prediction
    from .spec.diagnostics import Diagnostic
    from .spec.errors import ArtifactError, DataError, DeviceError, LstmcError, SpecError
    from .spec.model import Spec

__version__ = "0.1.0"

_HOMES = {
    "build": "api",
    "check": "api",
    "load": "api",
    "Model": "runtime.model",
    "Evaluation": "runtime.results",
    "History": "runtime.results",
    "Prediction": "runtime.results",
    "Diagnostic": "spec.diagnostics",
    "ArtifactError": "spec.errors",
    "DataError": "spec.errors",
    "DeviceError": "spec.errors",
    "LstmcError": "spec.errors",
    "SpecError": "spec.errors",
    "Spec": "spec.model",
}

__all__ = [
    "ArtifactError",
    "DataError",
    "DeviceError",
    "Diagnostic",
    "Evaluation",
    "History",
    "LstmcError",
    "Model",
    "Prediction",
    "Spec",
    "SpecError",
    "build",
    "check",
    "load",
]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
