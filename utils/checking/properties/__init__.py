"""Exercises whose right answers are many: judged by what the answer does, one file a topic.

A judge of properties is a function ``judge(inputs, outputs) -> {output: Comparison}``; the exercise names it as
``"module.function"``. It runs in `check` and, on the trusted side, in the autograder. It may name a mistake.
What shows only in several answers side by side, such as whether chance was used, a second function may judge:
``function_together([(inputs, outputs), ...]) -> {output: Comparison}``, only what is wrong.
"""

import importlib


def compared(path, inputs, outputs):
    """Judge `outputs` by the properties called `path`.

    Parameters
    ----------
    path : str
        ``"module.function"`` within `utils.checking.properties`.
    inputs, outputs : dict
        By name: what went in, and what the learner's function returned (arrays may be anything a learner can return).

    Returns
    -------
    dict of str to Comparison
        For every output.
    """
    module, function = path.split(".")
    return getattr(importlib.import_module(f"utils.checking.properties.{module}"), function)(inputs, outputs)


def together(path, cases):
    """Judge all cases at once, where the topic has a function for that.

    Parameters
    ----------
    path : str
        As for `compared`.
    cases : list of (dict, dict)
        Inputs and outputs by name, one pair a case, each of them right by itself.

    Returns
    -------
    dict of str to Comparison
        Of the outputs that are wrong; empty if all is well.
    """
    module, function = path.split(".")
    judge = getattr(importlib.import_module(f"utils.checking.properties.{module}"), f"{function}_together", None)
    return judge(cases) if judge else {}
