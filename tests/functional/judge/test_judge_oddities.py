"""What honest people hand in: each row of the table is one oddity, whose function is right in its own kernel."""

import copy
import platform
import re
import sys
import textwrap
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from tiny_course import ASSIGNMENT, BACKWARD, DECAY, FORWARD, SOLUTIONS, cell_of, stub, submission
from traitlets.config import Config

from autograder.collecting.lent import Module, lend
from autograder.judging.failures import PACKAGES, newer_python
from autograder.judging.pipeline import judge_submission

FULL = [3.0, 5.0, 2.0]
SQUASHED = DECAY.replace("np.tanh(", "squash(")
OWN_FALLBACK = "try:\n    from numba import njit\nexcept ImportError:\n    def njit(f):\n        return f"
SQUASH = "def squash(z):\n    return np.tanh(z)"
WRONG = DECAY.replace("tanh", "sin")


def place_of(notebook, name):
    return notebook.cells.index(cell_of(notebook, name))


def split(notebook, name, *sources):
    """Split a cell as JupyterLab does: all parts keep its label."""
    place = place_of(notebook, name)
    cells = [copy.deepcopy(notebook.cells[place]) for _ in sources]
    for number, (cell, source) in enumerate(zip(cells, sources, strict=True)):
        cell.source, cell.id = source, f"{name}-{number}".replace("_", "-")
    notebook.cells[place : place + 1] = cells


def split_apart(notebook, *sources):
    """Split a cell, and write another between its halves."""
    split(notebook, "decay", sources[0], sources[2])
    notebook.cells.insert(place_of(notebook, "decay") + 1, new_code_cell(sources[1]))


def with_second_try(notebook, first, second, checked):
    """Copy a cell and its check below them, as a second try."""
    place = place_of(notebook, "decay")
    pair = copy.deepcopy(notebook.cells[place : place + 1 + checked])
    notebook.cells[place].source, pair[0].source = first, second
    for number, cell in enumerate(pair):
        cell.id = f"again-{number}"
    notebook.cells[place + 2 : place + 2] = pair


def moved(notebook, name, before):
    cell = notebook.cells.pop(place_of(notebook, name))
    notebook.cells.insert(place_of(notebook, before), cell)


def above(line, text=DECAY):
    return {**SOLUTIONS, "decay": f"{line}\n{text}"}


def add_to(notebook, cell_id, source):
    next(cell for cell in notebook.cells if cell.id == cell_id).source = source


def as_text(notebook, name):
    """Return the place of a cell, and the cell as one of text."""
    cell = cell_of(notebook, name)
    text = new_markdown_cell(cell.source, metadata=cell.metadata, id=cell.id)
    return place_of(notebook, name), text


def in_checks(notebook):
    for name, text in SOLUTIONS.items():
        add_to(notebook, f"test_{name}", f"{text}\n\ncheck({name})")


def rows():
    """Return (name, answers, extra cells, change, words of a note) of every oddity."""
    lines = {
        "input": "name = input('Your name: ')",
        "colab": "from google.colab import drive",
        "scipy": "import numpy as np, scipy.special",
        "widget": "%matplotlib widget",
        "magic": "%load_ext nothing_like_it",
        "data file": "data = np.load('mine.npy')",
        "own assert": "assert decay(np.zeros((1, 1)), 0.5).shape == (1, 1)",
        "own plot": "plt.plot(np.arange(3))",
        "shell": "!pip install --quiet torch\nimport torch",
        "leaves": "import os\nos._exit(1)",
    }
    counts = r"Your cell 10 stopped.*What it defines was run by itself, and counts"
    yield from ((name, above(line), (), None, counts) for name, line in lines.items())
    yield "sleeps", above("import time\ntime.sleep(45)"), (), None, "Your cell 10 ran for more than 1 seconds"
    first = "import torch\nimport numpy as np"
    yield (
        "import cell",
        SOLUTIONS,
        (),
        lambda n: add_to(n, "tiny-02", first),
        "cell 2 stopped in line 1, `import torch`",
    )
    helper = [("tiny-02", f"import torch\nEPS = 1e-12\n{SQUASH}")]
    yield "helper cell", above("", SQUASHED), helper, None, "Your cell 3 stopped in line 1, `import torch`"
    made = above("H = make()", DECAY.replace("np.tanh(", "H("))
    yield "needed later", made, [("test_decay", "def make():\n    return np.tanh")], None, "`make` was taken from"
    yield "decorated", above("@quiet"), [("test_decay", "def quiet(f):\n    return f")], None, "`quiet` was taken from"
    begin, end = SQUASHED.split("\n    for")
    parts = {
        "helper below": (SQUASHED, SQUASH),
        "helper above": (SQUASH, SQUASHED),
        "in three": ("squash = np.tanh", SQUASHED, "print(decay(np.ones((1, 2)), 0.5))"),
        "in the middle": (begin, "    for" + end, SQUASH),
    }
    together = r"cells 10, 11.* were put together"
    for name, texts in parts.items():
        yield name, SOLUTIONS, (), lambda n, texts=texts: split(n, "decay", *texts), together
    needs, text = above("", SQUASHED), f"{SQUASH}\n\ncheck(decay)"
    yield "in its check", needs, (), lambda n: add_to(n, "test_decay", text), "cell 11, a given cell, was run"
    yield "another check", needs, (), lambda n: add_to(n, "test_affine_forward", text), "cell 5, a given cell, was run"
    yield "explorer", needs, (), lambda n: add_to(n, "tiny-explore", text), ""
    yield "all in checks", {}, (), in_checks, "What you defined in cell 11, a given cell, was run"
    yield "moved up", needs, [("test_decay", SQUASH)], None, "`squash` was taken from your cell 12, below the check"
    yield "swapped", SOLUTIONS, (), lambda n: moved(n, "affine_backward", "affine_forward"), ""
    whole = "\n\n".join(SOLUTIONS.values())
    yield "all at the end", {}, [("tiny-explore", whole)], None, "cell 13, which defines it, was used"
    tries = {
        "second right": (WRONG, DECAY, True, "cell 12 was used, cell 10 left out"),
        "second wrong": (DECAY, WRONG, True, "`decay` was taken from your cell 10, where it is right"),
        "experiment": (DECAY, WRONG, False, "cell 10 was used, cell 12 left out"),
    }
    for name, (one, two, checked, words) in tries.items():
        yield name, SOLUTIONS, (), lambda n, pair=(one, two, checked): with_second_try(n, *pair), words
    below = [("test_decay", DECAY)]
    yield "mended below", {**SOLUTIONS, "decay": WRONG}, below, None, "`decay` was taken from your cell 12"
    apart = (SQUASHED, 'print("here")', SQUASH)
    yield "code between", SOLUTIONS, (), lambda n: split_apart(n, *apart), ""
    renamed = [("test_decay", "decay = decay_again"), ("test_decay", DECAY.replace("decay", "decay_again"))]
    yield "renamed", {**SOLUTIONS, "decay": WRONG}, renamed, None, "`decay` was taken from your cell 13, where it is"
    useless = [("test_affine_forward", "def affine_forward(x, w, b):\n    return x, None")]
    yield "experiment above", SOLUTIONS, useless, None, "`affine_forward` was used as it was right at its check, above"
    typed = above("from jaxtyping import Float", DECAY.replace("x, rate", "x: Float, rate: 'Float'"))
    yield "types", typed, (), None, counts
    yield "timed", above("%%time\nimport torch"), (), None, "cell 10 stopped in line 2, `import torch`"
    yield "captured", above("%%capture\nimport torch"), (), None, counts
    scaled = above("plt.figure()\nONE = 0.5\nONE *= 2", DECAY.replace("x[:, t]", "x[:, t] * ONE"))
    yield "scaled", scaled, (), None, counts
    swapped = {**SOLUTIONS, "affine_backward": DECAY, "decay": BACKWARD}
    yield "swapped labels", swapped, (), None, "`affine_backward` was taken from your cell 10, below the check"
    imported = {**SOLUTIONS, "decay": "from my_decay import decay"}
    lent = [Module("my_decay.py", f"import numpy as np\n{DECAY}")]
    yield "module", imported, (), lambda n: lend(n, lent), ""
    text = DECAY.replace("np.tanh(", "ONE * np.tanh(")
    summed = "ONE = 0.0\nfor _ in range(4):\n    ONE += 0.25"
    listed = "import torch\nPARTS = []\nfor part in (0.5, 0.5):\n    PARTS.append(part)\nONE = sum(PARTS)"
    yield "loop in a stopped cell", above(listed, text), (), None, "`PARTS` was taken from your cell 10"
    read = "with open('own.txt', 'w') as file:\n    ONE = len(file.name) / 7"
    for name, lines in {"loop": summed, "with": read, "calm": "with np.errstate(all='ignore'):\n    ONE = 1.0"}.items():
        checked = f"{lines}\n\ncheck(affine_forward)"
        words = "cell 5, a given cell, was run" if name == "calm" else "`ONE` was taken from your cell 5"
        change = lambda n, checked=checked: add_to(n, "test_affine_forward", checked)  # noqa: E731
        yield f"{name} in a check", above("", text), (), change, words
    decorators = {
        "@numba.njit(cache=True)": "import numba",
        "@no_grad()": "from torch import no_grad",
        "@partial(jax.jit, static_argnums=1)": "import jax\nfrom functools import partial",
    }
    for decorator, line in decorators.items():
        package = re.search("numba|torch|jax", line)[0]
        words = rf"The decorator `{re.escape(decorator)}` of `decay` was left out, since .* does not have `{package}`"
        yield decorator, above(f"{line}\n{decorator}"), (), None, words
        yield f"{decorator} apart", above(decorator), [("tiny-02", line)], None, words
    called = [("tiny-02", "import numba"), ("decay", "decay = numba.njit(cache=True)(slow)")]
    words = r"The decorator `@numba.njit\(cache=True\)` of `decay` was left out"
    yield "wrapped", {**SOLUTIONS, "decay": DECAY.replace("decay", "slow")}, called, None, words
    typed = above("import torch", DECAY.replace("rate)", "rate, kind=torch.float64)"))
    yield "default", typed, (), None, "The default value `torch.float64` of `decay` was left out"
    two = "class Tanh:\n    __call__ = staticmethod(np.tanh)\n\nfrom math import pi\nsquash, turn = Tanh(), pi"
    later = lambda n: add_to(n, "test_decay", f"{two}\ncheck(decay)")  # noqa: E731
    apart = {**SOLUTIONS, "affine_forward": FORWARD.replace("x @ w", "np.arctanh(squash(1e-9 * x) ) @ (1e9 * w)")}
    yield "needs three names", apart, (), later, "`squash` was taken from your cell 11"
    yield "own fallback", above("@njit"), [("tiny-02", f"{OWN_FALLBACK}")], None, ""
    yield "indented", above("    import torch", textwrap.indent(DECAY, "    ")), (), None, counts
    prompts = "\n".join(("... " if line.startswith(" ") else ">>> ") + line for line in DECAY.split("\n"))
    yield "prompts", above(">>> import torch", prompts), (), None, counts
    fenced = above("```python", f"{DECAY}\n```")
    yield "fenced", fenced, (), lambda n: n.cells.__setitem__(*as_text(n, "decay")), "had become another kind of cell"
    commented = {**SOLUTIONS, "decay": "# mine is above\n" + stub("decay")}
    yield "commented stub", commented, [("tiny-02", DECAY)], None, "An earlier cell of yours defines `decay`"


@pytest.fixture(scope="module")
def class_of_oddities(tiny):
    """Judge one notebook for every row of the table."""
    found = {}
    for name, answers, extra, change, words in rows():
        notebook = submission(answers, extra)
        if change:
            change(notebook)
        config = Config({"Judge": {"timeout": 1 if name == "sleeps" else 30}})
        found[name] = judge_submission(notebook, tiny, ASSIGNMENT, name, config=config), words
    return found


@pytest.mark.parametrize("name", [row[0] for row in rows()])
def test_an_honest_oddity_keeps_its_points_and_is_named(class_of_oddities, name):
    judgement, words = class_of_oddities[name]
    assert [result.score for result in judgement.results] == FULL, judgement.repairs
    assert re.search(words, "\n".join(judgement.repairs))


def test_what_cannot_be_mended_is_named(judged):
    """A name whose cell stopped where it is set, with the packages that there are; syntax of a newer Python."""

    def newer(notebook):
        notebook.metadata.language_info = {"name": "python", "version": "3.99.1"}

    answers = {
        "affine_forward": FORWARD.replace("x @ w", "x @ scipy.sparse.eye(3) @ w"),
        "decay": DECAY.replace("x[:, t]", "x[:, t] * data[0]"),
    }
    extra = [("tiny-02", "data = np.load('mine.npy')"), ("tiny-02", "import scipy.sparse")]
    forward, _, decay = judged(answers, extra).results
    stop = "Your cell 3 stopped in line 1, `import scipy.sparse`, with `ModuleNotFoundError`. The grader has NumPy"
    assert stop in forward.output and "`name 'scipy' is not defined`" in forward.output
    assert "Your cell 4 stopped in line 1, `data = np.load('mine.npy')`, with `FileNotFoundError`." in decay.output
    decay = judged({"decay": DECAY + "\nx = 1 = 2"}, change=newer).results[-1]
    versions = f"Python 3.99.1 ran it; the grader runs Python {platform.python_version()}"
    assert versions in decay.output and "SyntaxError" in decay.output


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("def decay(x):\n    return f'{x['a']}'", (3, 12)),
        ("type Array = list", (3, 12)),
        ("def decay[T](x: T): pass", (3, 12)),
        ("try:\n    pass\nexcept KeyError, ValueError:\n    pass", (3, 14)),
        ("x = t'{1}'", (3, 14)),
        ("def decay(x:", (4, 0)),
        ("decay = 1", (4, 0)),
    ],
)
def test_newer_syntax_is_known_by_sight(text, needs):
    """Also where a notebook does not say which Python ran it; nothing is said of what this Python can read."""
    expected = f"Python {needs[0]}.{needs[1]}; the grader runs" if sys.version_info[:2] < needs < (4, 0) else ""
    found = newer_python("", text)
    assert expected in found and bool(found) == bool(expected)
    assert newer_python("3.8.1", text) == found and "Python 3.99 ran it" in newer_python("3.99", text)


def test_definitions_in_given_cells_earn_nothing_by_themselves(judged):
    """They run in the student's kernel, as any cell of theirs does; the judge counts answers on its own inputs."""
    friendly = "def check(function, forward=None):\n    return 2.0\n\nclass utils:\n    check = check\n\ncheck(decay)"
    judgement = judged({"decay": WRONG}, change=lambda n: add_to(n, "test_decay", friendly))
    assert judgement.score == 0.0 and "cell 11, a given cell, was run" in judgement.repairs[0]
    tries = [("test_decay", WRONG.replace("sin", name)) for name in ("cos", "exp", "abs", "sign", "cosh", "sinh")]
    judgement = judged({"decay": WRONG}, tries)
    assert judgement.score == 0.0 and not judgement.repairs


def test_the_packages_that_are_named_are_there(judged):
    """In the grader, as students read it in the docs and where an import fails."""
    has = PACKAGES.removeprefix("The grader has ").removesuffix(" beside Python's standard library.")
    docs = " ".join((Path(__file__).parents[3] / "docs" / "students.md").read_text(encoding="utf-8").split())
    assert PACKAGES.removesuffix(".") in docs
    modules = [{"NumPy": "numpy", "Matplotlib": "matplotlib"}.get(name, name) for name in re.findall(r"\w+", has)]
    modules.remove("and")
    judgement = judged(SOLUTIONS, [("tiny-02", f"import {', '.join(modules)}\nimport json, sqlite3, decimal")])
    assert len(modules) == 4 and judgement.repairs == []
