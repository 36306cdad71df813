"""Choose what a card says of a wrong answer at levels 2, 3 and 4: a question, a worked example, the place in the code.

The mistake's own question and example come first; where no mistake is named, the exercise has one of each, so that
every wrong answer has a way on.
"""

from collections.abc import Mapping, Sequence

from utils.checking import operation, sites, wording
from utils.checking.crash_causes import cause
from utils.checking.findings import Findings
from utils.checking.locate import wording as where
from utils.checking.run_cases import Fixture
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


def levels(exercise: Fixture, findings: Findings) -> dict[int, list[str]]:
    """Return what there is to say at levels 2, 3 and 4, a paragraph each; a level without a paragraph is left out."""
    named = {outputs: hints(exercise, findings, mistake) for mistake, outputs in mistakes(findings).items()}
    second = [of(outputs, own[1]) for outputs, own in named.items()] or _questions(exercise, findings)
    third = [of(outputs, own[2]) for outputs, own in named.items() if len(own) > 2]
    if len(third) < max(len(named), 1) and (example := exercise.get("worked_example")):
        third.append(f"A small example, by hand. {example}")
    found = {2: second, 3: third, 4: where.where(findings.location) if findings.location else _place(findings.failure)}
    return {level: paragraphs for level, paragraphs in found.items() if paragraphs}


def mistakes(findings: Findings) -> Mapping[str, tuple[str, ...]]:
    """Return the mistakes that are named, and for which outputs; for none in particular where one explains all."""
    return {findings.mistake: ()} if findings.mistake is not None else findings.by_output


def hints(exercise: Fixture, findings: Findings, mistake: str) -> Sequence[str]:
    """Return the hints of a mistake that is named: three of a declared one, two of one that a family made."""
    own: Sequence[str] = findings.family_hints.get(mistake) or exercise["mistakes"][mistake]
    return own


def of(outputs: tuple[str, ...], sentence: str) -> str:
    """Return a sentence that says which outputs it is about, if it is not about all and does not begin with them."""
    return f"{', '.join(outputs)}: {sentence}" if outputs and not sentence.startswith(f"{outputs[0]} ") else sentence


def _questions(exercise: Fixture, findings: Findings) -> list[str]:
    failure = findings.failure
    if failure and (not findings.wrong or failure.called or cause(failure)):  # what stopped spoils numbers too
        return [_about_the_line(failure) or _OF_A_FAILURE.get(failure.kind, _QUESTION)]
    question = _beside_what_is_right(exercise, findings) or exercise.get("question") or _QUESTION
    # Of a function with one output, a question by output asks what its own question asks.
    if findings.pattern in (None, "all") or findings.resemblances or len(exercise["outputs"]) == 1:
        return [question]
    return [wording.possibility(exercise["patterns"][findings.pattern]), question]


def _beside_what_is_right(exercise: Fixture, findings: Findings) -> str:
    """Ask what makes the wrong outputs alone, where others are right: those answer the exercise's own question."""
    right, wrong = findings.right_outputs, tuple(findings.wrong)
    judged = exercise.get("properties") or any(findings.comparisons[output].choices for output in wrong)
    if judged or not right or findings.failure:  # numbers that are chosen, or judged together, have no lines of their own
        return ""
    are = "are" if len(right) > 1 else "is"
    return (
        f"{wording.listing(right)} {are} right. Which of your lines matter for {wording.listing(wrong)} alone, and "
        "what should stand there?"
    )


def _about_the_line(failure: Failure) -> str:
    """Ask about the parts of the operation that failed, whose shapes and values level 1 has shown."""
    if failure.kind != "exception" or failure.name in _UNKNOWN_NAME:
        return _UNKNOWN_NAME.get(failure.name, "")
    if failure.called and (names := sites.misused(failure.called)):
        code = wording.listing(f"`{name}`" for name in names)
        return f"What should `{failure.called.function}` get for {code}, in which shape? Which of your lines makes it?"
    parts = operation.operands(failure.sites[-1]) if failure.sites else {}
    others = [name for name, value in parts.items() if value.shape is None and value.number is None]
    arrays = [name for name, value in parts.items() if value.shape]
    if others and others[0].isidentifier():
        return f"What should `{others[0]}` hold there, and where does it get its value?"
    if len(arrays) > 1:
        code = wording.listing(f"`{name}`" for name in arrays[:2])
        return f"What does each axis of {code} count, and which of these axes should meet in this line?"
    return ""


def _place(failure: Failure | None) -> list[str]:
    """Say on which of the learner's own lines a call stopped, where that is known, and how its parts were made."""
    if failure is None or not failure.source:
        return []
    inside = f"in {failure.inside}, " if failure.inside else ""
    site = failure.sites[-1] if failure.sites else None
    made = {name: operation.makers(site, name) for name in operation.operands(site)} if site else {}
    origins = [f"`{name}` was made by `{texts[0][0]}`." for name, texts in made.items() if texts]
    return [f"It stops {inside}in line {failure.line}: `{failure.source}`.", *origins]
