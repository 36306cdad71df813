"""What the rows of `make bench` compare with does what it stands for: a yardstick that is wrong measures nothing."""

import contextlib
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bench import cs231n
from bench.arithmetic import CannotMeasure, Spent
from bench.rows import ci, cost, gradients
from bench.rows.grading import MAIN, versus
from bench.rows.otter import as_otter

GRADED = {"grade_id": "test_double", "grade": True, "solution": False, "locked": True, "points": 3, "schema_version": 3}


def test_two_sides_are_compared_by_the_clock_and_by_the_core():
    found = versus([Spent(0.5, 0.25), Spent(0.4, 0.2)], [Spent(2.0, 2.0), Spent(2.0, 2.0)])
    assert (found.in_all.low, found.in_all.high) == pytest.approx((8.0, 10.0))
    assert (found.per_core.low, found.per_core.high) == pytest.approx((4.0, 5.0))
    assert found.costs == "0.450 (0.400–0.500) CPU s a submission here, 2.00 (2.00–2.00) there"


@pytest.mark.parametrize(("name", "wrong"), [("rnn_step_backward", 0), ("lstm_step_backward", 1), ("rnn_backward", 2)])
def test_the_yardstick_finds_a_wrong_gradient(course, name, wrong):
    cell = cs231n.CELLS[name]
    functions = {needed: course.reference[needed] for needed in (name, *cell.needs)}

    def errors(functions):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            cell.run(functions)
        return [float(number) for number in re.findall("error: (.+)", printed.getvalue())]

    def broken(*arguments):
        gradients = list(course.reference[name](*arguments))
        gradients[wrong] = 2 * gradients[wrong]
        return tuple(gradients)

    # Twice a gradient is a third of their sum away from it.
    assert max(errors(functions)) < 1e-6
    assert errors({**functions, name: broken})[wrong] == pytest.approx(1 / 3, rel=1e-5)


@pytest.mark.parametrize("name", cs231n.CELLS)
def test_the_yardstick_accepts_every_solution(course, name):
    cell = cs231n.CELLS[name]
    functions = {needed: course.reference[needed] for needed in (name, *cell.needs)}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        cell.run(functions)
    errors = [float(number) for number in re.findall("error: (.+)", printed.getvalue())]
    assert errors and max(errors) < 1e-5


def test_the_network_of_the_gradient_row_has_157_parameters_and_a_right_gradient():
    params, step = gradients.params(), 1e-30
    assert gradients.flat(params).size == 157
    value, grads = gradients.loss_and_gradients(params)
    assert value == pytest.approx(gradients.loss(params), rel=1e-12)
    # The complex step has no rounding error: the loss is analytic, up to the largest score, which cancels out.
    for name, index in (("Wx", (1, 2)), ("Wh", (3, 0)), ("b", (4,)), ("Wy", (7, 1)), ("by", (2,))):
        moved = {other: one.astype(complex) for other, one in params.items()}
        moved[name][index] += 1j * step
        assert _complex_loss(moved).imag / step == pytest.approx(grads[name][index], rel=1e-10)


def _complex_loss(p):
    x, y = gradients.letters()
    state, total = np.zeros((gradients.N, 8), complex), 0.0
    for t in range(gradients.T):
        state = np.tanh(x[:, t] @ p["Wx"] + state @ p["Wh"] + p["b"])
        scores = state @ p["Wy"] + p["by"]
        total = total + np.sum(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(gradients.N), y[:, t]])
    return total / (gradients.N * gradients.T)


def test_check_gradients_gives_the_verdicts_that_the_row_asks_for():
    right, short = (gradients.loss_and_gradients(gradients.params(), steps)[1] for steps in (gradients.T, 1))
    assert gradients.by_ours(right) and not gradients.by_ours(short)


def test_an_equivalent_notebook_asks_otter_where_ours_asks_check():
    notebook = new_notebook(cells=[new_code_cell("import numpy"), new_code_cell("show(double)\ncheck(\n    double\n)")])
    notebook.cells[1].metadata.nbgrader = {**GRADED, "cell_type": "code"}
    made, tests = as_otter(notebook)
    assert [cell.source for cell in made.cells] == [
        "import otter\n\ngrader = otter.Notebook()",
        "import numpy",
        'show(double)\ngrader.check("double")',
    ]
    assert not any("nbgrader" in cell.metadata for cell in made.cells)
    assert list(tests) == ["double"] and "name = 'double'" in tests["double"] and "points = 3.0" in tests["double"]
    assert _passes(tests["double"], check=lambda function: SimpleNamespace(ok=True))
    assert not _passes(tests["double"], check=lambda function: SimpleNamespace(ok=False))


def test_every_exercise_of_the_real_notebook_becomes_a_test_of_otters(course):
    made, tests = as_otter(course.sources[MAIN])
    assert list(tests) == [exercise.name for exercise in course.exercises(MAIN)]
    for name, text in tests.items():
        assert f"check({name}" in text and [
            cell.source for cell in made.cells if f'grader.check("{name}")' in cell.source
        ]
    assert not any(cell.source.startswith("check(") for cell in made.cells if "progress" not in cell.source)


def _passes(text, **names):
    """Run a test file of otter's on these names; whether it raises nothing."""
    space = {"test_case": lambda: lambda function: function}
    exec(text.partition("\n")[2], space)
    try:
        space["test_it"]({"double": None, **names})
    except AssertionError:
        return False
    return True


def test_ci_has_a_line_only_where_it_ran(tmp_path):
    noted = tmp_path / "seconds"
    assert ci.line(noted, 2) == []
    noted.write_text("1200\n", encoding="ascii")
    [found] = ci.line(noted, 2)
    assert (found.what, found.measured, found.holds) == ("the whole of CI, on 2 cores", "20.0 minutes", True)
    noted.write_text("1201\n", encoding="ascii")
    assert not ci.line(noted, 2)[0].holds
    noted.write_text("soon", encoding="ascii")
    with pytest.raises(CannotMeasure, match="no number of seconds: 'soon'"):
        ci.line(noted, 2)


def test_the_parts_of_a_run_are_all_of_it():
    watch = cost.Watch(seconds={7: 2.0, 8: 1.0, 9: 3.0}, root=7)
    assert watch.parts(Spent(10.0, 6.0)) == dict(zip(cost.PARTS, (2.0, 4.0, 4.0), strict=True))


def test_what_a_large_course_costs_follows_from_a_submission():
    parts = dict(zip(cost.PARTS, (0.06, 0.1, 0.2), strict=True))
    costs = {name: cost.Cost(count, parts, Spent(0.36, 0.24), 90.0) for name, count in (("a", 4), ("b", 1_000))}
    text = cost.block(costs, "A machine.")
    assert "| `b` | 1,000 | 0.0600 | 0.100 | 0.200 | 0.360 |" in text
    # 100,000 · 2 · 0.36 s are 20 hours of a core, and 0.36 s in 0.24 s on two cores keep them three quarters busy.
    assert "100,000 submissions of each of the 2 assignments cost 20.0 core hours." in text
    assert "75 % of 2 cores busy" in text and "1.67 on 16, 0.417 on 64, 0.104 on 256 cores" in text
    assert "90.0 MB at most, for 1,000 jobs" in text
