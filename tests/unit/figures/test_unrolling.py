"""The drawing of an unrolled network is complete, and colours only what is lit."""

import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from utils.figures import unrolling
from utils.figures._wirings import TASKS, unroll
from utils.figures.style import FAINT, HIDDEN, INPUT, OUTPUT


def drawing_of(wiring, T, lit=None):
    axes = Figure().add_subplot()
    unrolling.frame(axes)
    return axes, unrolling.draw(axes, unroll(wiring, T), lit)


def is_coloured(patch, colour):
    return to_rgb(patch.get_edgecolor()) == to_rgb(colour)


@pytest.mark.parametrize("wiring", TASKS)
@pytest.mark.parametrize("T", range(1, 9))
def test_everything_is_drawn_once_and_within_the_frame(wiring, T):
    axes, drawing = drawing_of(wiring, T)
    graph = unroll(wiring, T)
    assert set(drawing.boxes) == set(graph.nodes)
    assert set(drawing.arrows) == set(graph.edges)
    left, right, bottom, top = *axes.get_xlim(), *axes.get_ylim()
    for box in drawing.boxes.values():
        x0, y0, x1, y1 = box.get_path().get_extents(box.get_patch_transform()).extents
        assert left <= x0 < x1 <= right and bottom <= y0 < y1 <= top


def test_colour_is_role():
    _, drawing = drawing_of("many to many, aligned", 3)
    for name, box in drawing.boxes.items():
        if name != "h0":
            assert is_coloured(box, {"x": INPUT, "h": HIDDEN, "y": OUTPUT}[name[0]])
    assert {arrow.get_linestyle() for arrow in drawing.arrows.values()} == {"solid"}


def test_only_what_is_lit_is_coloured_and_an_arrow_needs_both_its_ends():
    _, drawing = drawing_of("many to many, aligned", 3, lit={"x1", "h1", "y1", "h0", "nowhere"})
    assert drawing.lit == {"x1", "h1", "y1", "h0"}
    coloured = {name for name, box in drawing.boxes.items() if not is_coloured(box, FAINT)} - {"h0"}
    assert coloured == {"x1", "h1", "y1"}
    lit_arrows = {edge for edge, arrow in drawing.arrows.items() if not is_coloured(arrow, FAINT)}
    assert lit_arrows == {("x1", "h1"), ("h0", "h1"), ("h1", "y1")}


def test_a_fed_back_output_comes_round_to_where_an_input_enters():
    _, drawing = drawing_of("one to many", 3)
    arrow = drawing.arrows["y1", "h2"]
    assert is_coloured(arrow, OUTPUT)
    (x0, y0), *_, (x1, y1) = arrow._path_original.vertices
    assert (x0, y0) == pytest.approx((1 + unrolling.WIDE / 2, unrolling.ROWS["y"]))
    assert x1 == pytest.approx(2)
    assert unrolling.ROWS["x"] < y1 < unrolling.ROWS["h"]
