"""Who learns alone sees solutions and rubrics after an attempt; a class's edition holds none of them."""

import json
import lzma
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.bundling import contents, self_study
from utils import check
from utils.checking import progress
from utils.checking import self_study as shown

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def edition(course, tmp_path_factory):
    """Return the extra file of the self-study edition."""
    file = tmp_path_factory.mktemp("edition") / shown.FILE.name
    file.write_bytes(self_study.files(course, course.assignments)[f"utils/{file.name}"])
    return file


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Work in a folder with the notebook of 05, in a class's edition; return the folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "05-lstm.ipynb").write_bytes((ROOT / "notebooks" / "05-lstm" / "05-lstm.ipynb").read_bytes())
    progress._memory.clear()
    shown._content.cache_clear()
    yield tmp_path
    progress._memory.clear()
    shown._content.cache_clear()


@pytest.fixture
def alone(desk, edition, monkeypatch):
    """The same in the self-study edition."""
    monkeypatch.setattr(shown, "FILE", edition)
    return desk


def wrong_sigmoid():
    namespace = {"np": np}
    exec("def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n", namespace)
    return namespace["sigmoid"]


def test_a_class_s_edition_has_no_solutions(desk):
    check(wrong_sigmoid())
    assert repr(check.solution("sigmoid")) == shown._NONE == repr(check.answer("what_gates_are_for"))
    assert not shown.FILE.exists(), "the repository's utils never holds it"


def test_a_solution_comes_after_an_attempt(alone, course):
    assert repr(check.solution("sigmoid")).startswith("Try sigmoid first")
    namespace = {}
    exec("def sigmoid(x):\n    raise NotImplementedError\n", namespace)
    check(namespace["sigmoid"])
    assert repr(check.solution("sigmoid")).startswith("Try sigmoid first"), "a stub is no attempt"
    check(wrong_sigmoid())
    for asked in ("sigmoid", wrong_sigmoid()):
        page = check.solution(asked)
        assert course.reference.sources["sigmoid"].strip() in page._repr_markdown_()
        assert course.exercise("sigmoid").why in " ".join(repr(page).split())


def test_what_is_right_names_its_solution_in_this_edition_alone(alone, course, monkeypatch):
    offer = 'How the course writes it, and why: `check.solution("sigmoid")`.'
    assert offer in check(course.reference["sigmoid"]).notes
    assert not any("solution" in note for note in check(wrong_sigmoid()).notes)
    monkeypatch.setattr(shown, "FILE", Path("nothing-here"))
    shown._content.cache_clear()
    assert check(course.reference["sigmoid"]).notes == ()


def test_a_name_that_is_none_gets_a_guess(alone):
    assert repr(check.solution("sigmoi")).endswith("Did you mean sigmoid?")
    assert repr(check.answer("what_gates_are")).endswith("Here it is `check.answer('what_gates_are_for')`.")


def saved(folder, text):
    path = folder / "05-lstm.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "what_gates_are_for":
            cell["source"] = text
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_rubric_comes_after_a_saved_answer(alone):
    assert repr(check.answer()).startswith("Write your answer first, and save")
    for empty in ("", "  \n"):
        saved(alone, empty)
        assert repr(check.answer()).startswith("Write your answer first, and save")
    saved(alone, ["A gate is\n", "a number."])
    for asked in ((), ("what_gates_are_for",)):
        text = check.answer(*asked)._repr_markdown_()
        assert all(part in text for part in ("**Exemplar", "**Rubric.**", "**Borderline", "**Tempting and wrong"))


def test_an_answer_is_sought_in_its_own_notebook(alone):
    assert "notebook of 06-highway" in repr(check.answer("does_it_solve_vanishing"))
    (alone / "05-lstm.ipynb").write_text("no notebook", encoding="utf-8")
    assert "could not be read" in repr(check.answer())


def test_every_exercise_has_a_why_and_no_other_learner_gets_it(course):
    whys = {e.name: e.why for assignment in course.assignments for e in course.exercises(assignment)}
    assert all(20 <= len(why.split()) <= 80 and why.endswith(".") for why in whys.values())
    assert len(set(whys.values())) == len(whys)
    everything = contents.package(course.fixtures.parent, contents.Project(course.root).data("utils")) | {
        path: data for assignment in course.assignments for path, data in contents.notebook(course, assignment).items()
    }
    assert not any("self_study.json" in path for path in everything)
    texts = [data.decode("utf-8") for path, data in everything.items() if path.endswith((".json", ".py", ".ipynb"))]
    assert not [name for name, why in whys.items() if any(why[:60] in text for text in texts)]


def test_the_edition_holds_every_solution_and_every_written_answer(course, edition):
    content = json.loads(lzma.decompress(edition.read_bytes()))
    names = {e.name for assignment in course.assignments for e in course.exercises(assignment)}
    assert set(content["solutions"]) == names
    assert {answer["assignment"] for answer in content["answers"].values()} <= set(course.assignments)
    assert len(content["answers"]) == sum(
        text.count("# **Rubric.**") for text in (path.read_text("utf-8") for path in (ROOT / "solutions").glob("*.py"))
    )
    one = self_study.content(course, ["05-lstm"])
    assert set(one["answers"]) == {"what_gates_are_for"} and "rnn_forward" not in one["solutions"]


def test_the_bundle_holds_it_only_where_that_is_asked_for(course):
    class_s, alone_s = (contents.student(course, ["05-lstm"], self_study=asked) for asked in (False, True))
    assert alone_s.keys() - class_s.keys() == {"unrolled/utils/self_study.json.xz", "unrolled/SELF-STUDY.md"}
    assert all(alone_s[path] == data for path, data in class_s.items())


def test_the_numbers_in_the_whys_are_true(course):
    why = {e.name: e.why for assignment in course.assignments for e in course.exercises(assignment)}
    row = course.reference["counterexample_vanish"](2)[0]
    assert f"= {np.linalg.norm(row):.2f}." in why["counterexample_vanish"]
    W = course.reference["counterexample_transient"](2)
    entries = [np.linalg.matrix_power(W, t)[0, 1] for t in range(1, 40)]
    grown = int(np.argmax(entries)) + 1
    assert np.allclose(entries[8], 9 * 0.9**8 * 2.7) and np.isclose(max(entries), entries[8])
    assert f"grows until t = {grown} and is {max(entries):.1f} there" in why["counterexample_transient"]
    steps = 1000
    rates = [0.02 * (1 - 0.9 * s / steps) for s in (0, steps - 1)]
    assert rates[0] == 0.02 and round(rates[1], 4) == 0.002 and re.search("0.02 .* 0.002", why["train_pronounce"])
    logits = dict(zip("ifog", course.reference["latch_weights"]()[2], strict=True))
    assert logits["i"] == -8 and logits["f"] == 8 and "σ(−8)" in why["latch_weights"]


def test_an_instructor_reads_one_in_a_terminal(course):
    text = self_study.solution(course, "rnn_backward")
    assert text.startswith("def rnn_backward(dh, cache):") and " ".join(text.split()).endswith(
        course.exercise("rnn_backward").why
    )
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "solution", "rnn_backwards"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2 and "There is no exercise 'rnn_backwards'" in done.stderr
