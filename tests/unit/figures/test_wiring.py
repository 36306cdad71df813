"""The five wirings have the arrows that their tasks need."""

import pytest

from utils.figures._wirings import TASKS, unroll

LENGTHS = range(1, 9)


def test_each_wiring_has_the_lectures_task():
    assert list(TASKS) == [
        "one to one",
        "one to many",
        "many to one",
        "many to many, delayed",
        "many to many, aligned",
    ]
    assert list(TASKS.values())[1:] == [
        "image captioning",
        "audio prediction",
        "video captioning",
        "frame-level video classification",
    ]


@pytest.mark.parametrize(
    ("wiring", "inputs", "outputs", "feedback"),
    [
        ("one to one", "1", "1", ""),
        ("one to many", "1", "12345", "1234"),
        ("many to one", "12345", "5", ""),
        ("many to many, delayed", "123", "45", "4"),
        ("many to many, aligned", "12345", "12345", ""),
    ],
)
def test_five_steps_of_each(wiring, inputs, outputs, feedback):
    graph = unroll(wiring, 5)
    digits = tuple("".join(map(str, steps)) for steps in (graph.inputs, graph.outputs, graph.feedback))
    assert digits == (inputs, outputs, feedback)


@pytest.mark.parametrize("wiring", TASKS)
@pytest.mark.parametrize("T", LENGTHS)
def test_arrows_join_parts_that_exist_and_run_forward(wiring, T):
    graph = unroll(wiring, T)
    assert len(set(graph.edges)) == len(graph.edges)
    assert len(set(graph.nodes)) == len(graph.nodes)
    for start, end in graph.edges:
        assert {start, end} <= set(graph.nodes)
        assert int(start[1:]) <= int(end[1:])
    assert sum(start[0] == end[0] == "h" for start, end in graph.edges) == (0 if wiring == "one to one" else T)


@pytest.mark.parametrize("T", LENGTHS)
def test_an_aligned_output_sees_the_past_and_no_future(T):
    graph = unroll("many to many, aligned", T)
    for t in range(1, T + 1):
        expected = {f"x{s}" for s in range(1, t + 1)} | {f"h{s}" for s in range(t + 1)} | {f"y{t}"}
        assert graph.behind(f"y{t}") == expected


@pytest.mark.parametrize("T", range(2, 9))
def test_the_first_delayed_output_has_seen_every_input(T):
    graph = unroll("many to many, delayed", T)
    assert {f"x{t}" for t in graph.inputs} <= graph.behind(f"y{graph.outputs[0]}")
    assert max(graph.inputs) < min(graph.outputs)
    assert len(graph.inputs) + len(graph.outputs) == T


def test_a_fed_back_output_rests_on_the_outputs_before():
    assert {"y1", "y2"} <= unroll("one to many", 3).behind("y3")


@pytest.mark.parametrize("wiring", TASKS)
def test_one_step_has_one_of_each(wiring):
    graph = unroll(wiring, 1)
    assert (graph.T, graph.inputs, graph.outputs, graph.feedback) == (1, (1,), (1,), ())


def test_an_unknown_wiring_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"many to none.*one to many"):
        unroll("many to none", 3)
