"""What a learner waits for who moves a control: the new picture, drawn and packed for the page."""

import itertools

import pytest

from autograder.course import open_course
from utils.explorers import connectivity, graph_stepper, phase_portrait, two_lanes, u_curve, who_blames_whom, wirings
from utils.explorers.structures import LONGEST
from utils.figures.stepping import LAST, LOSSES
from utils.figures.wiring import TASKS

pytestmark = pytest.mark.benchmark(group="an explorer answers a control (limit: 150 ms)")


@pytest.fixture(scope="module")
def portrait():
    return phase_portrait(open_course().reference["rnn_step_forward"])


@pytest.fixture(scope="module")
def step_sizes():
    return u_curve(open_course().reference["numerical_gradient"])


@pytest.fixture(scope="module")
def structures():
    return wirings()


def moved(benchmark, explorer, name, values):
    """Measure one move of a control; every move is to another value, since the same one would draw nothing."""
    control, values = explorer.controls[name], itertools.cycle(values)

    def move():
        control.value = next(values)

    benchmark.pedantic(move, rounds=40, warmup_rounds=3)
    assert explorer.errors == [] and explorer.figure is not None


@pytest.mark.parametrize("tanh", [True, False], ids=["tanh", "no tanh"])
@pytest.mark.parametrize(
    ("control", "values"), [("gain", [0.8, 1.1, 1.5, 4.0]), ("angle", range(-180, 181, 45))], ids=["gain", "angle"]
)
def test_phase_portrait(benchmark, portrait, control, values, tanh):
    portrait.set(angle=30, gain=1.2, tanh=tanh)
    moved(benchmark, portrait, control, values)


def test_phase_portrait_tanh(benchmark, portrait):
    portrait.set(angle=30, gain=1.2, tanh=True)
    moved(benchmark, portrait, "tanh", [False, True])


@pytest.mark.parametrize(
    ("control", "values"),
    [
        ("wiring", list(TASKS)),
        ("T", range(1, LONGEST + 1)),
        ("light", ["the first output", "the last output", "every output"]),
    ],
    ids=["wiring", "T", "light"],
)
def test_wirings(benchmark, structures, control, values):
    structures.set(wiring="many to many, aligned", T=LONGEST, light="every output")
    moved(benchmark, structures, control, values)


@pytest.mark.parametrize(
    ("control", "values"),
    [("h", [1e-12, 1e-8, 1e-5, 1e-1]), ("precision", ["float64", "float32"]), ("f", ["sin x", "exp x", "x²"])],
    ids=["h", "precision", "f"],
)
def test_u_curve(benchmark, step_sizes, control, values):
    step_sizes.buttons["Reset"].click()
    moved(benchmark, step_sizes, control, values)


@pytest.mark.parametrize(("control", "values"), [("position", range(LAST + 1)), ("losses", list(LOSSES))])
def test_graph_stepper(benchmark, control, values):
    reference = open_course().reference
    explorer = graph_stepper(reference["rnn_step_backward"], reference["rnn_step_forward"])
    explorer.set(position=LAST, losses="at the last step")
    moved(benchmark, explorer, control, values)


@pytest.mark.parametrize(("control", "values"), [("gain", [0.5, 1.0, 1.5]), ("inputs", [0.01, 0.1, 1.0])])
def test_who_blames_whom(benchmark, control, values):
    reference = open_course().reference
    moved(benchmark, who_blames_whom(reference["rnn_backward"], reference["rnn_forward"]), control, values)


@pytest.mark.parametrize(
    ("control", "values"), [("bias", [0.0, 1.0, 3.0, 5.0]), ("scale", [0.1, 1.0, 4.0]), ("seed", range(10))]
)
def test_two_lanes(benchmark, control, values):
    names = ("lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias")
    explorer = two_lanes(*(open_course().reference[name] for name in names))
    moved(benchmark, explorer, control, values)


@pytest.mark.parametrize(
    ("control", "values"),
    [("word", ["phone", "gradient", "nation"]), ("phoneme", range(1, 9)), ("training", ["before", "after"])],
)
def test_connectivity(benchmark, control, values):
    explorer = connectivity(*(open_course().reference[name] for name in ("pronounce_loss", "pronounce")))
    explorer.set(word="gradient", phoneme=5, training="after")
    moved(benchmark, explorer, control, values)
