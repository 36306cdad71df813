"""Exercises whose right answers are many: judged by what the answer does, one file a topic.

A judge of properties is a function ``judge(inputs, outputs, expected) -> {output: Comparison}``; the exercise names it
as ``"module.function"``. It runs in `check` and, on the trusted side, in the autograder. It may name a mistake.
"""

import importlib


def compared(path, inputs, outputs, expected):
    """Judge `outputs` by the properties called `path`.

    Parameters
    ----------
    path : str
        ``"module.function"`` within `utils.properties`.
    inputs, outputs, expected : dict
        By name: what went in, what the learner's function returned (arrays may be anything a learner can return), and
        what the reference returned.

    Returns
    -------
    dict of str to Comparison
        For every output.
    """
    module, function = path.split(".")
    return getattr(importlib.import_module(f"utils.properties.{module}"), function)(inputs, outputs, expected)
