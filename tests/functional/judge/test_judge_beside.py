"""A cell of ours is sent beside a short one: it runs as a student's does, and is neither searched nor sent back."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings


@pytest.mark.parametrize("isolation", ["sandbox", "none"])
def test_a_cell_of_ours_runs_as_a_student_s_and_is_not_sent_back(isolation):
    seen = []
    request = "import builtins as _it\n_it.print(_it.len(" + repr("x" * 200_000) + "), y)\nz = 5"
    cells = [new_code_cell("y = 3"), new_code_cell("print(y, z, [text[:5] for text in In])")]
    notebook = new_notebook(cells=cells)
    with GradingKernel(Settings(isolation=isolation), notebook) as kernel:
        assert kernel.run(0) is None
        assert kernel.attempt(new_code_cell(request), 60, lambda kind, content: seen.append((kind, content))) is None
        assert kernel.run(1) is None
    assert [kind for kind, _ in seen] == ["stream"] and seen[0][1]["text"] == "200000 3\n"
    assert notebook.cells[1].outputs[0].text.startswith("3 5 ['', 'y = 3', 'print']")
