"""Say to a student why there is no answer, with their own words quoted as code.

What a learner's card says too is worded in `utils.checking.failure_wording`; the rest is what only a grade can meet.
"""

import dataclasses

from autograder.course.exercise import Exercise
from utils.checking import failure_wording
from utils.errors import Failure


def quoted(text: object) -> str:
    """Return a student's words as code, so that they are shown and nothing else, wherever they are shown."""
    words = " ".join(str(text).replace("`", "'").split())
    return f"`{words}`" if words else ""


def failed(exercise: Exercise, failure: Failure | None, seconds: float | None) -> str:
    """Say why an exercise got no answer; None stands for one that was not asked."""
    if failure is None:
        return f"`{exercise.name}` was not checked."
    sentence = _sentence(exercise, failure, seconds or 0.0)
    if failure.function != exercise.name:
        sentence = f"`{exercise.name}` could not be checked, since it needs `{failure.function}`. {sentence}"
    return sentence


def _sentence(exercise: Exercise, failure: Failure, seconds: float) -> str:
    name = f"`{failure.function}`"
    only_in_a_grade = {
        "undefined": f"{name} is not defined: is its cell there, and does it run without an error?",
        "not-function": f"{name} is not a function, it is {quoted(failure.name)}: was the name used for something "
        "else?",
        "too-large": f"{name} returned far more numbers than were asked for.",
        "died": f"The kernel stopped while {name} was checked: does it end the process, or run out of memory?",
        "no-answer": f"No answer came back from {name}: something in the notebook keeps its cells from running.",
        "malformed": f"No answer that can be read came back from {name}.",
        "costly": f"{name} was not checked.",
    }
    if failure.kind in only_in_a_grade:
        return only_in_a_grade[failure.kind]
    slots = exercise.slots if failure.function == exercise.name else ()
    fact, *advice = failure_wording.failed(dataclasses.replace(failure, seconds=seconds), slots, quoted)
    if failure.kind == "timeout":  # here the machine is not busy, and there is no second try
        advice = ["Is there a loop that never ends? If not, it is too slow: the arrays that it was given are small."]
    stop = "." if fact.endswith("`") else ""  # a learner's card ends with the error's own words
    return " ".join([fact + stop, *advice, *failure_wording.explained(failure)])
