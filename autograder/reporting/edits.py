"""Find edits of a solution that may turn it into a student's function: pairs of places that say something else.

Nothing is run here. Names that differ are matched first, so that a variable with another name is no difference.
"""

import ast
import difflib
import operator
import textwrap
from collections.abc import Iterator, Sequence

_MOST = 300  # characters of what an edit takes out and puts in: a longer one is a function of its own

_COMPARED = 200  # nodes of two statements that are compared
_STATEMENTS = 40  # of one block that are matched

Edit = tuple[str, str]
_Matching = tuple[float, list[tuple[int, int]]]  # how alike all pairs are together, and the places of each
Pair = tuple[Sequence[ast.AST], Sequence[ast.AST]]  # what stands in the solution, and what a student has there


def candidates(solution: str, name: str, theirs: ast.FunctionDef) -> list[Edit]:
    """Return edits ``(old, new)`` of a solution's text that put a part of a student's in its place.

    Parameters
    ----------
    solution : str
        The text of a cell that defines the function.
    name : str
    theirs : ast.FunctionDef
        The student's, without comments and docstring. Its names are changed.

    Returns
    -------
    list of (str, str)
        Each applies exactly once, and what comes out is Python.
    """
    ours = next(
        (node for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef) and node.name == name), None
    )
    if ours is None:
        return []
    _rename(ours, theirs)
    edits: dict[Edit, None] = {}
    for old, new in _pairs(_body(ours), theirs.body):
        edit = _as_edit(solution, old, new)
        if edit is not None and size(edit)[0] <= min(_MOST, len(solution)):
            edits[edit] = None
    return list(edits)


def size(edit: Edit) -> tuple[int, float]:
    """Return how much an edit changes: the characters that it takes out and puts in, then how unlike the two are."""
    return len(edit[0]) + len(edit[1]), -difflib.SequenceMatcher(None, *edit, autojunk=False).ratio()


def _body(function: ast.FunctionDef) -> list[ast.stmt]:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[is_docstring:]


def _rename(ours: ast.FunctionDef, theirs: ast.FunctionDef) -> None:
    """Give a student's variables the names that those of the solution have in the same places."""
    mine, own = _variables(ours), _variables(theirs)
    known = {name: name for name in mine & own} | dict(zip(_parameters(theirs), _parameters(ours), strict=False))
    for one, other in _alike(_body(ours), theirs.body):
        if one in mine and other in own and other not in known and one not in known.values():
            known[other] = one
    taken = {one.id for one in ast.walk(theirs) if isinstance(one, ast.Name)} - known.keys()
    if taken & set(known.values()):  # a name would come to mean two things
        known = {own: name for own, name in known.items() if name not in taken}
    for node in ast.walk(theirs):
        if isinstance(node, ast.Name):
            node.id = known.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = known.get(node.arg, node.arg)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args)]


def _variables(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _alike(ours: object, theirs: object) -> Iterator[tuple[str, str]]:
    """Yield the names that stand in the same places of two trees."""
    if isinstance(ours, list) and isinstance(theirs, list):
        for one, other in _matched(ours, theirs):
            yield from _alike(one, other)
    elif isinstance(ours, ast.Name) and isinstance(theirs, ast.Name):
        yield ours.id, theirs.id
    elif isinstance(ours, ast.AST) and type(ours) is type(theirs):
        for field in ours._fields:
            yield from _alike(getattr(ours, field), getattr(theirs, field))


def _matched(ours: list[ast.AST], theirs: list[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield the entries of two lists that are in the same places; where one is longer, those that are most alike."""
    ours, theirs = ours[:_STATEMENTS], theirs[:_STATEMENTS]
    if len(ours) == len(theirs):
        yield from zip(ours, theirs, strict=True)
        return
    best: list[list[_Matching]] = [[(0.0, [])] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i, one in enumerate(ours):
        for k, other in enumerate(theirs):
            together, pairs = best[i][k]
            matched = together + _likeness(one, other), [*pairs, (i, k)]
            best[i + 1][k + 1] = max(best[i][k + 1], best[i + 1][k], matched, key=operator.itemgetter(0))
    yield from ((ours[i], theirs[k]) for i, k in best[-1][-1][1])


def _likeness(one: ast.AST, other: ast.AST) -> float:
    """Return how alike two trees are in the kinds of their nodes, between 0 and 1."""
    if type(one) is not type(other):
        return 0.0
    kinds = [[type(node).__name__ for node in ast.walk(tree)][:_COMPARED] for tree in (one, other)]
    return difflib.SequenceMatcher(None, kinds[0], kinds[1], autojunk=False).ratio()


def _pairs(ours: object, theirs: object) -> Iterator[Pair]:
    """Yield what differs, from the smallest places to the largest."""
    if isinstance(ours, list) and isinstance(theirs, list):
        for kind, i, k, m, n in _opcodes(ours, theirs):
            if kind == "equal":
                continue
            for one, other in _matched(ours[i:k], theirs[m:n]):
                yield from _pairs(one, other)
            if all(isinstance(one, ast.stmt) for one in (*ours, *theirs)):
                if i == k:  # it stands before, or after, what is there
                    near = slice(i, i + 1) if i < len(ours) else slice(i - 1, i)
                    both = [*theirs[m:n], *ours[near]] if i < len(ours) else [*ours[near], *theirs[m:n]]
                    yield ours[near], both
                else:
                    yield ours[i:k], theirs[m:n]
    elif isinstance(ours, ast.AST) and isinstance(theirs, ast.AST) and ast.dump(ours) != ast.dump(theirs):
        if type(ours) is type(theirs):
            for field in ours._fields:
                yield from _pairs(getattr(ours, field), getattr(theirs, field))
        if isinstance(ours, (ast.expr, ast.stmt)) and isinstance(theirs, (ast.expr, ast.stmt)):
            yield [ours], [theirs]


def _opcodes(ours: list[ast.AST], theirs: list[ast.AST]) -> list[tuple[str, int, int, int, int]]:
    mine, other = ([ast.dump(node) for node in some] for some in (ours, theirs))
    return list(difflib.SequenceMatcher(None, mine, other, autojunk=False).get_opcodes())


def _as_edit(solution: str, old: Sequence[ast.AST], new: Sequence[ast.AST]) -> Edit | None:
    """Return a pair as an edit of the text; None if its place is not the only one with this text."""
    first, last = old[0], old[-1]
    if not isinstance(first, (ast.expr, ast.stmt)) or not isinstance(last, (ast.expr, ast.stmt)):
        return None
    lines = solution.encode().splitlines(keepends=True)  # offsets count bytes
    start = sum(map(len, lines[: first.lineno - 1])) + first.col_offset
    end = sum(map(len, lines[: (last.end_lineno or 0) - 1])) + (last.end_col_offset or 0)
    text = solution.encode()[start:end].decode()
    if isinstance(first, ast.expr):
        return _of_expression(solution, text, ast.unparse(new[0]))
    written = "\n".join(map(ast.unparse, new)) or "pass"
    put_in = textwrap.indent(written, " " * first.col_offset).lstrip(" ")
    return (text, put_in) if _applies(solution, text, put_in) else None


def _of_expression(solution: str, old: str, new: str) -> Edit | None:
    """Return an edit of an expression, in brackets where it would else be read otherwise."""
    bare, bracketed = _applies(solution, old, new), _applies(solution, old, f"({new})")
    if bracketed is None:
        return (old, new) if bare else None
    return (old, new) if bare == bracketed else (old, f"({new})")


def _applies(solution: str, old: str, new: str) -> str | None:
    """Return what an edit makes of a solution, as a tree in words; None if it cannot be made."""
    if old == new or solution.count(old) != 1:
        return None
    try:
        return ast.dump(ast.parse(solution.replace(old, new)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
