"""Say what an exercise still lacks of what every exercise of the course has, and where to write it."""

from collections.abc import Collection, Mapping
from pathlib import Path

from autograder import assignments
from autograder.course import Course
from autograder.course.exercise import Exercise

MISTAKES, VARIANTS = 2, 3  # at the least; a side effect does not count, since it makes no number wrong
WHY = range(20, 81)  # words


def wanted(exercise: Exercise, course: Course, files: Mapping[Path, Collection[str]]) -> list[str]:
    """Return what an exercise lacks that our tests ask of every exercise, and how to add it; empty if nothing.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    files : dict of Path to collection of str
        The functions that each file of right variants defines.
    """
    [assignment] = [name for name in course.assignments if exercise in course.exercises(name)]
    folder = course.declaration(assignment).parents[1]
    declared = f"its Exercise in {place(folder / 'exercises')}"
    found = []
    mistakes = [mistake.id for mistake in exercise.mistakes if mistake.side_effect is None]
    if len(mistakes) < MISTAKES:
        found.append(
            f"{MISTAKES} known mistakes are wanted, and it has {_listed(mistakes)}. Add a Mistake, an edit of the "
            f"solution with three hints, to {declared}."
        )
    having = [path for path, names in files.items() if exercise.name in names]
    if len(having) < VARIANTS:
        lacking = [path.name for path in files if path.parents[1] == folder and path not in having]
        found.append(
            f"{VARIANTS} right variants are wanted, and it has {_listed([place(path) for path in having])}. Write "
            f"{exercise.name} right in another manner, one a file, in {place(folder / 'variants')}: "
            f"{', '.join([*lacking, 'or a new file'])}."
        )
    if exercise.worked_example is None:
        found.append(f"A worked example is wanted. Add worked_example=WorkedExample(...) to {declared}.")
    if (words := len(exercise.why.split())) not in WHY:
        found.append(
            f"A why of {WHY[0]} to {WHY[-1]} words is wanted, and it has {words} words. Say with why=... why the "
            f"solution is as it is, in {declared}."
        )
    return found


def place(path: Path) -> str:
    """Return a path below autograder/assignments/ as it is from the course's root."""
    return Path("autograder", "assignments", path.relative_to(Path(assignments.__file__).parent)).as_posix()


def _listed(names: Collection[str]) -> str:
    return f"{len(names)} ({', '.join(names)})" if names else "none"
