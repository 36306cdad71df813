"""Check a learner's function and say which mistake it makes: the one function that a notebook calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from utils.checking import newest_code

if TYPE_CHECKING:
    from utils.checking.card import Note
    from utils.checking.case_in_hand import CaseInHand
    from utils.checking.progress import Progress
    from utils.checking.report import Report
    from utils.checking.self_study import Page
    from utils.figures.picture import Picture


def check(
    function: object,
    *others: object,
    forward: object = None,
    hint: object = 1,
    anyway: bool = False,
    help: bool = False,
) -> Report:
    """Say whether `function` is right, and if it is not, which mistake it holds.

    Nothing is ever raised, so that "Run All" never stops; your own Ctrl-C still works.

    Parameters
    ----------
    function : callable
        Your function itself, without parentheses after its name.
    *others : object
        Nothing: whatever else is said is said by its name, as in ``check(f, hint=2)``.
    forward : callable, optional
        For a backward pass: your forward pass, whose cache it takes.
    hint : {1, 2, 3, 4}
        How much to say: what the numbers are, a question too, a small worked example too, the place in your code too.
        Levels 3 and 4 open once the function has changed since the last level was shown. Hints cost no points.
    anyway : bool
        Whether to open them at once.
    help : bool
        For an exercise of which `check` says only right or wrong at first: whether to help, here from now on.

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
    from utils.checking import arguments, calling, learning_log, printing, self_study
    from utils.checking.progress import remember
    from utils.checking.properties import JudgedElsewhere

    if others:
        return arguments.unnamed(calling.name_of(function))
    try:
        if found := newest_code.outdated([function, forward]):
            return arguments.outdated(calling.name_of(function), found)
        with printing.caught() as printed:
            report, code = _checked(function, forward, hint, bool(anyway), bool(help))
    except JudgedElsewhere:
        name = calling.name_of(function)
        return arguments.cannot_check(f"{name} is being graded: it is judged outside this notebook.", name=name)
    except Exception as error:
        words = f"Please report these words: {_in_one_line(error)}"
        return arguments.cannot_check("check itself failed, so this says nothing about your function.", words)
    if report.printed is None and printed.shown:  # by a call that belongs to no case
        report = replace(report, printed=printing.Printed(printed.shown))
    report = replace(report, again=lambda level, anyway: _again(function, forward, level, anyway))
    try:
        return report.noting([*remember(report, code), *learning_log.keep(report, code), *self_study.offer(report)])
    except Exception as error:  # a verdict is not lost because the folder it would be noted in is
        return report.noting([f"Progress could not be kept: {_in_one_line(error)}"])


def _again(function: object, forward: object, level: int, anyway: bool) -> Report:
    """Check the functions that have these names now; who presses a button asks for help."""
    newest = newest_code.newest
    return check(newest(function), forward=newest(forward), hint=level, anyway=anyway, help=True)


def _checked(function: object, forward: object, hint: object, anyway: bool, help: bool) -> tuple[Report, str]:
    """Return the report on a function, and the digest of its code."""
    from utils.checking import arguments, calling, check_function, stages, unaided

    code, (level, _) = stages.digest(function, forward), arguments.hint_level(hint)
    opened = stages.stages(calling.name_of(function), code, level, anyway)
    opened = unaided.staged(opened, calling.name_of(function), level, help)
    return check_function.checked(function, forward=forward, hint=hint, stages=opened), code


def case(function: object, *, forward: object = None) -> CaseInHand:
    """Give you the smallest case in which `function` fails, to try things on.

    Parameters
    ----------
    function, forward : callable
        As for `check`.

    Returns
    -------
    CaseInHand
        ``case.inputs``, ``case.upstream``, ``case.expected`` and ``case.got`` by name; ``function(*case.arguments)``
        makes the same call again.
    """
    from utils.checking import arguments, calling, unaided
    from utils.checking.case_in_hand import CaseInHand
    from utils.checking.check_function import case_in_hand

    try:
        if found := newest_code.outdated([function, forward]):
            refused = arguments.outdated(calling.name_of(function), found)
            return CaseInHand(refused.name, refused.title, refused.paragraphs)
        if waiting := unaided.case_waits(calling.name_of(function)):
            return CaseInHand(calling.name_of(function), *waiting)
        return case_in_hand(function, forward)
    except Exception as error:
        return CaseInHand("", f"check.case itself failed; please report these words: {_in_one_line(error)}")


def _in_one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def progress(*, history: bool = False) -> Progress | Picture | Note:
    """Show the exercises of this notebook and where you stand with each.

    Parameters
    ----------
    history : bool
        Draw instead how you came there: each check that is in your log.
    """
    if history:
        from utils.figures.history import history_here

        return history_here()
    from utils.checking.progress import board

    return board()


def log(on: bool | None = None) -> Note:
    """Turn your own log of checks off or on, for this folder and for good; without a value, say where it lies."""
    from utils.checking.learning_log import switch

    return switch(on)


def solution(function: object) -> Page | Note:
    """Show how the course writes a function, and why, once yours was checked: in the self-study edition.

    Parameters
    ----------
    function : str or callable
        The exercise's name, or your function itself.
    """
    from utils.checking import self_study

    return self_study.solution(function)


def answer(name: str = "") -> Page | Note:
    """Show the exemplar and the rubric of a written answer, once yours is saved: in the self-study edition.

    Parameters
    ----------
    name : str
        The answer's name; by default the one of this notebook.
    """
    from utils.checking import self_study

    return self_study.answer(name)


newest_code.watch()  # which cells define which functions, from now on
check.log = log  # type: ignore[attr-defined]
check.solution = solution  # type: ignore[attr-defined]
check.answer = answer  # type: ignore[attr-defined]
check.progress = progress  # type: ignore[attr-defined]
check.case = case  # type: ignore[attr-defined]
