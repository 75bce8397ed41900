"""Whether the engine that is asked for can predict with the model. LC606."""

from __future__ import annotations

from ..plan import Plan
from ..report import Report


def engines(plan: Plan, report: Report) -> Plan:
    """Objects to an engine that cannot express the model, or not on the device or in the precision asked for."""
    runtime = plan.spec.runtime
    if runtime.engine != "onnx" or plan.output is None or not report.reliable("runtime"):
        return plan
    why = ""
    if runtime.device.startswith("gpu"):
        why = "it runs on the CPU, and the device is a GPU"
    elif runtime.precision != "float32":
        why = f"it computes in float32, and the precision is {runtime.precision}"
    else:
        from ..targets.onnx import unsupported

        why = unsupported(plan)
    if why:
        report.add(
            "LC606",
            f"ONNX Runtime cannot predict with this model: {why}",
            ("runtime", "engine"),
            help="write `auto`: TensorFlow predicts where ONNX Runtime cannot",
            fixes=report.replace(("runtime", "engine"), "auto"),
        )
    return plan
