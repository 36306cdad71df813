"""Read the steps of judging that a course's ``nbgrader_config.py`` lists, and check what may stand where.

`nbgrader autograde` walks through these two lists itself, `autograder.judging.pipeline` for all others. In them are

* the four `STAGES`, which must be there once each, in this order, with `Rebuild` before everything else;
* steps that write into a gradebook (`needs_gradebook`);
* whatever an instructor has added.
"""

import itertools
from collections.abc import Iterable, Sequence

from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, OverwriteKernelspec, SaveAutoGrades
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue
from traitlets.utils.importstring import import_item

from autograder.errors import AutograderError, BuildError
from autograder.judging.judge import Judge
from autograder.judging.stages import Rebuild, Sanitise, WriteMarks

STAGES = (Rebuild, Judge, WriteMarks, Sanitise)
LISTS = ("sanitize_preprocessors", "autograde_preprocessors")  # of c.Autograde: nbgrader's two conversions
_ORDER = (Rebuild, Judge, WriteMarks, SaveAutoGrades, Sanitise)
_WITH_GRADEBOOK = (SaveAutoGrades, OverwriteCells, OverwriteKernelspec, AssignLatePenalties)


def conversions(config: Config) -> list[list[object]]:
    """Return the steps of nbgrader's two conversions as a course's configuration names them.

    Parameters
    ----------
    config : traitlets.config.Config

    Returns
    -------
    list of list
        Classes, functions and instances; the `STAGES` alone where the configuration has no lists.

    Raises
    ------
    AutograderError
        If a step cannot be imported, would run a submission outside its kernel, or if a stage is missing or out of
        order.
    """
    lists = config.get("Autograde", {})
    if not any(name in lists for name in LISTS):
        return [[STAGES[0]], list(STAGES[1:])]
    first, second = ([_imported(step) for step in _values(lists.get(name, []))] for name in LISTS)
    for step in (*first, *second):
        if is_a(step, ExecutePreprocessor):
            raise AutograderError(
                f"nbgrader_config.py names {name_of(step)}, which would run submissions outside the sandbox: take it "
                "out, autograder.grading.plugins.Judge runs them."
            )
    for step in first:
        if is_a(step, *_ORDER[1:]):  # what one of them leaves for the next lasts for one conversion
            raise BuildError(
                f"nbgrader_config.py names {name_of(step)} in c.Autograde.{LISTS[0]}; it belongs into {LISTS[1]}."
            )
    _require_order([*first, *second])
    return [first, second]


def needs_gradebook(step: object) -> bool:
    """Whether a step is left out where there is no gradebook: nbgrader's own, or one of ours that says so."""
    return is_a(step, *_WITH_GRADEBOOK) or getattr(step, "needs_gradebook", False) is True


def is_a(step: object, *kinds: type) -> bool:
    """Whether a step, which may be a class or not, is of one of these kinds."""
    return issubclass(step if isinstance(step, type) else type(step), kinds)


def name_of(step: object) -> str:
    """Return the name of a step, with its module, as a configuration could name it."""
    named = step if hasattr(step, "__qualname__") else type(step)
    return f"{named.__module__}.{named.__qualname__}"


def _require_order(steps: Sequence[object]) -> None:
    """Refuse steps among which a stage is missing, stands twice or is out of order."""
    places = [_place(steps, stage) for stage in _ORDER]
    if places[0] != 0:
        raise BuildError(
            f"nbgrader_config.py names {name_of(steps[0])} before {_public_name(Rebuild)}, which must be first: it "
            "alone copes with whatever a submission may hold."
        )
    for (stage, place), (following, later) in itertools.pairwise(zip(_ORDER, places, strict=True)):
        if place > later:
            raise BuildError(
                f"nbgrader_config.py names {_public_name(stage)} after {_public_name(following)}; it belongs before it."
            )


def _place(steps: Sequence[object], stage: type) -> int:
    """Return where the one step of this kind stands."""
    places = [place for place, step in enumerate(steps) if is_a(step, stage)]
    if len(places) != 1:
        problem = "names more than once" if places else "does not name"
        raise BuildError(f"nbgrader_config.py {problem} {_public_name(stage)}: restore it.")
    return places[0]


def _values(named: object) -> list[object]:
    """Return a list of a configuration, also where it only says what to add to nbgrader's own."""
    values = named.get_value([]) if isinstance(named, LazyConfigValue) else named
    return list(values) if isinstance(values, Iterable) else []


def _imported(step: object) -> object:
    if not isinstance(step, str):
        return step
    try:
        return import_item(step)
    except Exception as error:  # whatever it does when it is imported
        raise AutograderError(
            f"nbgrader_config.py names the preprocessor {step}, which cannot be imported: {error}"
        ) from None


def _public_name(stage: type) -> str:
    package = "nbgrader.preprocessors" if stage is SaveAutoGrades else "autograder.grading.plugins"
    return f"{package}.{stage.__name__}"
