"""Every explorer on one page: without a fault that axe-core knows, in a narrow window and in the system's colours."""

import inspect

import nbformat
import pytest
from axe import violations
from playwright.sync_api import expect

from utils import explorers

pytestmark = pytest.mark.browser

EXPLORERS = [name for name in explorers.__all__ if name != "predict"]  # which asks before one is shown
OUTPUTS = ".jp-Notebook .jp-Cell-outputArea"
NARROW, WIDE = {"width": 800, "height": 1000}, {"width": 1280, "height": 1000}
ZOOMED = {"width": 640, "height": 500}  # 1280 × 1000 at 200 %
OVERHANG = """area => {
    const widgets = area.querySelector('.unrolled-explorer').parentElement.closest('.jp-OutputArea-output');
    const right = widgets.getBoundingClientRect().right;
    return [...widgets.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > right + 1)
        .map(node => node.outerHTML.slice(0, 100));
}"""


def call_of(name):
    parameters = inspect.signature(getattr(explorers, name)).parameters.values()
    functions = [p.name for p in parameters if p.default is p.empty]
    return f"explorers.{name}({', '.join(f'reference[{f!r}]' for f in functions)})"


@pytest.fixture(scope="module")
def notebook(lab, root):
    """One notebook with every explorer, driven by the solutions; all of them run."""
    imports = "from autograder.course import Course\nfrom utils import explorers\n"
    cells = [f"{imports}reference = Course({str(root)!r}).reference"]
    cells += [call_of(name) for name in EXPLORERS]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, root / "work" / "explorers.ipynb")
    lab.open("work/explorers.ipynb")
    lab.page.evaluate("jupyterapp.shell.collapseLeft()")
    for cell in cells:
        lab.run(cell[:40])
    lab.output("explorers.spectrum_fan").get_by_role("button", name="above 10").click()
    for name in EXPLORERS:
        expect(lab.output(f"explorers.{name}").get_by_role("img")).to_be_visible()
    yield lab
    lab.close()
    lab.page.set_viewport_size(WIDE)
    lab.page.evaluate("jupyterapp.shell.expandLeft()")
    lab.theme("JupyterLab Light")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(notebook, theme):
    notebook.theme(f"JupyterLab {theme}")
    assert violations(notebook.page, OUTPUTS) == []


def test_axe_finds_a_control_that_lost_its_name(notebook):
    slider = notebook.output("explorers.cut_lines").get_by_role("slider", name="Gain")
    slider.evaluate("node => node.removeAttribute('aria-label')")
    assert [line.partition(":")[0] for line in violations(notebook.page, OUTPUTS)] == ["aria-input-field-name"]
    slider = notebook.output("explorers.cut_lines").get_by_role("slider").nth(1)
    slider.evaluate("node => node.setAttribute('aria-label', 'Gain')")


def test_sliders_say_their_names_and_values_as_they_are_shown(notebook):
    output = notebook.output("explorers.u_curve")
    assert [slider.get_attribute("aria-label") for slider in output.get_by_role("slider").all()] == [
        "Step h",
        "Precision",
        "f",
    ]
    slider = output.get_by_role("slider", name="Precision")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "float32")
    step = output.get_by_role("slider", name="Step h")
    step.press("ArrowLeft")
    expect(step).to_have_attribute("aria-valuetext", "5.6e-1")
    output.get_by_role("button", name="Reset").press("Enter")
    expect(step).to_have_attribute("aria-valuetext", "1.0e+0")


@pytest.mark.parametrize(("window", "size"), [("narrow", NARROW), ("zoomed", ZOOMED)])
def test_every_explorer_fits(notebook, window, size):
    notebook.page.set_viewport_size(size)
    for name in EXPLORERS:
        output = notebook.output(f"explorers.{name}")
        assert output.evaluate(OVERHANG) == [], name
        picture = output.get_by_role("img")
        box, natural = picture.bounding_box(), picture.evaluate("img => img.naturalWidth / img.naturalHeight")
        assert box["width"] / box["height"] == pytest.approx(natural, rel=0.01), f"{name} is squeezed"
        notebook.keep(f"{window}-{name}", output)
    notebook.page.set_viewport_size(WIDE)


def test_a_slider_is_seen_in_the_systems_colours(notebook):
    notebook.page.emulate_media(forced_colors="active")
    output = notebook.output("explorers.cut_lines")
    slider = output.get_by_role("slider").first
    slider.press("ArrowRight")
    page_colour = "getComputedStyle(document.body).backgroundColor"
    assert slider.evaluate(f"node => getComputedStyle(node).backgroundColor !== {page_colour}")
    assert slider.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    track = output.locator(".noUi-target").first
    assert track.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    notebook.keep("forced-colours", output)
    notebook.page.emulate_media(forced_colors="none")
