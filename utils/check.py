"""Check a learner's function and say which mistake it makes: the one function that a notebook calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from utils.checking.progress import Progress
    from utils.checking.report import Report


def check(function: object, *, forward: object = None, hint: object = 1) -> Report:
    """Say whether `function` is right, and if it is not, which mistake it holds.

    Nothing is ever raised, so that "Run All" never stops; your own Ctrl-C still works.

    Parameters
    ----------
    function : callable
        Your function itself, without parentheses behind its name.
    forward : callable, optional
        For a backward pass: your forward pass, whose cache it takes.
    hint : {1, 2, 3}
        How much to tell: where the mistake is, a question too, a small worked example too. Hints cost no points.

    Returns
    -------
    Report
        Shown as a card in a notebook and as text in a terminal.

    Examples
    --------
    >>> check("rnn_step_forward").status
    'cannot check'
    """
    # Imported on use: `import utils` stays cheap.
    from utils.checking import arguments, check_function
    from utils.checking.progress import remember

    try:
        report = check_function.checked(function, forward=forward, hint=hint)
    except Exception as error:
        words = f"Please report these words: {_in_one_line(error)}"
        return arguments.cannot_check("check itself failed, so this says nothing about your function.", words)
    try:
        return report.noting(remember(report))
    except Exception as error:  # a verdict is not lost because the folder it would be noted in is
        return report.noting([f"Progress could not be kept: {_in_one_line(error)}"])


def _in_one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def progress() -> Progress:
    """Show the exercises of this notebook and where you stand with each."""
    from utils.checking.progress import board

    return board()


check.progress = progress  # type: ignore[attr-defined]
