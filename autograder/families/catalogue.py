"""List all families, and make every edit of an exercise: of its own solution, and of what it calls."""

import ast
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.course.reference import IMPORTED, Function
from autograder.errors import BuildError
from autograder.families import (
    axes,
    functions,
    gates,
    indices,
    inputs,
    layout,
    loops,
    operands,
    operators,
    outputs,
    statements,
    windows,
)
from autograder.families import tree as trees
from autograder.families.family import IF, Edit, Family
from autograder.families.scope import A_PART, NAMED, Scope
from autograder.families.tree import Path
from autograder.families.words import agreeing

FAMILIES: tuple[Family, ...] = (
    *gates.FAMILIES,
    *windows.FAMILIES,
    *outputs.FAMILIES,
    *layout.FAMILIES,
    *functions.FAMILIES,
    *axes.FAMILIES,
    *statements.FAMILIES,
    *operands.FAMILIES,
    *operators.FAMILIES,
    *indices.FAMILIES,
    *loops.FAMILIES,
    *inputs.FAMILIES,
)
# Ids that an argmax chose, masks and a single yes or no: wrong ones are too often equal by chance.
RARE = 30  # families of a greater rank are not followed into the functions that call what they edit
COARSE = ("caption", "pronounce", "spots_the_bug", "upstream_mask")


def has_families(exercise: Exercise) -> bool:
    """Whether mistakes of an exercise can be recognised by numbers that a family made.

    Choices are too coarse, and the single numbers that decide them come out alike from several mistakes.
    """
    chosen = any(exercise.axes(output) == ["choice"] for output in exercise.outputs)
    return exercise.properties is None and not chosen and exercise.name not in COARSE


class _Zeros:
    """NumPy, but nothing that it makes holds what memory held before: an "empty" array is zero, as a learner's is."""

    def __getattr__(self, name: str) -> Any:
        return {"empty": np.zeros, "empty_like": np.zeros_like}.get(name) or getattr(np, name)


class Workshop:
    """Makes an exercise's edits, and the functions that have them in.

    Parameters
    ----------
    exercise : Exercise
    course : Course
    scopes : dict of str to Scope
        Of the exercise itself, and of the functions whose mistakes it inherits.
    """

    def __init__(self, exercise: Exercise, course: Course, scopes: Mapping[str, Scope]) -> None:
        self.exercise, self.course, self.scopes = exercise, course, scopes
        solved = course.reference
        self._namespace: dict[str, Any] = {
            **IMPORTED,
            "np": _Zeros(),
            **{name: solved[name] for name in solved.sources},
        }
        self._own = compile(ast.fix_missing_locations(self.scopes[exercise.name].tree), "<solution>", "exec")

    def edits(self) -> Iterator[Edit]:
        """Yield all edits, in an order that depends on nothing but the solutions and the families."""
        for name, scope in self.scopes.items():
            for family in FAMILIES:
                if self.exercise.name not in family.excludes:
                    yield from _edits(family, scope, name if name != self.exercise.name else "")

    def edit(self, edit_id: str) -> Edit | None:
        """Return the edit that goes by this id, or None."""
        family_id, _, rest = edit_id.partition("/")
        within = rest.rpartition("/")[0]
        family = next((family for family in FAMILIES if family.id == family_id), None)
        scope = self.scopes.get(within or self.exercise.name)
        if family is None or scope is None:
            return None
        return next((edit for edit in _edits(family, scope, within) if edit.id == edit_id), None)

    def function(self, edit: Edit) -> Function:
        """Return the exercise's function with an edit of a tree or of its arguments in it."""
        namespace = dict(self._namespace)
        if edit.nodes:
            tree = trees.edited(self.scopes[edit.within or self.exercise.name].tree, edit.nodes)
            try:
                code = compile(ast.fix_missing_locations(tree), "<edit>", "exec")
            except (SyntaxError, TypeError, ValueError) as error:
                raise BuildError(f"{edit.id} of {self.exercise.name} makes no Python: {error}") from None
            exec(code, namespace)
        if edit.within or not edit.nodes:
            exec(self._own, namespace)  # which calls the edited one
        function: Function = namespace[self.exercise.name]
        if edit.before is None:
            return function
        before, names = edit.before, list(self.scopes[self.exercise.name].given)

        def prepared(*args: Any) -> Any:
            changed = before(dict(zip(names, args, strict=False)))
            return function(*(changed[name] for name in names), *args[len(names) :])

        return prepared


def sentence(edit: Edit, name: str, place: str) -> tuple[str, str]:
    """Return level 1 and level 2 of an edit.

    Parameters
    ----------
    edit : Edit
    name : str
        The exercise.
    place : str
        What stands for a place that learners have no word for.
    """
    slots = {"place": place, **edit.slots}
    text, question = edit.family.sentence, edit.family.question
    what = slots.get("what", "")
    if what == A_PART:
        text = text.replace(" in {place}", "").replace("{what}", "{what} of {place}")
    elif what == slots["place"] or " and " in place == slots["place"]:  # the outputs, which the card has named
        text = text.replace(" in {place}", "").replace("point of {place}", "point")
    if what in (slots["place"], A_PART):
        question = "Work out one entry of {place} by hand, step by step: which number is the first to differ?"
    text, question = agreeing(text, what).format(**slots), agreeing(question, what).format(**slots)
    if edit.within:
        text = f"{IF}{name} is right but the {edit.within} that it calls is not: there, {text.removeprefix(IF)}"
        question = f"Is {edit.within} right by itself? {question}"
    return text, question


def _mends(words: str, before: ast.AST, after: ast.AST) -> bool:
    """Whether words name a function that is called before an edit and not after it: they would say what to write."""
    return any(NAMED[name] in words for name in _called(before) - _called(after) if name in NAMED)


def _called(node: ast.AST) -> set[str]:
    functions = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return {
        f.attr if isinstance(f, ast.Attribute) else f.id for f in functions if isinstance(f, (ast.Attribute, ast.Name))
    }


def _edits(family: Family, scope: Scope, within: str) -> Iterator[Edit]:
    """Yield a family's edits of one function, and those that make the same one at all sites at once."""
    if within and family.rank > RARE:
        return
    number = itertools.count()
    alike: dict[tuple[tuple[str, str], ...], list[tuple[Path, ast.AST | None]]] = {}
    for site in family.sites(scope):
        for change in family.edits(site, scope):
            if within and change.node is None:
                continue  # what goes into or comes out of a function that is called is another function's edit
            slots = dict(change.slots)
            if change.node is not None:
                alone = family.everywhere or {}
                shared = tuple(sorted({**slots, **alone}.items()))
                alike.setdefault(shared, []).append((site.path, change.node))
                place = scope.place(site.path)
                if place and not _mends(place, site.node, change.node):
                    slots["place"] = place
            nodes = ((site.path, change.node),) if change.node is not None else ()
            yield Edit(family, next(number), slots, nodes, change.before, change.after, within)
    for shared, nodes_alike in alike.items() if family.everywhere is not None else ():
        apart: list[tuple[Path, ast.AST | None]] = []
        for path, node in nodes_alike:
            if not any(path[: len(other)] == other or other[: len(path)] == path for other, _ in apart):
                apart.append((path, node))
        if len(apart) > 1:
            yield Edit(family, next(number), dict(shared), tuple(apart), within=within)
