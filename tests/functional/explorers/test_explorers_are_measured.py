"""`make bench` measures every control of every explorer; a new one must be listed there."""

import runpy

import pytest

from utils import explorers

EXPLORERS = [name for name in explorers.__all__ if name != "predict"]  # which asks before one is shown


@pytest.fixture(scope="module")
def bench(course):
    return runpy.run_path(course.root / "bench" / "moves.py")


def unmeasured(moves, explorer_by_name):
    """Return every explorer, and every control of one, that `moves` does not give two values at least."""
    missing = sorted(set(explorer_by_name) ^ set(moves))
    for name in sorted(set(explorer_by_name) & set(moves)):
        _, moved = moves[name]
        missing += [
            f"{name}: {control}" for control in explorer_by_name[name].controls if len(moved.get(control, ())) < 2
        ]
    return missing


@pytest.fixture(scope="module")
def made(bench):
    return {name: bench["made"](name) for name in EXPLORERS}


def test_every_control_of_every_explorer_is_measured(bench, made):
    assert unmeasured(bench["MOVES"], made) == []


def test_the_measured_values_are_accepted_and_drawn(bench, made):
    for name, (start, moves) in bench["MOVES"].items():
        made[name].set(**start)
        made[name].set(**{control: values[-1] for control, values in moves.items()})
        assert made[name].errors == [] and made[name].figure is not None
        assert made[name].values == {control: values[-1] for control, values in moves.items()}


def test_a_missing_explorer_is_named(bench, made):
    moves = {name: bench["MOVES"][name] for name in EXPLORERS if name != "cut_lines"}
    moves["wirings"] = ({}, {"wiring": ["one to one", "one to many"], "T": [3]})
    assert unmeasured(moves, made) == ["cut_lines", "wirings: T", "wirings: light"]
