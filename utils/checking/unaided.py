"""Let one exercise of an assignment be practised without help at first: `check` says only right or wrong.

The learner tests the function as its notebook shows, or asks for help; from then on `check` helps as everywhere.
"""

import dataclasses

from utils import fixtures
from utils.checking import failure_wording, progress, run_cases
from utils.checking.arguments import as_typed
from utils.checking.findings import Findings
from utils.checking.report import Report
from utils.checking.run_cases import Fixture
from utils.checking.stages import Stages

_MEANT = "This exercise is unaided at first: `check` says only right or wrong."


def practised(name: str) -> bool:
    """Whether the exercise `name` is one that begins without help, and no wrong answer to it was helped yet."""
    if name not in fixtures.names() or not fixtures.load(name).get("unaided") or progress.helped(name):
        return False
    return progress.can_keep(name)  # where it cannot be kept, a learner would have to ask for help every time


def staged(opened: Stages, name: str, level: int, help: bool) -> Stages:
    """Return the stages with `unaided` set where that holds; who asks for help or for a hint has it.

    Parameters
    ----------
    opened : Stages
    name : str
        The exercise, or whatever the learner's function is called.
    level : int
        The level of hints that is asked for.
    help : bool
    """
    return dataclasses.replace(opened, unaided=not help and level == 1 and practised(name))


def wrong(exercise: Fixture, findings: Findings) -> Report:
    """Return the report on a wrong answer: that it is wrong or why it stopped, how to test it, and how to get help."""
    name, failure = findings.name, findings.failure
    title, *advice = f"{name} is not right yet.", exercise["unaided"]
    if failure:  # Python says so itself, or the answer has not the form that was asked for
        title, *advice = failure_wording.failed(failure, run_cases.slots(exercise))
    ask = as_typed(name, exercise["forward"], help=True)
    return Report(name, "wrong", title, (*advice, _MEANT), ask=ask, next_level=1, unaided=True)


def case_waits(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return why `check.case` gives no case, a title and what follows it; None where it gives one."""
    if not practised(name):
        return None
    ask = as_typed(name, fixtures.load(name)["forward"], help=True)
    return f"{name} is unaided at first, and a case with expected numbers would be help.", (f"Ask for it: `{ask}`.",)
