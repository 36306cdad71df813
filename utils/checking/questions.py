"""Choose the question of level 2 where no mistake is named: one that what the card has said does not answer yet."""

import ast

from utils import fixtures
from utils.checking import operation, sites, time_axis
from utils.checking.crash_causes import Cause, cause
from utils.checking.findings import Findings
from utils.checking.run_cases import Fixture
from utils.checking.wording import listing, possibility
from utils.errors import Failure

_QUESTION = "Take a small case and work out one entry by hand: which number differs first from your function's?"
_OF_A_FAILURE = {
    "exception": "What does each name in that line hold, and which shape has it? Print them: which of them is not what "
    "you expected?",
    "count": "Which values should the function return, and in which order? Which does yours return?",
    "parameters": "Which arguments does the exercise hand over, and in which order?",
    "timeout": "Which loop or call goes on for longest? What should end it?",
}
_UNKNOWN_NAME = {
    "NameError": "Where is that name set or imported? Has that cell run, and is the name spelled the same there?",
    "UnboundLocalError": "Which line of the function sets that name? Has it run when the name is read?",
}


# What a learner can take for an array; a generator or a function stands where it stands on purpose.
_NO_ARRAYS = ("NoneType", "list", "tuple", "dict", "str", "set")


def questions(exercise: Fixture, findings: Findings) -> list[str]:
    """Return the question of an answer in which no mistake is named, after one that may help first."""
    failure = findings.failure
    if failure and (not findings.wrong or failure.called or cause(failure)):  # what stopped spoils numbers too
        return [_about_the_line(failure) or _OF_A_FAILURE.get(failure.kind, _QUESTION)]
    beside = (
        _about_the_kind(findings)
        or _about_what_is_special(findings)
        or _about_the_time(exercise, findings)
        or _beside_what_is_right(exercise, findings)
    )
    question = beside or exercise.get("question") or _QUESTION
    # Of a function with one output, a question by output asks what its own question asks.
    if findings.pattern in (None, "all") or findings.resemblances or len(exercise["outputs"]) == 1:
        return [question]
    return [possibility(exercise["patterns"][findings.pattern]), question]


def _about_the_kind(findings: Findings) -> str:
    """Ask what is returned, where that holds no numbers, or whole numbers only."""
    wrong = [name for name in findings.wrong if findings.comparisons[name].problem in ("kind", "missing")]
    for output, found in findings.resemblances.items():
        if found.kind == "truncated":
            return f"Which line makes the array that becomes {output}, and which type of number can it hold?"
    if findings.failure or len(wrong) < len(findings.wrong):
        return ""
    if keys := [f"{name}[{key}]" for name in wrong if (key := findings.comparisons[name].key)]:
        return f"Which of your lines should set `{keys[0]}`? Is its key spelled the same there?"
    return f"Which line makes what you return as {listing(wrong)}? Of which type is it there?"


def _about_what_is_special(findings: Findings) -> str:
    """Ask about the one case that goes wrong, where all cases of ordinary sizes are right."""
    found = findings.distinction
    if findings.failure or found is None or found.side != "wrong" or not found.special:
        return ""
    case = f"{'the case' if found.count == 1 else 'a case'} with {' or '.join(found.special)}"
    return f"What does each of your lines give in {case}, and where does it go another way than in the other cases?"


def _about_the_time(exercise: Fixture, findings: Findings) -> str:
    """Ask what changes at the step or layer from which on, or up to which, or only at which an output is wrong."""
    for output, found in findings.resemblances.items():
        axes = exercise["outputs"][output]
        match found.kind:
            case "wrong from":
                where = f"between {time_axis.step(axes, found.index - 1)} and {time_axis.step(axes, found.index)}"
            case "wrong until":
                where = f"between {time_axis.step(axes, found.index)} and {time_axis.step(axes, found.index + 1)}"
            case "wrong at":
                where = f"at {time_axis.step(axes, found.index)}"
            case "wrong at the last" | "right at the last":
                where = f"at {time_axis.last_one(axes)}"
            case _:
                continue
        return (
            f"For {output}, what is different {where}: which of your lines run there, and which numbers do they read?"
        )
    return ""


def _beside_what_is_right(exercise: Fixture, findings: Findings) -> str:
    """Ask what makes the wrong outputs alone, where others are right: those answer the exercise's own question."""
    right, wrong = findings.right_outputs, tuple(findings.wrong)
    judged = exercise.get("properties") or any(findings.comparisons[output].choices for output in wrong)
    if judged or not right or findings.failure:  # numbers that are chosen, or judged together, have no own lines
        return ""
    lines = f"Which of your lines matter for {listing(wrong)} alone, and what should stand there?"
    return f"{listing(right)} {'are' if len(right) > 1 else 'is'} right. {lines}"


def _about_the_line(failure: Failure) -> str:
    """Ask about the parts of the operation that failed, whose shapes and values level 1 has shown."""
    if failure.kind != "exception" or failure.name in _UNKNOWN_NAME:
        return _UNKNOWN_NAME.get(failure.name, "")
    if failure.called and (names := sites.misused(failure.called)):
        shapes, make = ("shapes", "make them") if len(names) > 1 else ("shape", "makes it")
        return (
            f"What should `{failure.called.function}` get for {_listed(names)}, in which {shapes}? "
            f"Which of your lines {make}?"
        )
    if failure.inside in fixtures.names() and len(failure.sites) > 1 and (call := failure.sites[-2].text):
        return f"Is {failure.inside} right by itself? If so, what should each argument of `{call}` hold?"
    found = cause(failure)
    if found and (question := _about_the_cause(found)):
        return question
    parts = operation.operands(failure.sites[-1]) if failure.sites else {}
    if failure.sites and _is_unpacked(operation.parsed(failure.sites[-1].text)):
        return "How many values stand on the right, and what is each of them? Which name on the left is for which?"
    node = operation.parsed(failure.sites[-1].text) if failure.sites else None
    if failure.name == "TypeError" and "positional argument" in failure.message and isinstance(node, ast.Call):
        callee = ast.unparse(node.func)
        return f"Which arguments does `{callee}` take, in which order, and which of them does this line hand over?"
    others = [name for name, value in parts.items() if value.type in _NO_ARRAYS]
    arrays = {name: value.shape for name, value in parts.items() if value.shape}
    if others and others[0].isidentifier():
        return f"What should `{others[0]}` hold there, and where does it get its value?"
    if others:
        return f"What kind of value belongs in the place of `{others[0]}`?"
    if isinstance(node, ast.Call) and len({*arrays.values()}) == 1:
        axes = f"What does each axis of `{next(iter(arrays))}` count, and along which of them should this line work?"
        return axes if all(len(shape) > 1 for shape in arrays.values()) else ""
    if len(arrays) > 1:
        return (
            f"What does each axis of {_listed([*arrays][:2])} count, and which of these axes should meet in this line?"
        )
    return ""


def _about_the_cause(found: Cause) -> str:
    """Ask how what is wrong came about; nothing where the shapes are the question."""
    match found.kind:
        case "past the end":
            index = found.names[0]
            if index.isdigit():
                return "Which entry do you mean there?"
            return f"Which values does `{index}` take there, and which should it take?"
        case "beyond an axis":
            index = found.names[0]
            return f"What do the numbers in `{index}` count, and which array has an entry for each, on which axis?"
        case "true division" | "float":
            return "Which whole number do you mean there? What should it be where the division leaves a remainder?"
        case "truth":
            return "Which entry should decide there: a certain one, any one, all together, or each for itself?"
        case "time first" | "batch row":
            return f"Which axis of `{found.names[0]}` counts the sequences, and which the steps?"
        case "tuple":
            return f"Which values does `{found.names[0]}` return, in which order, and which of them do you need there?"
        case "unpacked":
            return "What does each value on the right stand for, and which name on the left is for which?"
    return ""


def _is_unpacked(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List))


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return listing(f"`{name}`" for name in names)
