"""Assignment 03: what the notebook says is true."""

import itertools
import json
import re

import numpy as np
import pytest

from autograder.assignments.training.exercises import ASSIGNMENT
from autograder.building import record_training
from autograder.course import source
from utils.data import load_words
from utils.experiments import recalling, spelling, training_loop
from utils.experiments.adam import Adam
from utils.explorers.questions import QUESTIONS


def test_the_gradient_of_a_longer_segment_is_longer_and_clipped_more(course):
    """What the rubric accepts beside the number of updates, at the start of spelling, with Adam's limit of 1."""
    train_segment = record_training.functions()["train_segment"]
    medians = []
    for k in (1, 16):
        params, norms = training_loop.weights(np.random.default_rng(0), 27, spelling.H, 0.2), []
        batches = course.reference["stream_batches"](spelling.text_ids(letters=20_000), spelling.STREAMS, k)
        for x, y in batches[:20]:
            _, grads, _ = train_segment(params, np.eye(27)[x], y, np.zeros((spelling.STREAMS, spelling.H)))
            norms.append(np.sqrt(sum(np.sum(g**2) for g in grads.values())))
        medians.append(np.median(norms))
    assert medians[0] < 1 < 3 * medians[0] < medians[1]


def test_a_word_is_about_eight_steps_long():
    assert np.mean([len(word) + 1 for word in load_words()]) == pytest.approx(8.4, abs=0.1)


def test_the_example_of_clipping_says_what_the_cell_prints():
    g, limit = np.array([3.0, 4.0]), 2.5
    together = g * limit / np.sqrt(np.sum(g * g))
    assert together.tolist() == [1.5, 2.0]
    assert f"{g[1] / g[0]:.3f}" == f"{together[1] / together[0]:.3f}" == "1.333"
    assert np.minimum(g, limit).tolist() == [2.5, 2.5]


def test_numbers_of_recall_in_the_text(course):
    record = json.loads(recalling.RECORD.read_text(encoding="utf-8"))["loss"]
    assert sum(len(runs) for runs in record.values()) == 18
    for k, runs in record.items():
        for run in runs:
            assert run[-1] < 0.001 if int(k) > recalling.LAG else run[-1] > 0.66
    learned = [k for k in ("8", "9") if all(run[-1] < 0.001 for run in record[k])]
    assert [f"k = {k}" for k in learned] == [QUESTIONS["recall"].answers[QUESTIONS["recall"].right]]
    assert [round(min(run), 1) for run in record["8"]] == [0.2, 0.1, 0.2]
    assert {f"{run[-1]:.2f}" for run in record["8"]} == {"0.69"}


def test_numbers_of_spelling_in_the_text(course):
    record = json.loads(spelling.RECORD.read_text(encoding="utf-8"))
    runs = record["runs"]
    assert tuple((r["order"], r["k"], r["reset"]) for r in runs) == spelling.RUNS
    final = {(r["order"], r["k"], r["reset"]): np.array(r["final"]) for r in runs}
    assert {len(values) for values in final.values()} == {len(spelling.SEEDS)} == {10}
    short, long = (final["alphabetical", k, False] for k in (1, 16))
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    one, sixteen = (np.median(final["shuffled", k, False]) for k in (1, 16))
    assert f"in alphabetical order k = 1 ends at {np.median(short):.2f} and k = 16 at {np.median(long):.2f}." in text
    assert f"in order {np.median(short):.2f} against {np.median(long):.2f}; shuffled" in text
    assert f"{one:.2f} against {sixteen:.2f} (medians" in text
    ranges = f"{short.min():.2f} to {short.max():.2f}, {long.min():.2f} to {long.max():.2f}"
    assert f"of ten seeds; single ones {ranges}, {one:.2f}, {sixteen:.2f})" in text
    assert np.ptp(final["shuffled", 1, False]) < 0.01 > np.ptp(final["shuffled", 16, False])
    # What the text says holds for all seeds: k = 16 pays, the reset takes it back, and shuffled it does not pay.
    assert (long < short).all() and (final["alphabetical", 16, True] > short.max()).all()
    assert (final["shuffled", 1, False] < final["shuffled", 16, False]).all()
    assert max(np.ptp(values) for values in final.values()) < 0.03


def test_perplexity_in_the_text(course):
    """The exponential of the recorded loss; evenly among V letters it is V."""
    record = json.loads(spelling.RECORD.read_text(encoding="utf-8"))
    [final] = [r["final"] for r in record["runs"] if (r["order"], r["k"], r["reset"]) == ("alphabetical", 16, False)]
    text = " ".join((course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n#", " ").split())
    loss, perplexity = re.search(
        r"in alphabetical order, k = 16 ends at ([\d.]+) nats, a perplexity of ([\d.]+) \(median of ten", text
    ).groups()
    assert loss == f"{np.median(final):.2f}" and perplexity == f"{np.exp(np.median(final)):.1f}" and len(final) == 10
    V, nats, even = re.search(
        r"among all (\d+) costs \$\\ln 27 = ([\d.]+)\$ nats, a perplexity of (\d+)\.", text
    ).groups()
    evenly = np.zeros((1, 1, int(V))), np.array([[3]]), np.ones((1, 1), dtype=bool)
    cost, _ = course.reference["temporal_softmax_loss"](*evenly)
    assert V == even == "27" and nats == f"{cost:.2f}" and np.exp(cost) == pytest.approx(int(even))


def test_adam_of_the_text_is_that_of_the_experiments(course):
    """The formulas of the text, run for five steps; and gradients 100 times as long take the same steps."""
    text = " ".join((course.solutions / "03-training.py").read_text(encoding="utf-8").split())
    for formula in (
        r"m \leftarrow 0.9\,m + 0.1\,g",
        r"v \leftarrow 0.999\,v + 0.001\,g^2",
        r"\frac{m / (1 - 0.9^n)}{\sqrt{v / (1 - 0.999^n)}}",
    ):
        assert formula in text
    gradients = np.random.default_rng(0).normal(size=(5, 3))
    weight, m, v, ours, longer = (np.ones(3), np.zeros(3), np.zeros(3), {"W": np.ones(3)}, {"W": np.ones(3)})
    adam, of_longer = Adam(ours), Adam(longer)
    for n, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        weight = weight - 0.01 * (m / (1 - 0.9**n)) / np.sqrt(v / (1 - 0.999**n))
        adam.step({"W": g}, 0.01)
        of_longer.step({"W": 100 * g}, 0.01)
    np.testing.assert_allclose(ours["W"], weight, rtol=1e-6)
    np.testing.assert_allclose(ours["W"], longer["W"], rtol=1e-6)


@pytest.mark.parametrize(("h", "every"), [(3, 3), (3, 1)])
def test_what_segments_and_a_window_keep(course, h, every):
    """Williams and Peng's method by hand: go back h steps at every `every`-th step, with the losses since the last.

    With one linear unit the gradient of the loss at step t at the input of step s is 0.9^(t − s) where it is reached.
    """
    T, reach = 9, np.zeros((9, 9), dtype=bool)
    for now in range(every, T + 1, every):
        for t in range(now - every + 1, now + 1):
            reach[t - 1, max(now - h, 0) : t] = True
    reached = reach.sum(axis=1)
    if every == 1:
        assert reached.tolist() == [1, 2] + [3] * 7, "every loss reaches k steps, fewer near the beginning"
        return
    assert reached.tolist() == [1, 2, 3] * 3
    dh = np.eye(T)[:, :, None]  # one loss a row
    x, zeros, ones = np.zeros((T, T, 1)), np.zeros((T, 1)), np.ones((1, 1))
    dx, *_ = course.reference["truncated_bptt"](x, zeros, ones, 0.9 * ones, np.zeros(1), dh, h)
    apart = np.arange(T)[:, None] - np.arange(T)
    np.testing.assert_allclose(dx[:, :, 0], np.where(reach, 0.9 ** np.maximum(apart, 0), 0.0))


def test_randomised_truncation_has_no_bias_but_more_noise():
    """One linear unit, a loss at the last of four steps: a cut has chance c; what passes grows by 1 / (1 − c)."""
    T, c, full = 4, 0.3, 0.9 ** np.arange(4)[::-1]
    mean, square = np.zeros(T), np.zeros(T)
    for cuts in itertools.product((False, True), repeat=T - 1):
        chance, found, factor = 1.0, np.zeros(T), 1.0
        found[T - 1] = 1.0
        for s in range(T - 2, -1, -1):
            chance *= c if cuts[s] else 1 - c
            factor *= 0.0 if cuts[s] else 0.9 / (1 - c)
            found[s] = factor
        mean, square = mean + chance * found, square + chance * found**2
    np.testing.assert_allclose(mean, full)
    assert (square[:-1] > 1.1 * full[:-1] ** 2).all()


def test_why_k_1_is_ahead_of_k_4_in_the_text(course):
    record = json.loads(spelling.RECORD.read_text(encoding="utf-8"))
    final = {(r["order"], r["k"], r["reset"]): np.array(r["final"]) for r in record["runs"]}
    equal = {(r["order"], r["k"]): np.array(r["final"]) for r in record["equal_updates"]}
    assert {len(values) for values in equal.values()} == {len(spelling.EQUAL_SEEDS)} == {3}
    text = (course.solutions / "03-training.py").read_text(encoding="utf-8").replace("\n# ", " ")
    one, four = (final["alphabetical", k, False] for k in (1, 4))
    shown = [f"{np.median(v):.2f}{nats} ({v.min():.2f} to {v.max():.2f})" for v, nats in ((one, " nats"), (four, ""))]
    assert f"It ends at {shown[0]}, k = 4 at {shown[1]}." in text
    assert (one < four).all() and (equal["alphabetical", 4] > four.max()).all()
    least, most = equal["alphabetical", 4].min(), equal["alphabetical", 4].max()
    assert f"three seeds of k = 1 end at {least:.3f} to {most:.3f}, behind every run of k = 4." in text
    long, short = np.median(final["shuffled", 16, False]), np.median(equal["shuffled", 16])
    assert f"Shuffled, k = 16 ends at {long:.2f} (ten seeds); k = 1 with as few updates ends at {short:.2f}" in text
    ends = f"k = 1 ends at {short:.2f} nats a letter (three seeds) and k = 16 at {long:.2f} (ten)"
    assert f"equally many updates, {ends}, which is nearly harmless." in text
    assert np.ptp(equal["shuffled", 16]) < 0.01
    assert f"with equally many updates {short:.2f} (three seeds, {short:.2f}) against {long:.2f}." in text
    assert (equal["shuffled", 16] > final["shuffled", 16, False].max()).all(), "its lead was the number of updates"


def test_the_hand_example_cuts_where_a_window_would_not(course, capsys):
    """Each row against finite differences of h_3, linear, so exact: the states that enter as constants do not move."""
    [cell] = [c for c in course.sources[ASSIGNMENT].cells if c.source.startswith("for k in (1, 2, 4)")]
    exec(cell.source, {"np": np})  # our own text
    printed = capsys.readouterr().out.splitlines()

    def h_3(x, cuts):
        h = 0.0
        for t in (1, 2, 3):
            h = 0.9 * (0.0 if t - 1 in cuts else h) + x[t - 1]  # a state that is cut does not move
        return h

    rows = {}
    for k in (1, 2, 4):
        for name, cuts in (("segments", range(k, 4, k)), ("window", [3 - k])):
            moved = [h_3(np.eye(4)[t], cuts) for t in range(4)]
            rows[k, name] = moved
            [line] = [line for line in printed if line.startswith(f"k = {k}, {name}")]
            shown = [float(number) for number in line.split("[")[1].rstrip("]").split()]
            np.testing.assert_allclose(shown, moved, atol=5e-4)
    assert len(printed) == 6
    assert rows[2, "segments"] == [0, 0, 1, 0] and rows[2, "window"] == [0, 0.9, 1, 0]
    assert rows[1, "segments"] == rows[1, "window"] and rows[4, "segments"] == rows[4, "window"]


def test_the_quoted_answers_have_what_was_chosen(course):
    [cell] = [cell for cell in course.sources[ASSIGNMENT].cells if source.grade_id(cell) == "harmless_truncation"]
    rubric = " ".join(cell.source.split())
    for kind in ("Borderline", "Tempting and wrong"):
        quoted, chosen = re.search(kind + r' \([\d.]+ of 10\)\.\*\* "(.*?)" Chosen: (.*?)\.', rubric).groups()
        assert "recall" in quoted and "0.69 nats" in quoted and "`bites-measured`" in chosen
        assert "larger k" in quoted and "`experiment`" in chosen
    for what_else in ("number of updates", "gradient sums over k steps", "clipping takes away more"):
        assert (
            what_else in rubric[rubric.index("`what-else`, any of these") : rubric.index("`experiment`, one of these")]
        )
