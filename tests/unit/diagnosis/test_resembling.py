"""What is words of wrong numbers is so: each likeness is found where it was planted, and not one entry beside it."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.checking import likeness_wording
from utils.checking.resemblance import Pair
from utils.checking.resembling import resemblance

RNG = np.random.default_rng(0)
SHAPES = [(3, 4, 5), (2, 6, 3)]  # N, T, H of two cases
AXES = ("N", "T", "H")
RIGHT = [RNG.standard_normal(shape) for shape in SHAPES]
OTHER = [RNG.standard_normal(shape) for shape in SHAPES]
LONG = [np.stack([e[:, 0], e[:, -1], e[:, 0] + e[:, -1]], axis=1) for e in OTHER]
SQUARE = [RNG.standard_normal((n, h, h)) for n, h in ((3, 4), (2, 5))]
MASKS = [RNG.random(n) < 0.5 for n in (7, 9)]


def found(wrong, right=RIGHT, axes=AXES, **about):
    """Return what is found in cases of these arrays; of what else is given, each case has its own."""
    pairs = [
        Pair(a, e, **{name: values[index] for name, values in about.items()})
        for index, (a, e) in enumerate(zip(wrong, right, strict=True))
    ]
    return resemblance(pairs, axes)


def along(axis, index=None):
    """Return arrays that do not change along an axis: right in one place of it, or nowhere."""
    ends = [np.take(e if index is not None else e**2 + 1, [index or 0], axis) for e in RIGHT]
    return [np.broadcast_to(end, e.shape).copy() for end, e in zip(ends, RIGHT, strict=True)]


PLANTED = {
    "truncated": ([np.trunc(3 * e).astype(int) for e in RIGHT], {"right": [3 * e for e in RIGHT]}),
    "truncated to nothing": ([np.zeros(e.shape, dtype=int) for e in RIGHT], {"right": [np.tanh(e) for e in RIGHT]}),
    "zeros": ([0 * e for e in RIGHT], {}),
    "sign": ([-e for e in RIGHT], {}),
    "input": (OTHER, {"inputs": [{"x": o} for o in OTHER]}),
    "input at a step": (
        [e[:, 0] for e in LONG],
        {"right": [e[:, 1] for e in RIGHT], "axes": ("N", "H"), "inputs": [{"dh": e} for e in LONG]},
    ),
    "output": (OTHER, {"outputs": [{"c": o} for o in OTHER]}),
    "one number": ([np.full(e.shape, float(n + 1)) for n, e in enumerate(RIGHT)], {}),
    "same along": (along(2), {}),
    "first along": (along(1, 0), {}),
    "last along": (along(0, -1), {}),
    "reversed": ([e[:, ::-1] for e in RIGHT], {}),
    "transposed": ([e.swapaxes(1, 2) for e in SQUARE], {"right": SQUARE, "axes": ("N", "H", "H")}),
    "factor": ([3 * e for e in RIGHT], {}),
    "factor of a size": ([e / n for e, (n, *_) in zip(RIGHT, SHAPES, strict=True)], {"sizes": [{"N": 3}, {"N": 2}]}),
    "offset": ([e + 0.25 for e in RIGHT], {}),
    "offset of each": ([e + n for n, e in enumerate(RIGHT, 1)], {}),
    "multiple": ([e * n for n, e in enumerate(RIGHT, 2)], {}),
    "multiple of each row": ([e * np.arange(1, len(e) + 1)[:, None, None] for e in RIGHT], {}),
    "square": ([e**2 for e in RIGHT], {}),
    "places": ([e[::-1] for e in RIGHT], {}),
    "opposite": ([~e for e in MASKS], {"right": MASKS, "axes": ("T",)}),
    "no truth values": ([np.arange(len(e)) + 2 for e in MASKS], {"right": MASKS, "axes": ("T",)}),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_likeness_is_found_and_a_near_miss_is_not(kind):
    wrong, about = PLANTED[kind]
    named = kind if kind.endswith(" row") else kind.partition(" of ")[0].partition(" at ")[0].partition(" to ")[0]
    assert found(wrong, **about).kind == named
    for case in range(len(wrong)):  # one entry beside it, in one case
        missed = [np.array(a, dtype=int if named == "truncated" else float) for a in wrong]
        missed[case].flat[-1] += 1 if named == "truncated" else 0.125
        if named == "no truth values":
            missed[case] = np.minimum(missed[case], 1)
        near = found(missed, **about)
        assert near is None or near.kind != named


def test_the_words_that_a_learner_reads():
    wrong, about = PLANTED["input at a step"]
    words = likeness_wording.likeness("dh0", found(wrong, **about), ("N", "H"))
    assert words == "dh0 holds the numbers of dh at step t = 1, `dh[:, 0]`."
    words = likeness_wording.likeness("h", found(along(2)), AXES)
    assert words == "h is the same for every unit (axis H)."
    words = likeness_wording.likeness("h", found(along(1, 0)), AXES)
    assert words == "h is the same at every step (axis T): what is right for the first."


def test_an_array_of_whole_numbers_is_not_called_unfilled():
    wrong, about = PLANTED["truncated to nothing"]
    words = likeness_wording.likeness("h", found(wrong, **about), AXES)
    assert words == "h holds the right numbers without their fractions: an array of whole numbers cuts them off."
    rounded = [np.round(3 * e).astype(int) for e in RIGHT]
    assert found(rounded, right=[3 * e for e in RIGHT]) is None


def divided(sizes, divisors):
    return found([e / d for e, d in zip(RIGHT, divisors, strict=True)], sizes=sizes)


def test_a_letter_is_named_only_where_nothing_else_explains_the_factor():
    averaged = divided([{"N": 3, "T": 4}, {"N": 2, "T": 6}], [4, 6])
    assert (averaged.letter, averaged.power, averaged.size) == ("T", -1, 4)
    by_parts = divided([{"T": 4, "k": 1}, {"T": 6, "k": 1}], [4, 6])
    assert (by_parts.kind, by_parts.letter) == ("multiple", ""), "with k = 1, T is the number of parts too"
    two = divided([{"N": 3, "D": 3}, {"N": 2, "D": 2}], [3, 2])
    assert two.letter == "", "two letters fit"
    less = divided([{"N": 3, "T": 4}, {"N": 2, "T": 3}], [3, 2])
    assert less.letter == "", "N, or T − 1"
    long = [{"x": np.zeros((3, 9)), "y": np.zeros(3)}, {"x": np.zeros((2, 9)), "y": np.zeros(2)}]
    rows = found([e / len(e) for e in RIGHT], inputs=long)
    assert (rows.letter, rows.power, rows.size) == ("len(x)", -1, 3), "an axis of an argument that no output has"
    both = divided([{"N": 3, "T": 4}, {"N": 2, "T": 7}], [12, 14])
    assert (both.letter, both.power, both.size) == ("N·T", -1, 12)
    words = likeness_wording.likeness("dw", both)
    assert words == "dw is 0.08333 times what it should be, everywhere: that is 1/(N·T) (here N·T = 12)."


def holds(kind, likeness, cases, axes):
    """Recompute one likeness from its definition, as if nobody had looked for it."""
    axis = axes.index(likeness.axis) if likeness.axis else None
    checks = {
        "zeros": lambda a, e: not a.any(),
        "sign": lambda a, e: close(a, -e, e),
        "one number": lambda a, e: len(np.unique(a)) == 1 < len(np.unique(e)),
        "same along": lambda a, e: close(a, np.take(a, [0], axis), a),
        "first along": lambda a, e: close(a, np.take(e, [0], axis), e),
        "last along": lambda a, e: close(a, np.take(e, [-1], axis), e),
        "reversed": lambda a, e: close(np.flip(a, axis), e, e),
        "wrong from": lambda a, e: steps(a, e, axis) == [n < likeness.index for n in range(e.shape[axis])],
        "wrong until": lambda a, e: steps(a, e, axis) == [n > likeness.index for n in range(e.shape[axis])],
        "wrong at": lambda a, e: steps(a, e, axis) == [n != likeness.index for n in range(e.shape[axis])],
        "wrong at the last": lambda a, e: steps(a, e, axis) == [n < e.shape[axis] - 1 for n in range(e.shape[axis])],
        "right at the last": lambda a, e: steps(a, e, axis) == [n == e.shape[axis] - 1 for n in range(e.shape[axis])],
        "transposed": lambda a, e: close(a.swapaxes(-1, -2), e, e),
        "factor": lambda a, e: close(a, likeness.factor * e, e) or bool(likeness.letter),
        "multiple": dependent,
        "multiple of each row": lambda a, e: all(dependent(one, other) for one, other in zip(a, e, strict=True)),
        "square": lambda a, e: close(a, e**2, e),
        "offset": lambda a, e: close(a - e, (a - e).flat[0], e),
        "places": lambda a, e: close(np.sort(a.ravel()), np.sort(e.ravel()), e),
        "truncated": lambda a, e: a.dtype.kind == "i" and np.array_equal(a, np.trunc(e)),
        "opposite": lambda a, e: np.array_equal(a, ~e),
        "no truth values": lambda a, e: e.dtype == bool and not set(np.unique(a)) <= {0, 1},
    }
    return all(checks[kind](a, e) for a, e in cases)


def dependent(a, e):
    return np.linalg.matrix_rank(np.stack([a.ravel(), e.ravel()]), tol=1e-4) <= 1


def close(a, b, e):
    return np.abs(a - b).max() <= 3e-6 * max(np.abs(e).max(), 1e-300)


def steps(a, e, axis):
    a, e, largest = np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0), np.abs(e).max()
    return [bool(np.abs(one - other).max() <= 1e-6 * largest) for one, other in zip(a, e, strict=True)]


SMALL = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 3.0])  # so that likenesses come up by chance
ARRAYS = [
    hnp.arrays(dtype, st.tuples(*[st.integers(1, 3)] * 3), elements=elements)
    for dtype, elements in ((np.float64, SMALL), (np.int64, st.integers(-1, 2)), (bool, st.booleans()))
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_found_is_so(data):
    expected = [data.draw(ARRAYS[data.draw(st.sampled_from([0, 0, 2]))]) for _ in range(data.draw(st.integers(1, 2)))]
    cases = []
    for e in expected:
        kind = data.draw(st.sampled_from([np.float64, np.int64, bool]))
        elements = {np.float64: SMALL, np.int64: st.integers(-1, 2), bool: st.booleans()}[kind]
        cases.append((data.draw(hnp.arrays(kind, e.shape, elements=elements)), e))
    sizes = [dict(zip(AXES, e.shape, strict=True)) for e in expected]
    likeness = resemblance([Pair(a, e, n) for (a, e), n in zip(cases, sizes, strict=True)], AXES)
    if likeness is None:
        return
    numbers = (
        cases
        if likeness.kind in ("truncated", "opposite", "no truth values")
        else [(a.astype(float), e.astype(float)) for a, e in cases]
    )
    assert holds(likeness.kind, likeness, numbers, AXES)
    if likeness.letter and "·" not in likeness.letter:
        for (a, e), n in zip(numbers, sizes, strict=True):
            assert close(a, float(n[likeness.letter]) ** likeness.power * e, e)
    assert likeness_wording.likeness("h", likeness, AXES).endswith(".")
