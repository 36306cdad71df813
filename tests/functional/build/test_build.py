"""The build derives everything from one source, byte for byte, and refuses sources that break the rules."""

import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.building import build, colab
from autograder.course import Course
from autograder.errors import AutograderError, BuildError
from autograder.grading.database import address
from utils import fixtures

ASSIGNMENT = "01-rnn-forward"
SOURCE = f"solutions/{ASSIGNMENT}.py"


@pytest.fixture
def own(tmp_path, course):
    """A course of one's own to spoil: the real solutions, nothing built."""
    shutil.copytree(course.solutions, tmp_path / "solutions")
    (tmp_path / "utils" / "fixtures").mkdir(parents=True)
    return Course(tmp_path)


@pytest.fixture
def spoil(own):
    """Change the source's text, which must change, and return the course, read again."""

    def change(old, new, count=1):
        path = own.root / SOURCE
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, count), encoding="utf-8")
        return Course(own.root)

    return change


def files(course):
    folders = (course.notebooks, course.fixtures, course.workspace / "source", course.workspace / "release")
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_are_byte_identical(own, tmp_path_factory):
    build.build(own)
    first = files(own)
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(own.solutions, other / "solutions")
    (other / "utils" / "fixtures").mkdir(parents=True)
    build.build(Course(other))
    assert files(Course(other)) == first
    assert f"notebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb" in first
    rubrics = (own.workspace / "rubrics" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    assert "<strong>Exemplar (10 of 10).</strong>" in rubrics
    assert "name the figure that shows it" in rubrics, "the question stands beside its rubric"
    assert build.build(own) == []


def test_what_is_committed_is_what_is_built(course):
    assert build.differences(course) == []


def test_check_shows_a_changed_sentence_in_percent_form(own):
    build.build(own)
    path = own.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("One cell, any sequence", "One cell"), encoding="utf-8")
    [difference] = build.differences(own)
    assert "-# # 01 · One cell\n" in difference
    assert "+# # 01 · One cell, any sequence" in difference


def test_check_takes_numbers_to_seven_digits_and_no_further(own):
    build.build(own)
    path = own.fixtures / "rnn_step_forward.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    numbers = content["cases"][0]["expected"]["next_h"]["data"]
    numbers[0] += 4e-8
    path.write_text(json.dumps(content), encoding="utf-8")
    assert build.differences(own) == []
    numbers[0] += 4e-6
    path.write_text(json.dumps(content), encoding="utf-8")
    assert ["rnn_step_forward.json" in difference for difference in build.differences(own)] == [True]


def test_check_finds_built_files_without_a_source(own):
    build.build(own)
    (own.fixtures / "gone.json").write_text("{}", encoding="utf-8")
    assert build.differences(own) == ["utils/fixtures/gone.json has no source any more."]
    assert [path.as_posix() for path in build.build(own)] == ["utils/fixtures/gone.json"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"grade_id": "test_rnn_forward"', '"grade_id": "test_rnn_step_forward"', "used 2 times"),
        ('"solution": true, "grade_id": "rnn_forward"', '"solution": true', "no grade_id"),
        ('"grade_id": "test_rnn_forward"', '"grade_id": "test_something"', "'test_something': no exercise is declared"),
        ('"points": 12', '"points": 13', "the points sum to 101, not to 100"),
        (
            "# ## Numbers out",
            '# ## Numbers out\n\n# %% nbgrader={"solution": true, "grade_id": "extra"}\nextra = 1\n\n'
            "# %% [markdown]\n#",
            "no graded cell 'test_extra' comes after",
        ),
        ("# ## Numbers out", "# `next_h = np.tanh(x @ Wx + prev_h @ Wh + b)`", None),
        (
            "# ## Numbers out",
            "# next_h = np.tanh(x @ Wx + prev_h @ Wh + b)",
            "a line of the solution of 'rnn_step_forward' reached the student",
        ),
        ("# ## Numbers out", "# See the MARK SCHEME.", "the instructor's mark 'MARK SCHEME' reached the student"),
        ("prev_h @ Wh + b", "prev_h @ Wh + 1 * b", "Mistake 'no-bias': its edit must apply exactly once"),
        ("figures/wirings.png", "figures/none.png", "no picture solutions/figures/none.png"),
        ('nbgrader={"solution": true, "grade_id": "rnn_forward"}', 'nbgrader={"answer": true}', "is not understood"),
        ('"solution": true, "grade_id": "rnn_forward"', '"locked": true, "grade_id": "given_nothing"', "no earlier"),
    ],
)
def test_build_refuses(spoil, old, new, message):
    spoiled = spoil(old, new)
    if message is None:  # beside the refusal stands what is let through: a quotation in running text is not the line
        build.build(spoiled)
        return
    with pytest.raises(BuildError) as refused:
        build.build(spoiled)
    assert message in str(refused.value)
    assert ASSIGNMENT in str(refused.value) or "Mistake" in str(refused.value)
    assert not spoiled.notebooks.exists(), "nothing may be half built"


def test_the_judge_refuses_a_changed_release(own):
    build.build(own)
    assert own.release(ASSIGNMENT).metadata.unrolled.assignment == ASSIGNMENT
    path = own.release_path(ASSIGNMENT)
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(AutograderError, match="was changed after it was built"):
        own.release(ASSIGNMENT)
    build.build(own)
    own.release(ASSIGNMENT)


def submit(course, student):
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        gradebook.add_student(student)
        gradebook.add_submission(ASSIGNMENT, student)


def drop_embedding(spoil):
    """Take one exercise's points and cells away: the kind of change that nbgrader cannot follow after submissions."""
    return spoil(
        "# ## In your own words",
        '# ## More\n\n# %% [markdown] nbgrader={"locked": true, "grade_id": "a_new_cell"}\n# New.\n\n# %% [markdown]\n'
        "# ## In your own words",
    )


def test_real_submissions_forbid_changed_cells(own, spoil):
    build.build(own)
    submit(own, "ada")
    before = (own.workspace / "gradebook.db").read_bytes()
    changed = drop_embedding(spoil)
    with pytest.raises(BuildError, match=r"1 students have submitted \(the first is ada\).*a_new_cell"):
        build.build(changed)
    assert (own.workspace / "gradebook.db").read_bytes() == before


def test_demo_submissions_make_room(own, spoil):
    build.build(own)
    submit(own, "demo-ada")
    build.build(drop_embedding(spoil))
    with Gradebook(address(own.workspace / "gradebook.db")) as gradebook:
        assert "a_new_cell" in {cell.name for cell in gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT).source_cells}
        assert [student.id for student in gradebook.students] == []


def test_real_submissions_survive_a_changed_sentence(own, spoil):
    build.build(own)
    submit(own, "ada")
    changed = spoil("One cell, any sequence", "One cell, every sequence")
    assert build.build(changed)
    with Gradebook(address(own.workspace / "gradebook.db")) as gradebook:
        assert [student.id for student in gradebook.students] == ["ada"]


def test_the_release_holds_no_answers(course):
    """The student's notebook has stubs, no outputs, stable ids, and the written question's rubric is not in it."""
    path = course.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    assert text.count("raise NotImplementedError()") == len(course.exercises(ASSIGNMENT))
    assert "Exemplar" not in text
    assert "Rubric" not in text
    assert all(not cell.get("outputs") for cell in notebook.cells)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert "jupytext" not in text


def test_the_course_says_which_hints_learners_get(own, monkeypatch):
    """`c.Judge.hints` reaches `check` by a file that students receive; without it hints are staged."""

    def built():
        build.build(Course(own.root))
        monkeypatch.setattr(fixtures, "FOLDER", own.fixtures)
        fixtures.hints.cache_clear()
        return fixtures.hints()

    config = own.root / "nbgrader_config.py"
    assert built() == "staged"
    for hints in ("all", "none"):
        config.write_text(f'c = get_config()\nc.Judge.hints = "{hints}"\n', encoding="utf-8")
        assert built() == hints
    config.write_text('c = get_config()\nc.Judge.hints = "some"\n', encoding="utf-8")
    with pytest.raises(BuildError, match=r"c\.Judge\.hints cannot be used.*'some'"):
        build.build(Course(own.root))
    monkeypatch.undo()
    fixtures.hints.cache_clear()


WHEEL = "unrolled_learner-0.1.0-py3-none-any.whl"
ON_COLAB = f"https://colab.research.google.com/github/o/n/blob/main/%snotebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


def test_with_a_wheel_s_address_notebooks_begin_with_a_badge_and_install_it(own, course):
    """`bundle_url` in `course.toml`: in what students receive, and in the copy that judging starts from."""
    for path in own.solutions.glob("0[2-7]*.py"):
        path.unlink()
    shutil.copytree(course.fixtures / "families", own.fixtures / "families")  # what is built already is only copied
    url = f"https://raw.githubusercontent.com/o/n/main/{WHEEL}"
    (own.root / "course.toml").write_text(f'bundle_url = "{url}"\n', encoding="utf-8")
    build.build(own)
    public = nbformat.read(own.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    assert own.release(ASSIGNMENT) == public
    badge, install, *others = public.cells
    assert badge.source.startswith("[![Open in Colab](") and f"({ON_COLAB % ''})" in badge.source
    assert f'"install", "--quiet", "--no-deps", "{url}"]' in install.source
    without = nbformat.read(course.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    assert others == without.cells and "colab" not in str(without).lower()


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        (f"https://github.com/o/n/raw/refs/heads/main/{WHEEL}", ""),
        (f"https://raw.githubusercontent.com/o/n/refs/heads/main/week/one/{WHEEL}", "week/one/"),
        ("https://raw.githubusercontent.com/o/n/main/unrolled.zip", None),
        (f"https://example.org/{WHEEL}", None),
        (f"http://raw.githubusercontent.com/o/n/main/{WHEEL}", None),
        (f"https://raw.githubusercontent.com/o/n/main/{WHEEL} --index-url x", None),
    ],
)
def test_colab_opens_notebooks_of_a_repository_alone(url, folder):
    notebook = nbformat.v4.new_notebook()
    if folder is None:
        with pytest.raises(
            BuildError, match=r"course\.toml: bundle_url is .* must be the address of a wheel in a GitHub"
        ):
            colab.add_first_cells(notebook, ASSIGNMENT, url)
    else:
        colab.add_first_cells(notebook, ASSIGNMENT, url)
        assert ON_COLAB % folder in notebook.cells[0].source
