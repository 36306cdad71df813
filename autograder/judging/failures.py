"""Say to a student why there is no answer, with their own words quoted as code."""

from autograder.course.exercise import Exercise
from utils.checking import wording
from utils.errors import Failure


def quoted(text: object) -> str:
    """Return a student's words as code, so that they are shown and nothing else, wherever they are shown."""
    words = " ".join(str(text).replace("`", "'").split())
    return f"`{words}`" if words else ""


def failed(exercise: Exercise, failure: Failure | None, seconds: float | None) -> str:
    """Say why an exercise got no answer; None stands for one that was not asked."""
    if failure is None:
        return f"`{exercise.name}` was not checked."
    name, at = f"`{failure.function}`", f" in line {failure.line} of its cell" if failure.line else ""
    limit = f"{seconds:g} seconds" if seconds else "the time limit"
    message = f": {quoted(failure.message)}" if failure.message else ""
    sentence = {
        "not-started": f"{name} is not started yet.",
        "undefined": f"{name} is not defined: is its cell there, and does it run without an error?",
        "not-function": f"{name} is not a function, it is {quoted(failure.name)}: was the name used for something "
        "else?",
        "count": f"{name} returned {_returned(failure)}",
        "exception": f"{name} stopped with {quoted(failure.name)}{at}{message}.",
        "too-large": f"{name} returned far more numbers than were asked for.",
        "timeout": f"{name} was still running after {limit} and was stopped. Is there a loop that never ends? If not, "
        "it is too slow: the arrays that it was given are small.",
        "died": f"The kernel stopped while {name} was checked: does it end the process, or run out of memory?",
        "no-answer": f"No answer came back from {name}: something in the notebook keeps its cells from running.",
        "malformed": f"No answer that can be read came back from {name}.",
    }.get(failure.kind, f"{name} was not checked.")
    if failure.kind == "count":
        slots = (*exercise.outputs, "cache") if exercise.cache else tuple(exercise.outputs)
        wanted = f", but {len(slots)} values are needed: {', '.join(slots)}."
        sentence += wanted if failure.function == exercise.name else "."
    if failure.kind == "not-started" and failure.name not in ("", failure.function) and failure.name.isidentifier():
        sentence = f"{name} needs `{failure.name}`, which is not started yet."
    if failure.function != exercise.name:
        sentence = f"`{exercise.name}` could not be checked, since it needs {name}. {sentence}"
    return sentence


def _returned(failure: Failure) -> str:
    """Say what came in the place of another number of values."""
    if failure.count != 1 or failure.name in ("tuple", "list"):
        return wording.counted(failure.count, "value", "values")
    return {"ndarray": "one array", "NoneType": "nothing (None)"}.get(failure.name, wording.a(failure.name))
