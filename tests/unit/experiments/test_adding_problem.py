"""Test the adding problem, Adam and the training loop with functions that need no course."""

import numpy as np
import pytest

from utils.checking.card import Note
from utils.experiments import adding_problem as training
from utils.figures import _learning as adding


@pytest.fixture
def lstm(course):
    return course.reference["lstm_forward"], course.reference["lstm_backward"]


def test_the_answer_is_the_sum_of_the_marked_numbers():
    x, y = training.adding_problem(np.random.default_rng(0), 200, 30)
    values, markers = x[..., 0], x[..., 1]
    assert set(np.unique(markers)) == {0.0, 1.0}
    assert (markers[:, :15].sum(axis=1) == 1).all() and (markers[:, 15:].sum(axis=1) == 1).all()
    np.testing.assert_allclose((values * markers).sum(axis=1), y)
    assert values.min() >= 0 and values.max() <= 1


def test_the_baseline_is_a_sixth():
    _, y = training.adding_problem(np.random.default_rng(1), 200_000, 2)
    assert np.mean((y - 1) ** 2) == pytest.approx(training.BASELINE, rel=0.02)


def test_training_repeats_the_record_as_far_as_rounding_lets_it(lstm, course):
    """The first test of a recorded run, to what 25 steps leave of a difference in rounding."""
    bias = lambda b: course.reference["forget_bias"](b, 1.0)  # noqa: E731
    run = training.train(*lstm, gates=4, bias=bias, T=30, steps=25, seed=0)
    assert run.errors[0] == pytest.approx(adding.runs("lstm", 30, 1.0)[0]["errors"][0], rel=0.02)


def test_training_lowers_the_error_of_an_easy_case_and_stops(lstm, course):
    run = training.train(*lstm, gates=4, T=4, seed=0, until=0.05)
    assert run.errors[-1] < 0.05 < min(run.errors[:-1], default=1)
    assert run.steps == tuple(range(25, run.steps[-1] + 1, 25)) and run.steps[-1] < 600


def test_a_learners_functions_are_trained_and_say_how_it_goes(lstm, course, capsys):
    run = training.adding(*lstm, course.reference["forget_bias"], T=4, steps=100)
    assert run.seed == 0 and run.T == 4
    assert "mean square error" in capsys.readouterr().out
    picture = adding.learning(run)
    assert "adding problem at T = 4" in picture.alt


def test_a_stub_gets_a_note(lstm, course):
    def lstm_backward(dh, cache):
        raise NotImplementedError

    note = training.adding(lstm[0], lstm_backward, course.reference["forget_bias"])
    assert isinstance(note, Note)
    assert note.sentence == "Write `lstm_backward` above first; this training needs it."
    assert adding.learning(note) is note


def test_wrong_code_gets_a_sentence(lstm, course):
    note = training.adding(lstm[0], lambda dh, cache: None, course.reference["forget_bias"])
    assert isinstance(note, Note) and note.sentence.endswith(
        ". This training needs it, so it waits until that is repaired."
    )


def test_runs_know_when_they_were_solved():
    assert training.Run(100, 0, (25, 50, 75), (0.2, 0.009, 0.02)).solved_after == 50
    assert training.Run(100, 0, (25,), (0.2,)).solved_after is None
    picture = adding.learning(training.Run(100, 3, (25, 50), (0.2, 0.17)))
    assert "did not solve" in picture.alt


def test_the_recorded_figure_shows_every_run():
    picture = adding.recorded_adding()
    dots = {line.get_gid(): line.get_ydata() for axes in picture.figure.axes for line in axes.lines if line.get_gid()}
    assert set(dots) == {f"{cell} {k}" for cell in ("rnn", "lstm") for k in range(3)} | {f"bias {k}" for k in range(4)}
    assert all(len(values) == 5 for values in dots.values())
    for place, T in enumerate((30, 50, 100)):
        np.testing.assert_allclose(dots[f"rnn {place}"], [min(run["errors"]) for run in adding.runs("rnn", T)])
    assert "5 of 5" in picture.alt
