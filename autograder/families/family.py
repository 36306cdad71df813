"""Define what a family of mistakes is, and what one edit of it."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.families.scope import Scope, Site
from autograder.families.tree import Path

IF = "These are the numbers that come out if "
Values = dict[str, Any]  # arguments, or outputs, by name


@dataclass(frozen=True)
class Change:
    """What stands at a site in the place of what is right: a node, or a change of what goes in or comes out.

    Attributes
    ----------
    slots : dict of str to str
        What the family's sentence says of it. ``place`` is filled in where it is left out.
    node : ast.AST, optional
    before : callable, optional
        ``before(arguments) -> arguments``, by name.
    after : callable, optional
        ``after(outputs, arguments) -> outputs``, by name.
    """

    slots: Mapping[str, str] = field(default_factory=dict)
    node: ast.AST | None = None
    before: Callable[[Values], Values] | None = None
    after: Callable[[Values, Values], Values] | None = None


@dataclass(frozen=True)
class Family:
    """One kind of mistake.

    Parameters
    ----------
    id : str
        Kebab-case.
    sites : callable
        ``sites(scope)`` yields the places at which it can be made.
    edits : callable
        ``edits(site, scope)`` yields what can stand at such a place.
    sentence : str
        Level 1, with slots in braces: what the numbers are, in words that a learner knows. It must be true of whatever
        has these numbers, so it describes them and not anybody's code. ``{place}`` is the quantity that is computed
        there, or else the outputs that come out wrong.
    question : str
        Level 2, with the same slots: what is worth asking oneself now.
    rank : int
        How likely the mistake is; where two explain the same numbers, the lower rank is named.
    everywhere : dict of str to str, optional
        Set if the same mistake is also made at all of its sites at once: what stands there in the slots in which these
        sites differ.
    excludes : tuple of str
        Exercises for which its sentence would say something odd.
    """

    id: str
    sites: Callable[[Scope], Iterable[Site]]
    edits: Callable[[Site, Scope], Iterable[Change]]
    sentence: str
    question: str
    rank: int
    everywhere: Mapping[str, str] | None = None
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edit:
    """One mistake of a family in one exercise.

    Attributes
    ----------
    family : Family
    number : int
        Its number among the family's edits of this exercise: together with the family's id it names the edit.
    slots : dict of str to str
    nodes : tuple of (path, node)
        What stands where in the syntax tree.
    before, after : callable or None
        As of `Change`.
    within : str
        The function whose tree is edited, where it is one that the exercise calls.
    """

    family: Family
    number: int
    slots: Mapping[str, str]
    nodes: tuple[tuple[Path, ast.AST | None], ...] = ()
    before: Callable[[Values], Values] | None = None
    after: Callable[[Values, Values], Values] | None = None
    within: str = ""

    @property
    def id(self) -> str:
        """What the edit is called in a fixture and in a grade."""
        return f"{self.family.id}/{self.within + '/' if self.within else ''}{self.number}"
