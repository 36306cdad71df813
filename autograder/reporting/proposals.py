"""Propose how a cluster of wrong answers can be declared as a known mistake, and write the declaration."""

import ast
import json
import re
from dataclasses import dataclass

from autograder.course import Course
from autograder.judging import shared_inputs
from autograder.reporting import anonymous, edits
from autograder.reporting.bench import Bench
from autograder.reporting.clusters import Group
from autograder.reporting.wrong_answers import Cluster

FUNCTIONS = 4  # of one cluster, from which edits are made
EDITS = 40  # of one cluster that are tried


@dataclass(frozen=True)
class Proposal:
    """What can be declared; see `autograder.reporting.wrong_answers.Cluster`."""

    edit: tuple[str, str] | None = None
    whole: str = ""
    why_not: str = ""


def samples(course: Course, group: Group) -> list[str]:
    """Return the functions of a cluster so that nobody knows their authors, each once, the shortest first."""
    known, texts = anonymous.known_names(course), set()
    for one in group.members:
        if (node := anonymous.function(group.exercise.name, one.sources)) is not None:
            texts.add(anonymous.stripped(node, known))
    return sorted(texts - {""}, key=lambda text: (len(text), text))


def propose(course: Course, bench: Bench | None, group: Group, texts: list[str]) -> Proposal:
    """Return an edit of the solution with a cluster's numbers, else a whole function with them, else why there is none.

    Parameters
    ----------
    course : Course
    bench : Bench or None
        None where there is no sandbox.
    group : Group
    texts : list of str
        Its `samples`.
    """
    exercise, wanted = group.exercise, group.answers[1:]
    if group.failure:
        return Proposal(why_not="fails")
    if exercise.properties:
        return Proposal(why_not="many right")
    if bench is None:
        return Proposal(why_not="not tried")
    solution = course.reference.sources[exercise.name]
    right = bench.answers(exercise, solution)
    shared = shared_inputs.drawn(exercise, course, bench.assignment)
    if all(one == other for one, other, case in zip(wanted, right, shared, strict=True) if not case.special):
        return Proposal(why_not="special only")
    for edit in _edits(solution, exercise.name, texts[:FUNCTIONS]):
        if bench.answers(exercise, solution.replace(*edit)) == wanted:
            return Proposal(edit=edit)
    for text in texts[:FUNCTIONS]:
        if bench.answers(exercise, text) == wanted:
            return Proposal(whole=f"{text}\n")
    return Proposal(why_not="needs more")


def _edits(solution: str, name: str, texts: list[str]) -> list[edits.Edit]:
    """Return the edits that these functions suggest, each once, the shortest first."""
    found: dict[edits.Edit, None] = {}
    for text in texts:
        [theirs] = ast.parse(text).body
        assert isinstance(theirs, ast.FunctionDef)
        found |= dict.fromkeys(edits.candidates(solution, name, theirs))
    return sorted(found, key=edits.size)[:EDITS]


def declaration(cluster: Cluster) -> str:
    """Return a `Mistake` to be filled in and put among the exercise's `mistakes`; empty if there is none to propose."""
    if cluster.edit:
        old, new = map(_literal, cluster.edit)
        what = f"edit=({old}, {new}),"
        if len(what) > 108 or "\n" in cluster.edit[0] + cluster.edit[1]:
            what = f"edit=(\n        {old},\n        {new},\n    ),"
    elif cluster.whole:
        what = f'whole="""{cluster.whole}""",'
    else:
        return ""
    return f"""Mistake(
    "",  # its id, in kebab-case
    {what}
    hints=(
        "",  # what the learner's numbers are, in terms of what they mean; never what to write
        "",  # a question that this mistake makes worth asking
        "",  # a worked example with two or three numbers
    ),
),
"""


def _literal(text: str) -> str:
    """Return a text as Python's source, in double quotes."""
    return re.sub(r"\\u[0-9a-f]{4}", lambda found: chr(int(found[0][2:], 16)), json.dumps(text))
