"""What a cell defines, and what is left out of it where a package is not there."""

import ast

import pytest

from autograder.collecting import comparing, definitions

PLAIN = "ONE = 1.0"


@pytest.mark.parametrize(
    ("source", "run"),
    [
        (PLAIN, [PLAIN]),
        ("ONE = 0.0\nfor _ in range(4):\n    ONE += 0.25", []),  # half of it would be a wrong one
        ("ONE = 1.0\nwhile ONE < 0:\n    print(ONE)", [PLAIN]),
        ("PARTS = []\nPARTS.append(1.0)\nPARTS[0] = 2.0", ["PARTS = []", "PARTS.append(1.0)", "PARTS[0] = 2.0"]),
        ("PARTS = {}\nfor k in 'ab':\n    PARTS[k] = 1.0", []),
        ("PARTS = {}\nPARTS['x'] = measured()", []),
        ("ONE = 1.0\nplt.plot([ONE])\nprint(ONE)", [PLAIN]),
        ("with np.errstate(all='ignore'):\n    ONE = 1.0", ["with np.errstate(all='ignore'):\n    ONE = 1.0"]),
        ("with open('x') as file:\n    ONE = file.read()", []),
        ("def f(x):\n    return x\n\nf = timed(f)", ["def f(x):\n    return x"]),
        ("    import os\n    ONE = 1.0", ["    import os", "    ONE = 1.0"]),
        (">>> ONE = 1.0\n>>> print(ONE)", [">>> ONE = 1.0"]),
        ("%%bash\nONE=1", []),
    ],
)
def test_what_only_defines_is_run_and_no_value_by_halves(source, run):
    assert comparing.added_definitions(source) == "\n\n".join(run)


def test_what_needs_a_missing_package_is_left_out_where_the_function_is_the_same():
    cell = (
        "@njit(cache=True)\n@kept\ndef f(x, kind=torch.float64, *, n=2):\n    return x\n\n"
        "class Layer:\n    @torch.no_grad()\n    def g(self):\n        pass\n\n"
        "h = njit(f)\nk = njit(f, 1)\nm = kept(f)"
    )
    names = definitions.only_imported(["import torch\nfrom numba import njit\nfrom other import kept", "kept = None"])
    assert names == {"torch": "torch", "njit": "numba"}
    found = definitions.left_out(cell, names)
    assert sorted(found) == [
        ("f", "decorator", "@njit(cache=True)", "numba"),
        ("f", "default value", "torch.float64", "torch"),
        ("g", "decorator", "@torch.no_grad()", "torch"),
        ("h", "decorator", "@njit", "numba"),
    ]
    node = ast.parse(cell)
    definitions.leave_out(node, names)
    assert ast.unparse(node).startswith("@kept\ndef f(x, kind=None, *, n=2):")
    assert ast.unparse(node).endswith("h = f\nk = njit(f, 1)\nm = kept(f)")
    assert definitions.left_out(cell, names) == found  # what is kept of a cell is not changed
