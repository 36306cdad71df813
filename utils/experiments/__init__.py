"""Trainings of a minute at most, run by the learner's own functions beside recorded curves of longer ones."""

import importlib

_ROOM_OF = {
    "adding": "adding_problem",
    "captions": "captioning",
    "characters": "spelling",
    "digit_stream": "_digit_stream",
    "exploding": "explosion",
    "pronouncing": "pronunciation",
    "recall": "recalling",
    "recorded_characters": "spelling",
}

__all__ = [*_ROOM_OF]


def __getattr__(name):
    # An experiment draws, and Matplotlib takes a while to load: whoever wants Adam alone should not wait for it.
    if name in _ROOM_OF:
        return getattr(importlib.import_module(f"utils.experiments.{_ROOM_OF[name]}"), name)
    raise AttributeError(f"module 'utils.experiments' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
