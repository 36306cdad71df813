"""Say to a learner what is wrong about an output, with its worst entry as it is and as it should be.

Only a learner's report may say this: it holds expected values, which `utils.checking.wording` never does.
"""

from utils.checking import wording
from utils.checking.comparison import Comparison


def sentence(found: Comparison, named: bool = False) -> str:
    """Return all that is wrong about an output, as text; `named` as for `wording.comparison`.

    Examples
    --------
    >>> sentence(Comparison("loss", "value", yours=2.5, expected=2.0))
    'loss is wrong. Yours is 2.5, expected 2.'
    """
    what = wording.comparison(found, named)
    if found.problem != "value":
        return what
    yours, expected = _both_values(found)
    if found.is_one_value:
        return f"{what} Yours is {yours}, expected {expected}."
    return f"{what} Worst: {wording.worst_place_is(found)} {yours}, expected {expected}."


def row(found: Comparison) -> tuple[str, str, str, str]:
    """Return the same for a table: the worst entry, both values, how many are wrong; the problem must be "value"."""
    return wording.worst_place(found), *_both_values(found), wording.how_many(found)


def _both_values(found: Comparison) -> tuple[str, str]:
    """Return both values with as many digits as it takes to tell them apart."""
    own, right = found.yours, found.expected
    if own is None or right is None or (isinstance(own, bool) and isinstance(right, bool)):
        return str(own), str(right)
    yours = expected = ""
    for digits in range(4, 17):
        yours, expected = wording.number(own, digits), wording.number(right, digits)
        if yours != expected:
            break
    return yours, expected
