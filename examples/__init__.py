"""Specs with small data, each runnable with one command; also the templates of `lstmc init`."""

from __future__ import annotations

from importlib.resources import files as resources

TEMPLATES = {
    "alarm": "A machine that warms up under load: an alarm or none for each hour, from a sequence to a sequence.",
    "counting": "The classic sequence 0.0 … 0.9, one step ahead: the smallest model that learns something.",
    "digits": "Handwritten digits, read as 8 steps of 8 pixels: ten classes.",
    "elnino": "Sea temperatures off Peru, twelve months ahead: an encoder, a decoder, and RepeatVector between them.",
    "macrodata": "Unemployment in the United States, one quarter ahead: several columns, differenced and scaled.",
    "pulses": "Which of two pulses in a noisy signal comes first: two classes, of which the rarer weighs more.",
    "sunspots": "Yearly sunspot numbers since 1700, one year ahead, with two stacked LSTMs.",
}


def files(template: str) -> dict[str, bytes]:
    """The files of a template: its spec and its data, by name."""
    folder = resources(__name__)
    names = [f"{template}.lstm.json", f"{template}.csv"]
    return {name: (folder / name).read_bytes() for name in names}
