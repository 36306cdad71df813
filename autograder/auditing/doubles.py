"""Make wrong answers with two mistakes in them at once: declared ones in pairs, and random slips."""

from collections.abc import Callable, Iterator
from itertools import combinations

from autograder.auditing.mutants import slipped
from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import BuildError


def pairs(exercise: Exercise, course: Course) -> Iterator[tuple[str, str]]:
    """Yield (ids, text) for every two declared mistakes that can be made in one function."""
    solution = course.reference.sources[exercise.name]
    mistakes = [mistake for mistake in exercise.mistakes if mistake.side_effect is None]
    for one, other in combinations(mistakes, 2):
        first, second = (other, one) if other.whole else (one, other)  # an edit may apply to a whole function
        if second.edit is not None:
            try:
                yield f"{first.id} and {second.id}", second.source(first.source(solution))
            except BuildError:  # they change the same place
                continue


def double(exercise: Exercise, course: Course, choose: Callable[[int], int]) -> str:
    """Return the text of a function with two mistakes in it: a declared one or a slip, then a slip.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    choose : callable
        ``choose(n)`` returns a number below n, and thereby which of n things is done.
    """
    solution = course.reference.sources[exercise.name]
    mistakes = [mistake for mistake in exercise.mistakes if mistake.side_effect is None]
    declared = choose(2) == 1
    first = mistakes[choose(len(mistakes))].source(solution) if declared else slipped(solution, choose)
    return slipped(first, choose)
