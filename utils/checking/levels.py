"""Choose what a card says of a wrong answer at levels 2, 3 and 4: a question, a worked example, the place in the code.

The mistake's own question and example come first; where no mistake is named, the exercise has one of each, so that
every wrong answer has a way on.
"""

import re
from collections.abc import Mapping, Sequence

from utils.checking import operation
from utils.checking.crash_causes import cause
from utils.checking.findings import Findings
from utils.checking.locate import wording as where
from utils.checking.questions import questions
from utils.checking.run_cases import Fixture
from utils.checking.wording import listing
from utils.errors import Failure


def levels(exercise: Fixture, findings: Findings) -> dict[int, list[str]]:
    """Return what there is to say at levels 2, 3 and 4, a paragraph each; a level without a paragraph is left out."""
    named = {outputs: hints(exercise, findings, mistake) for mistake, outputs in mistakes(findings).items()}
    second = each({outputs: own[1] for outputs, own in named.items()}) or questions(exercise, findings)
    third = each({outputs: own[2] for outputs, own in named.items() if len(own) > 2})
    if not (named and all(len(own) > 2 for own in named.values())) and (example := exercise.get("worked_example")):
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


def each(sentences: Mapping[tuple[str, ...], str]) -> list[str]:
    """Return sentences by the outputs that they are about; where only the output's name differs, they are one.

    Examples
    --------
    >>> each({("dWx",): "dWx is 0 everywhere.", ("dWh",): "dWh is 0 everywhere.", ("db",): "This is a mean."})
    ['dWx and dWh: Each is 0 everywhere.', 'db: This is a mean.']
    """
    alike: dict[str, list[tuple[str, ...]]] = {}
    for outputs, sentence in sentences.items():
        text = re.sub(rf"\b{re.escape(outputs[0])}\b", "each", sentence) if len(outputs) == 1 else sentence
        alike.setdefault(text[:1].upper() + text[1:], []).append(outputs)
    return [
        f"{listing(output for outputs in same for output in outputs)}: {text}"
        if len(same) > 1
        else of(same[0], sentences[same[0]])
        for text, same in alike.items()
    ]


def of(outputs: tuple[str, ...], sentence: str) -> str:
    """Return a sentence that says which outputs it is about, if it is not about all and does not name them."""
    named = outputs and set(outputs) <= {word.rstrip(",.:") for word in sentence.split()}
    return f"{', '.join(outputs)}: {sentence}" if outputs and not named else sentence


def _place(failure: Failure | None) -> list[str]:
    """Say how the parts of the operation that stopped were made; which line it is, the first sentence has said."""
    if failure is None or not failure.source:
        return []
    site, found = failure.sites[-1] if failure.sites else None, cause(failure)
    made = {name: operation.makers(site, name) for name in operation.operands(site)} if site else {}
    known = found.names if found and found.kind == "made" else ()
    return [f"`{name}` was made by `{texts[0][0]}`." for name, texts in made.items() if texts and name not in known]
