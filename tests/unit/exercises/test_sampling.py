"""Assignment 03: samplers are judged by frequencies, against probabilities that a loop in Python floats computes."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.assignments.training.writing import writing
from autograder.auditing.in_process import judged
from autograder.judging import cases
from utils.checking import properties
from utils.checking.check_function import checked
from utils.checking.comparison import Opaque
from utils.checking.properties import drawing, sampling
from utils.fixtures import fresh


def test_the_remembering_network_remembers_two_ids_and_a_mark():
    """By tanh alone: units that are −1 or +1 to the last bit that matters, or ±tanh(1/2); a mark is 0 until heard."""
    rng = np.random.default_rng(3)
    params = sampling.remembering(rng)
    for mark, sign in ((4, 1), (5, -1), (None, 0)):
        heard = [*([] if mark is None else [mark]), *(rng.integers(0, drawing.DRAWN, 40))]
        h = np.zeros(len(params["b"]))
        for step, i in enumerate(heard):
            h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
            if step > 1:
                memories = [2.0 * (np.arange(drawing.IDS) == heard[place]) - 1 for place in (step, step - 1)]
                np.testing.assert_allclose(h, [*memories[0], *np.tanh(memories[1] / 2), sign], rtol=0, atol=1e-15)


# By the name of a reading: what is read in the place of the prime.
READ = {
    "last id of the prime": lambda prime: prime[-1:],
    "last of the prime twice": lambda prime: [*prime, prime[-1]],
    "prime without its last": lambda prime: prime[:-1],
    "prime without its first": lambda prime: prime[1:],
}


def drawn_scores(params, prime, ids, reading):
    """Return the scores for each of `ids` in a loop over single steps, as a sampler that reads so computes them."""
    h = np.ones(len(params["b"])) if reading == "starts from ones" else np.zeros(len(params["b"]))
    b = 0 if reading == "step without its bias" else params["b"]
    by = 0 if reading == "scores without their bias" else params["by"]
    share = float(reading.split()[0]) if reading.endswith("of the old state") else 1.0

    def step(i, h):
        return np.tanh(params["Wx"][i] + share * h @ params["Wh"] + b)

    for i in READ.get(reading, list)(prime):
        h = step(i, h)
    scores = []
    for i in ids:
        scores.append(h @ params["Wy"] + by)
        if reading != "state stands still":
            fed = prime[-1] if reading == "prime again and again" else i
            h = step(fed, 0 * h if reading == "state is not carried" else h)
    return scores


@pytest.mark.parametrize("prime", [[2], [1, 3], [4, 0, 2], [5, 1, 1], [0, 4, 3], [2, 3, 5]], ids=repr)
def test_the_network_is_run_as_each_mistaken_sampler_runs_it(functions, prime):
    """The scores of every reading, which are looked up by what is remembered, are those of a loop of single steps.

    Half of the old state leaves the mark's unit 5e-9 below 1, and that the shorter for it the later the mark came.
    """
    rng = np.random.default_rng(5)
    params, prime = sampling.remembering(rng), np.array(prime)
    ids = np.concatenate([rng.integers(0, drawing.DRAWN, 40), [4, 2, 5], rng.integers(0, drawing.DRAWN, 9)])
    found = drawing.readings(functions["rnn_forward"], params, prime, ids)
    others = {drawing.faded(share) for share in drawing.OTHER_SHARES}
    assert set(found) == {reading for reading, _ in drawing.EXPLANATIONS.values()} | others
    for reading, scores in found.items():
        np.testing.assert_allclose(scores, drawn_scores(params, prime, ids, reading), atol=1e-7, err_msg=reading)


def test_counting_gives_each_id_the_probability_of_its_own_past():
    ids = np.random.default_rng(6).integers(0, 4, 60)
    counts, total = np.full((6, 6), 0.5), -np.log(6)
    for before, now in pairwise(ids):
        total += np.log(counts[before, now] / counts[before].sum())
        counts[before, now] += 1
    np.testing.assert_allclose(drawing.by_counting(ids, 6), total, rtol=1e-12)


DRAW = "rng.choice(len(p), p=p / p.sum())"
PROBABILITIES = "p = np.exp((scores - scores.max()) / temperature) if temperature > 0 else one_hot[scores.argmax()]"
# Samplers that no known mistake explains, though one may make their ids more probable than the network does.
UNKNOWN = {
    "a tenth at random": (DRAW, "rng.choice(len(p), p=0.9 * p / p.sum() + 0.1 * (p > 0) / (p > 0).sum())"),
    "the square root of the temperature": (" / temperature)", " / np.sqrt(temperature))"),
    "the scores' sizes in the place of their softmax": (PROBABILITIES, "p = np.abs(scores)"),
    "weights the other way round": ('params["Wh"], params["b"]\n', 'params["Wh"].T, params["b"]\n'),
    "the likeliest below temperature 1": ("if temperature > 0 else", "if temperature >= 1 else"),
    "a state upside down": ("one_hot[ids[-1:]], h,", "one_hot[ids[-1:]], -h,"),
    "every other id fed back": ("one_hot[ids[-1:]], h,", "one_hot[ids[-1:] if len(ids) % 2 else prime[-1:]], h,"),
    "two wrong things": (PROBABILITIES, PROBABILITIES.replace("np.exp(", "np.exp(0.5 * scores[::-1] + ")),
}


@pytest.mark.parametrize("edit", UNKNOWN.values(), ids=UNKNOWN)
def test_ids_of_no_known_mistake_are_refused_without_a_name(course, edit):
    report = checked(sampler(course, *edit))
    assert (report.status, report.mistake) == ("wrong", None), str(report)


def test_a_temperature_that_is_a_little_off_shows_in_all_cases_together(course):
    report = checked(sampler(course, " / temperature)", " / (1.2 * temperature))"))
    assert (report.status, report.mistake) == ("wrong", None), str(report)
    assert "1.25 times these" in str(report)


def test_the_grade_sees_a_temperature_that_is_a_tenth_off(course):
    """Its mean log-likelihood ratio is 33 nats, with a standard deviation of 8, where 20 are asked for: 19 in 20."""
    exercise = course.exercise("sample")
    for factor, least in ((1.1, 4), (1 / 1.1, 4), (1.0, 0)):
        edited = sampler(course, " / temperature)", f" / ({factor} * temperature))")
        refused = [judged(exercise, course, edited, seed).status == "failed" for seed in range(5)]
        assert sum(refused) >= least if least else not any(refused), factor


# What was accepted while the networks stood where tanh is flat, and each case was judged by itself only.
SLIGHT = {
    "half of the old state": ("one_hot[ids[-1:]], h,", "one_hot[ids[-1:]], 0.5 * h,"),
    "twice the old state": ('params["Wh"], params["b"]\n', '2 * params["Wh"], params["b"]\n'),
    "1.2 times the temperature": (" / temperature)", " / (1.2 * temperature))"),
    "nucleus of 0.95": (
        f"ids.append({DRAW})",
        "order = np.argsort(-p)\n        share = np.cumsum(p[order]) / p.sum()\n"
        f"        p[order[1:][share[:-1] >= 0.95]] = 0\n        ids.append({DRAW})",
    ),
}


@pytest.mark.parametrize("edit", SLIGHT.values(), ids=SLIGHT)
def test_slight_mistakes_are_refused_in_check_and_grade(course, edit):
    wrong = sampler(course, *edit)
    assert checked(wrong).status == "wrong"
    assert judged(course.exercise("sample"), course, wrong).status == "failed"


def test_ids_that_a_network_draws_fit_it_and_no_other(course):
    """Of 20 texts of each of two temperatures, all fit their own and none the other."""
    exercise, own, other = course.exercise("sample"), 0, 0
    for seed in range(20):
        case = cases.draw(exercise, course, np.random.default_rng(seed))[0]
        ids = cases.answer(exercise, course, case)["ids"]
        read = drawing.readings(course.reference["rnn_forward"], case.inputs["params"], case.inputs["prime"], ids)
        scores = read["right"]
        own += drawing.fits(drawing.tempered(scores, 1.0), ids)
        other += drawing.fits(drawing.tempered(scores, 2.0), ids)
    assert (own, other) == (20, 0)


def test_frequencies_of_the_first_draw_are_the_softmax(functions):
    rng = np.random.default_rng(5)
    params = {name: rng.normal(size=shape) for name, shape in
              (("Wx", (3, 4)), ("Wh", (4, 4)), ("b", 4), ("Wy", (4, 3)), ("by", 3))}  # fmt: skip
    h = np.zeros(4)
    for i in (2, 0):
        h = np.tanh(params["Wx"][i] + h @ params["Wh"] + params["b"])
    p = np.exp((h @ params["Wy"] + params["by"]) / 0.8)
    p /= p.sum()
    draws = [functions["sample"](params, np.array([2, 0]), 1, 0.8, rng)[0] for _ in range(3000)]
    counts = np.bincount(draws, minlength=3)
    assert np.all(np.abs(counts - 3000 * p) < 5.5 * np.sqrt(3000 * p * (1 - p)))


def test_a_right_sampler_is_never_refused(course):
    exercise = course.exercise("sample")
    for seed in range(12):
        for case in cases.draw(exercise, course, np.random.default_rng(100 + seed)):
            right = cases.answer(exercise, course, case)
            assert properties.compared(exercise.properties, case.inputs, right, course.reference)["ids"].ok


def test_a_sampler_with_an_unforeseen_error_is_refused(course):
    case = cases.draw(course.exercise("sample"), course, np.random.default_rng(0))[0]
    n = case.inputs["n"]
    for ids in (
        np.random.default_rng(1).integers(2, 6, n),  # four ids at random
        np.arange(n) % 4 + 2,  # each in its turn
        np.full(n, 3),
        np.zeros(n, dtype=int),  # a mark, which is all but impossible
    ):
        found = sampling.judge_sample(case.inputs, {"ids": ids}, course.reference["rnn_forward"])["ids"]
        assert not found.ok and found.message


@pytest.mark.parametrize(
    ("ids", "problem"),
    [
        (None, "missing"),
        (7, "kind"),
        ([3] * 600, "kind"),
        (Opaque("Tensor"), "kind"),
        (np.full(600, 3.0), "kind"),
        (np.full((600, 1), 3), "shape"),
        (np.full(603, 3), "shape"),
        (np.full(600, 6), "property"),
        (np.full(600, -1), "property"),
        (np.full(600, "a"), "kind"),
    ],
)
def test_a_malformed_array_of_ids_gets_its_kind_of_problem(course, ids, problem):
    inputs = writing(600, 1.0)(np.random.default_rng(0), None)
    found = sampling.judge_sample(inputs, {"ids": ids}, course.reference["rnn_forward"])["ids"]
    assert found.problem == problem
    assert found.message.startswith("ids")


CHANCE = {
    "np.random.choice(": "chance-of-its-own",
    "np.random.default_rng().choice(": "chance-of-its-own",
    "(rng if len(ids) % 4 else np.random.default_rng()).choice(": "chance-of-its-own",
    "(rng := np.random.default_rng(0) if not len(ids) else rng).choice(": "rng-ignored",
    "(np.random.seed(5 + len(ids)) or np.random).choice(": "rng-ignored",
}


def sampler(course, old, new):
    """Return the reference's sampler with one edit."""
    source = course.reference.sources["sample"]
    assert source.count(old) == 1
    return course.reference.replaced("sample", source.replace(old, new))


@pytest.mark.parametrize(("draws", "mistake"), CHANCE.items(), ids=CHANCE)
def test_randomness_from_another_source_than_rng_is_named(course, draws, mistake):
    report = checked(sampler(course, "rng.choice(", draws))
    assert (report.status, report.mistake) == ("wrong", mistake), str(report)


@pytest.mark.parametrize(
    "draws",
    [
        "np.random.Generator(rng.bit_generator).choice(",
        "np.random.default_rng(rng.integers(2**31)).choice(",  # a child of its own, from rng
    ],
)
def test_randomness_drawn_from_rng_in_another_way_is_right(course, draws):
    report = checked(sampler(course, "rng.choice(", draws))
    assert report.ok and not report.warnings


def test_the_global_generator_is_noticed_even_where_rng_seeds_it(course):
    report = checked(sampler(course, "rng.choice(", "(np.random.seed(rng.integers(2**31)) or np.random).choice("))
    assert report.ok and list(report.warnings) == ["chance"]


def test_temperature_zero_and_nearly_zero_agree(functions):
    inputs = writing(50, 0)(np.random.default_rng(9), None)
    arguments = [fresh(inputs[name]) for name in ("params", "prime", "n")]
    greedy = functions["sample"](*arguments, 0, np.random.default_rng(0))
    near = functions["sample"](*arguments, 1e-6, np.random.default_rng(0))
    np.testing.assert_array_equal(greedy, near)
