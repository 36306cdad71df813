"""Judge the choices of an exercise together: each would else be found out by trying its few numbers one after another.

A choice is the number of a statement, and a number that is computed decides it. So choices are confirmed only where
everything is right, and where one is not, all are wrong, and nothing says which.
"""

import dataclasses
from collections.abc import Collection, Mapping

from utils.checking.comparison import Comparison
from utils.checking.findings import Subject

_Compared = Mapping[str, Comparison]


def of(exercise: Subject) -> tuple[str, ...]:
    """Return the outputs that are choices."""
    return tuple(output for output, axes in exercise.outputs.items() if axes == ("choice",))


def together(exercise: Subject, found: _Compared, wrong: Collection[str]) -> _Compared:
    """Return the comparisons of one case, in which all choices are wrong if any output is.

    Parameters
    ----------
    exercise : Subject
    found : dict of str to Comparison
        By output.
    wrong : collection of str
        The outputs that count as wrong, in any case.

    Returns
    -------
    dict of str to Comparison
        A choice of another kind than a number stays as it was found.
    """
    names = of(exercise)
    if not names or not wrong:
        return found
    numbers = tuple(name for name in wrong if name not in names)
    return {
        name: dataclasses.replace(one, problem="choice", choices=names, numbers=numbers, yours=None, expected=None)
        if name in names and one.problem in (None, "choice")
        else one
        for name, one in found.items()
    }


def named(
    exercise: Subject, by_output: Mapping[str, tuple[str, ...]], wrong: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the mistakes that explain some outputs, without those that would tell one choice from another.

    Beside a wrong number none is named that explains choices: the number decides them.
    """
    names = {*of(exercise)}
    decided = names >= {*wrong}
    return {
        mistake: outputs
        for mistake, outputs in by_output.items()
        if not names & {*outputs} or (decided and names <= {*outputs})
    }
