"""Say which cases go wrong, and show a call that does."""

from collections.abc import Collection, Sequence

from utils.checking.case_facts import Distinction, TypedCall
from utils.checking.edges import EACH, MOST, cost
from utils.checking.wording import listing
from utils.fixtures import Rng


def where_right(
    right: int, count: int, found: Distinction | None, asked: str = "in {} of {} cases", outputs: Collection[str] = ()
) -> str:
    """Say in how many cases all `outputs` are right, and what tells these, or the others, from the rest.

    Examples
    --------
    >>> where_right(6, 7, Distinction("wrong", 1, special=("T = 1",)))
    'All outputs are right in 6 of 7 cases: all but the one with T = 1.'
    >>> where_right(2, 5, Distinction("right", 2, equal={"wiring": "one to many"}))
    'All outputs are right in 2 of 5 cases: those with wiring = "one to many".'
    >>> where_right(3, 5, Distinction("wrong", 2, bound=("T", 5, "more")), outputs=["h"])
    'h is right in 3 of 5 cases: all but those with T = 5 or more.'
    """
    subject = f"{next(iter(outputs))} is" if len(outputs) == 1 else "All outputs are"
    sentence = f"{subject} right {asked.format(right, count)}"
    if found is None:
        return f"{sentence}."
    # A call that stopped, or an output that is left out of account, is neither right nor among the wrong ones.
    if found.side == "wrong" and found.count + right < count:
        return f"{sentence}; {_with(found)} {'are' if found.count > 1 else 'is'} wrong."
    but = "all but " if found.side == "wrong" else ""
    return f"{sentence}: {but}{_with(found)}."


def edge(cases: Sequence[str], only: bool, graded: bool) -> str:
    """Say what cases at the edge, in words, cost; `only` says whether nothing else is wrong.

    Examples
    --------
    >>> edge(["T = 1"], only=True, graded=True)
    'Only an edge case fails (T = 1): it costs 10 % of the points.'
    >>> edge(["N = 1", "T = 1"], only=False, graded=False)
    'Besides, edge cases fail (N = 1 and T = 1): in the grade each costs 10 % of the points, together at most 20 %.'
    """
    many = len(cases) > 1
    fact = f"{'Only' if only else 'Besides,'} {'edge cases fail' if many else 'an edge case fails'} ({listing(cases)})"
    if many and not graded:
        return f"{fact}: in the grade each costs {100 * EACH:.0f} % of the points, together at most {100 * MOST:.0f} %."
    costs = f"{'they cost' if many else 'it costs'} {100 * cost(len(cases)):.0f} % of the points"
    return f"{fact}: {costs}." if graded else f"{fact}: in the grade {costs}."


def _with(found: Distinction) -> str:
    those = "those" if found.count > 1 else "the one"
    if found.bound:
        name, number, beyond = found.bound
        return f"{those} with {name} = {number} or {beyond}"
    equal = [f"{name} = {_typed(value)}" for name, value in found.equal.items()]
    return f"{those} with {' or '.join(found.special) or listing(equal)}"


def typed_call(name: str, call: TypedCall, expected: bool) -> str:
    """Show a call that goes wrong as a learner can type it, with what it returns where that is short.

    Examples
    --------
    >>> call = TypedCall(0, ("many to one", 2), {"mask": ((True, True), (False, True))})
    >>> typed_call("upstream_mask", call, expected=True)
    '`upstream_mask("many to one", 2)` gives mask = [True, True], expected [False, True].'
    >>> typed_call("upstream_mask", call, expected=False)
    '`upstream_mask("many to one", 2)` gives mask = [True, True].'
    """
    typed = f"`{name}({', '.join(map(_typed, call.arguments))})`"
    if not call.rows:
        return f"A call that goes wrong: {typed}."
    rows = [
        f"{output} = {list(own)}{f', expected {list(right)}' if expected else ''}"
        for output, (own, right) in call.rows.items()
    ]
    return f"{typed} gives {'; '.join(rows)}."


def _typed(value: object) -> str:
    """Return an argument as a learner types it."""
    if isinstance(value, Rng):
        return f"np.random.default_rng({value.seed})"
    return f'"{value}"' if isinstance(value, str) else repr(value)
