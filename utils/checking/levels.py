"""Choose what a card says of a wrong answer at levels 2, 3 and 4: a question, a worked example, the place in the code.

The mistake's own question and example come first; where no mistake is named, the exercise has one of each, so that
every wrong answer has a way on.
"""

from collections.abc import Mapping, Sequence

from utils.checking import operation
from utils.checking.findings import Findings
from utils.checking.locate import wording as where
from utils.checking.questions import questions
from utils.checking.run_cases import Fixture
from utils.errors import Failure


def levels(exercise: Fixture, findings: Findings) -> dict[int, list[str]]:
    """Return what there is to say at levels 2, 3 and 4, a paragraph each; a level without a paragraph is left out."""
    named = {outputs: hints(exercise, findings, mistake) for mistake, outputs in mistakes(findings).items()}
    second = [of(outputs, own[1]) for outputs, own in named.items()] or questions(exercise, findings)
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


def _place(failure: Failure | None) -> list[str]:
    """Say on which of the learner's own lines a call stopped, where that is known, and how its parts were made."""
    if failure is None or not failure.source:
        return []
    inside = f"in {failure.inside}, " if failure.inside else ""
    site = failure.sites[-1] if failure.sites else None
    made = {name: operation.makers(site, name) for name in operation.operands(site)} if site else {}
    origins = [f"`{name}` was made by `{texts[0][0]}`." for name, texts in made.items() if texts]
    return [f"It stops {inside}in line {failure.line}: `{failure.source}`.", *origins]
