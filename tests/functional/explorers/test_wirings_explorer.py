"""Move every control of the wirings explorer, with the real ipywidgets."""

import itertools

import ipywidgets
import pytest
from matplotlib.colors import to_rgb

from utils.explorers import wirings
from utils.figures.style import FAINT

LIGHTS = ("every output", "the first output", "the last output")
INPUTS = {
    "one to one": lambda T: [1],
    "one to many": lambda T: [1],
    "many to one": lambda T: range(1, T + 1),
    "many to many, delayed": lambda T: range(1, (T + 1) // 2 + 1),
    "many to many, aligned": lambda T: range(1, T + 1),
}
OUTPUTS = {
    "one to one": lambda T: [1],
    "one to many": lambda T: range(1, T + 1),
    "many to one": lambda T: [T],
    "many to many, delayed": lambda T: range((T + 1) // 2 + 1, T + 1) if T > 1 else [1],
    "many to many, aligned": lambda T: range(1, T + 1),
}


@pytest.fixture(scope="module")
def explorer():
    return wirings()


def boxes(explorer):
    """Return all names with whether they are lit, from the artists."""
    found = {}
    for axes in explorer.figure.axes:
        for patch in axes.patches:
            name = patch.get_gid()
            if name and ">" not in name and name != "h0":
                found[name] = to_rgb(patch.get_edgecolor()) != to_rgb(FAINT)
    return found


def arrows(explorer):
    found = {patch.get_gid() for axes in explorer.figure.axes for patch in axes.patches}
    return {tuple(name.split(">")) for name in found if name and ">" in name}


def numbers(names, letter):
    return sorted(int(name[1:]) for name in names if name[0] == letter)


def test_the_settings_are_all_there(explorer):
    wiring, T, light = (explorer.controls[name] for name in ("wiring", "T", "light"))
    assert [value for _, value in wiring.options] == list(INPUTS)
    assert (T.min, T.max) == (1, 8)
    assert light.options == LIGHTS


@pytest.mark.parametrize("name", INPUTS)
def test_every_setting_of_every_control(explorer, name):
    wiring, T, light = (explorer.controls[name] for name in ("wiring", "T", "light"))
    every_T = itertools.product([name], range(1, 9), LIGHTS[:1])
    some_T = itertools.product([name], (1, 2, 7), LIGHTS[1:])
    for setting in (*every_T, *some_T):
        explorer.set(**dict(zip(explorer.controls, setting, strict=True)))
        assert explorer.errors == []
        found = boxes(explorer)
        steps = 1 if wiring.value == "one to one" else T.value
        assert numbers(found, "x") == list(INPUTS[wiring.value](steps))
        assert numbers(found, "h") == list(range(1, steps + 1))
        assert numbers(found, "y") == list(OUTPUTS[wiring.value](steps))
        lit = {name for name, is_lit in found.items() if is_lit}
        if light.value == "every output":
            assert lit == set(found)
        else:
            last = OUTPUTS[wiring.value](steps)[0 if light.value == "the first output" else -1]
            # A path to the output at `last` starts at or before it; every state up to it lies on one.
            assert numbers(lit, "h") == list(range(1, last + 1))
            assert numbers(lit, "x") == [t for t in INPUTS[wiring.value](steps) if t <= last]


def test_each_control_moves_the_picture_by_itself(explorer):
    explorer.set(wiring="many to one", T=3, light="every output")
    for T in range(1, 9):
        explorer.controls["T"].value = T
        assert numbers(boxes(explorer), "x") == list(range(1, T + 1))
    explorer.controls["wiring"].value = "many to many, aligned"
    assert numbers(boxes(explorer), "y") == list(range(1, 9))
    explorer.controls["light"].value = "the first output"
    assert numbers([name for name, lit in boxes(explorer).items() if lit], "x") == [1]
    assert explorer.errors == []


def test_fed_back_outputs_have_their_arrows(explorer):
    explorer.set(wiring="one to many", T=4, light="every output")
    assert {edge for edge in arrows(explorer) if edge[0][0] == "y"} == {("y1", "h2"), ("y2", "h3"), ("y3", "h4")}
    explorer.set(wiring="many to many, delayed", T=6)
    assert {edge for edge in arrows(explorer) if edge[0][0] == "y"} == {("y4", "h5"), ("y5", "h6")}
    explorer.set(wiring="many to many, aligned")
    assert not {edge for edge in arrows(explorer) if edge[0][0] == "y"}


@pytest.mark.parametrize(
    ("preset", "wiring"),
    [
        ("Image captioning", "one to many"),
        ("Audio prediction", "many to one"),
        ("Video captioning", "many to many, delayed"),
        ("Frame-level video classification", "many to many, aligned"),
    ],
)
def test_the_lectures_tasks_are_presets(explorer, preset, wiring):
    explorer.buttons[preset].click()
    assert explorer.errors == []
    assert explorer.controls["wiring"].value == wiring
    assert explorer.says.startswith(preset)
    assert explorer.figure.texts[0].get_text().startswith(wiring.capitalize())


def test_words_say_what_is_live(explorer):
    explorer.set(wiring="many to many, aligned", T=6, light="the first output")
    assert explorer.says.endswith("Of h at steps 1 to 6, only h at step 1 reaches the first output.")
    explorer.set(wiring="many to many, delayed")
    assert explorer.says.endswith("only h at steps 1 to 4 reaches the first output.")
    assert "y at step 4 rests on 3 of 3 inputs" in explorer.alt
    explorer.set(light="every output")
    assert explorer.says.endswith("All hidden states, h at steps 1 to 6, reach some output.")


def test_reset(explorer):
    explorer.set(wiring="one to one", T=1, light="the last output")
    explorer.buttons["Reset"].click()
    assert explorer.values == {"wiring": "many to many, aligned", "T": 5, "light": "every output"}
    assert numbers(boxes(explorer), "h") == [1, 2, 3, 4, 5]
    assert explorer.errors == []


def test_no_title_needs_a_second_line(explorer):
    for wiring, light in itertools.product(INPUTS, LIGHTS):
        explorer.set(wiring=wiring, T=8, light=light)
        assert "\n" not in explorer.figure.texts[0].get_text()


def test_no_control_is_a_dropdown_whose_arrow_keys_jupyterlab_takes(explorer):
    assert all(isinstance(c, ipywidgets.SelectionSlider | ipywidgets.IntSlider) for c in explorer.controls.values())


def test_at_most_three_controls_and_all_have_names(explorer):
    assert len(explorer.controls) <= 3
    assert all(control.description for control in explorer.controls.values())
    assert all(button.description for button in explorer.buttons.values())
