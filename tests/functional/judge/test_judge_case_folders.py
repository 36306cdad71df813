"""Notebooks that were handed in by attackers, cell by cell in one kernel, earn what their honest parts deserve."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.course import open_course

COURSE = open_course()
FOLDERS = Path(__file__).parents[2] / "cases" / "attacks"
IMPORTS = "%reset -f\nimport numpy as np\nfrom utils.data.vocabulary import END, PAD, START"
# By folder: what is asked, with its points, and the most that it may earn.
DESERVED = {
    "02-capstone-numeric": {"caption_loss": (20, 0), "caption": (15, 0), "pronounce_loss": (20, 0)},
    "02-lstm-from-the-judge": {"lstm_step_forward": (25, 0), "lstm_forward": (12, 0), "lstm_forward_full": (13, 0)},
    "03-no-memory": {"rnn_step_backward": (20, 16), "rnn_backward": (25, 0)},
    "03-numeric-carried-raises-on-large": {"rnn_step_backward": (20, 16), "rnn_backward": (25, 5)},
    "07-sample-by-the-judge": {"truncated_bptt": (30, 0), "sample": (20, 0)},
}
# The same idea, where it waits for the case on which cost is measured.
LATER = {"03-numeric-carried-raises-on-large": ("v.size for v in cache) > 2000", "v.size for v in cache[2:4]) > 2000")}


def scores(folder, kernel, judge_one, tmp_path, change=("", "")):
    """Return the scores of what is asked of this folder's notebook, by exercise."""
    path = next((FOLDERS / folder).glob("*.ipynb"))
    own = [
        cell.source.replace(*change)
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution") and "YOUR CODE HERE" not in cell.source
    ]
    written = {exercise.name for exercise in COURSE.exercises(path.stem)}
    given = [text for name, text in COURSE.reference.sources.items() if name not in written]
    kernel.notebook.cells = [new_code_cell(text) for text in ("\n\n".join([IMPORTS, *given]), *own)]
    kernel._ran, kernel._culprits = [], set()
    for index in range(len(kernel.notebook.cells)):
        kernel.run(index)
    found = {}
    for name, (points, _) in DESERVED[folder].items():
        job = {"student": "ann", "assignment": path.stem, "submission": "x"}
        found[name] = judge_one(COURSE, name, float(points), job, {f"test_{one}": found[one] for one in found})
    return {name: result.score for name, result in found.items()}


# And where the scores from which to draw are computed today.
BY_THE_JUDGE = """
from utils.checking.properties import drawing

def sample(params, prime, n, temperature, rng):
    ids = np.array([], dtype=int)
    for _ in range(n):
        scores = drawing.readings(rnn_forward, params, np.asarray(prime), np.append(ids, 0))["right"]
        p = np.exp(drawing.tempered(scores, temperature)[-1])
        ids = np.append(ids, rng.choice(len(p), p=p / p.sum()))
    return ids
"""


def test_the_judge_of_samplers_cannot_be_asked_by_a_sampler(kernel, judge_one, tmp_path, monkeypatch):
    monkeypatch.setattr(type(COURSE), "workspace", tmp_path, raising=False)
    given = "\n\n".join([IMPORTS, *COURSE.reference.sources.values()])
    job = {"student": "ann", "assignment": "03-training", "submission": "x"}
    for source, score in ((BY_THE_JUDGE, 0.0), (COURSE.reference.sources["sample"], 20.0)):
        forgotten = "del sample"
        kernel.notebook.cells = [new_code_cell(text) for text in (given, forgotten, source)]
        kernel._ran, kernel._culprits = [], set()
        for index in range(3):
            kernel.run(index)
        assert judge_one(COURSE, "sample", 20.0, job).score == score


@pytest.mark.parametrize("folder", DESERVED)
def test_an_attack_earns_what_its_honest_part_deserves(folder, kernel, judge_one, tmp_path, monkeypatch):
    monkeypatch.setattr(type(COURSE), "workspace", tmp_path, raising=False)
    monkeypatch.setattr(kernel.settings, "case_timeout", 3.0)
    for change in filter(None, [("", ""), LATER.get(folder)]):
        found = scores(folder, kernel, judge_one, tmp_path, change)
        assert all(found[name] <= most for name, (_, most) in DESERVED[folder].items()), found
        assert found.get("rnn_step_backward", 16) == 16
