"""The build derives everything from one source, byte for byte, and refuses sources that break the rules."""

import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from once import shared_folder

import autograder
from autograder.building import build, colab, unchanged
from autograder.course import Course
from autograder.errors import AutograderError, BuildError
from autograder.grading.database import address
from utils import fixtures

ASSIGNMENT = "01-rnn-forward"
SOURCE = f"solutions/{ASSIGNMENT}.py"


def unbuilt(course, root):
    """Return a course at `root`: the real solutions, nothing built but the families' tables, which take a minute.

    A build takes these only where their digest is that of the sources.
    """
    shutil.copytree(course.solutions, root / "solutions")
    shutil.copytree(course.fixtures / "families", root / "utils" / "fixtures" / "families")
    return Course(root)


@pytest.fixture
def own(tmp_path, course):
    """A course of one's own to spoil, before its first build."""
    return unbuilt(course, tmp_path)


@pytest.fixture(scope="session")
def first(course, tmp_path_factory):
    """The folder of a course that was built, once for all test processes; only copies of it are changed."""
    with shared_folder(tmp_path_factory, "first-build") as folder:
        if not (folder / "done").exists():
            (folder / "course").mkdir()
            build.build(unbuilt(course, folder / "course"))
            (folder / "done").touch()
    return folder / "course"


@pytest.fixture
def built(tmp_path, first):
    """A built course of one's own to spoil."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return Course(tmp_path)


def spoil(course, old, new):
    """Change the source's text, which must change, and return the course, read again."""
    replace(course.root / SOURCE, old, new)
    return Course(course.root)


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def files(course):
    folders = (course.notebooks, course.fixtures, course.workspace / "source", course.workspace / "release")
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_are_byte_identical(built, course, tmp_path_factory):
    """One of them makes the families' tables, too; the other has taken those that are committed."""
    one, other = files(built), unbuilt(course, tmp_path_factory.mktemp("other"))
    shutil.rmtree(other.fixtures / "families")
    build.build(other)
    assert files(other) == one
    assert f"notebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb" in one
    rubrics = (built.workspace / "rubrics" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    assert "<strong>Exemplar (10 of 10).</strong>" in rubrics
    assert "shown by a figure or number" in rubrics, "the question stands beside its rubric"
    assert build.build(built) == []


def test_what_is_committed_is_what_is_built(course):
    assert build.differences(course) == []


def move(path, output, by):
    """Move the first number of an expected output in a built fixture."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cases"][0]["expected"][output]["data"][0] += by
    path.write_text(json.dumps(content), encoding="utf-8")


def test_check_finds_each_difference_and_build_takes_it_back(built):
    """A changed sentence is shown in percent form; numbers count to seven digits and no further; a source is missed."""
    replace(built.notebooks / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", "One cell, any sequence", "One cell")
    move(built.fixtures / "rnn_forward.json", "h", 4e-8)
    move(built.fixtures / "rnn_step_forward.json", "next_h", 4.04e-6)
    (built.fixtures / "gone.json").write_text("{}", encoding="utf-8")
    page = next((built.notebooks / "further").glob("*.ipynb"))
    replace(page, "A page without points", "A page")
    (page.parent / "gone.ipynb").touch()
    unchanged.note(built, unchanged.sources(built))  # a stamp that says the contrary is not asked
    sentence, further, numbers, gone, gone_page = build.differences(built)
    assert "-# # 01 · One cell\n" in sentence
    assert "+# # 01 · One cell, any sequence" in sentence
    assert "rnn_step_forward.json" in numbers
    assert gone_page == "utils/fixtures/gone.json has no source any more."
    assert gone == "notebooks/further/gone.ipynb has no source any more."
    assert "+# *A page without points" in further
    assert [path.as_posix() for path in build.build(built)] == [
        f"notebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", f"notebooks/further/{page.name}",
        "utils/fixtures/rnn_step_forward.json", "notebooks/further/gone.ipynb", "utils/fixtures/gone.json",
    ]  # fmt: skip


def test_nothing_is_made_again_only_while_all_is_as_it_was_built(built, monkeypatch):
    """Whatever changes, of what a build reads or of what it made, is noticed; and so is the way back."""
    assert unchanged.is_as_built(built)
    notebook = f"notebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    picture = next(built.solutions.glob("figures/*.png")).relative_to(built.root).as_posix()
    made = [f"course/release/{notebook.partition('/')[2]}", f"course/source/{notebook.partition('/')[2]}"]
    made += [notebook, "utils/fixtures/rnn_forward.json", f"utils/fixtures/{fixtures.SETTINGS}", "course/built"]
    for name in (SOURCE, picture, *made):
        path = built.root / name
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert not unchanged.is_as_built(built), name
        path.unlink()
        assert not unchanged.is_as_built(built), name
        path.write_bytes(before)
    for name in ("solutions/08-more.py", "nbgrader_config.py", "utils/fixtures/gone.json", "course/rubrics/gone.html"):
        (built.root / name).touch()
        assert not unchanged.is_as_built(built), name
        (built.root / name).unlink()
    assert unchanged.is_as_built(built)
    with monkeypatch.context() as other:
        other.setattr("sys.version", "another Python")
        assert not unchanged.is_as_built(built)
    with monkeypatch.context() as other:  # this code, with a module more
        other.setattr("autograder.__path__", [*autograder.__path__, str(built.solutions)])
        assert not unchanged.is_as_built(built)


def test_a_gradebook_that_lacks_an_assignment_is_made_again(built):
    database = built.workspace / "gradebook.db"
    with Gradebook(address(database)) as gradebook:
        gradebook.remove_assignment(ASSIGNMENT)
    assert not unchanged.is_as_built(built)
    database.write_bytes(b"no gradebook")
    assert not unchanged.is_as_built(built)
    database.unlink()
    assert not unchanged.is_as_built(built) and not database.exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"grade_id": "test_rnn_forward"', '"grade_id": "test_rnn_step_forward"', "used 2 times"),
        ('"solution": true, "grade_id": "rnn_forward"', '"solution": true', "no grade_id"),
        ('"grade_id": "test_rnn_forward"', '"grade_id": "test_something"', "'test_something': no exercise is declared"),
        (
            '"points": 12',
            '"points": 13',
            "the points sum to 101, not to 100. `autograder rebalance 01-rnn-f",
        ),
        (
            '"grade_id": "test_rnn_forward", "points": 15',
            '"grade_id": "test_rnn_forward"',
            "no points. `autograder rebalance 01-rnn-forward test_rnn_forward=10` gives it 10",
        ),
        ("- `slow` (1):", "- `slow`:", "cell 'trade_offs': the rubric's item '- `slow`: Your sentence on slowness"),
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
def test_build_refuses(own, old, new, message):
    spoiled = spoil(own, old, new)
    if message is None:  # beside the refusal stands what is let through: a quotation in running text is not the line
        build.build(spoiled)
        return
    with pytest.raises(BuildError) as refused:
        build.build(spoiled)
    assert message in str(refused.value)
    assert ASSIGNMENT in str(refused.value) or "Mistake" in str(refused.value)
    assert not spoiled.notebooks.exists(), "nothing may be half built"


def test_the_judge_refuses_a_changed_release(built):
    assert built.release(ASSIGNMENT).metadata.unrolled.assignment == ASSIGNMENT
    path = built.release_path(ASSIGNMENT)
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(AutograderError, match="was changed after it was built"):
        built.release(ASSIGNMENT)
    build.build(built)
    built.release(ASSIGNMENT)


def submit(course, student):
    with Gradebook(address(course.workspace / "gradebook.db")) as gradebook:
        gradebook.add_student(student)
        gradebook.add_submission(ASSIGNMENT, student)


def add_a_cell(course):
    """Add a locked cell: the kind of change that nbgrader cannot follow after submissions."""
    return spoil(
        course,
        "# ## In your own words",
        '# ## More\n\n# %% [markdown] nbgrader={"locked": true, "grade_id": "a_new_cell"}\n# New.\n\n# %% [markdown]\n'
        "# ## In your own words",
    )


def test_real_submissions_forbid_changed_cells(built):
    submit(built, "ada")
    before = (built.workspace / "gradebook.db").read_bytes()
    changed = add_a_cell(built)
    with pytest.raises(BuildError, match=r"1 students have submitted \(the first is ada\).*a_new_cell"):
        build.build(changed)
    assert (built.workspace / "gradebook.db").read_bytes() == before


def test_demo_submissions_make_room(built):
    submit(built, "demo-ada")
    build.build(add_a_cell(built))
    with Gradebook(address(built.workspace / "gradebook.db")) as gradebook:
        assert "a_new_cell" in {cell.name for cell in gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT).source_cells}
        assert [student.id for student in gradebook.students] == []


def test_real_submissions_survive_a_changed_sentence(built, monkeypatch):
    """Those that are recorded while the build lasts, too."""
    submit(built, "ada")
    changed = spoil(built, "One cell, any sequence", "One cell, every sequence")
    write_pages = build._write_pages

    def meanwhile(*about):
        submit(built, "bob")
        write_pages(*about)

    monkeypatch.setattr(build, "_write_pages", meanwhile)
    assert build.build(changed)
    with Gradebook(address(built.workspace / "gradebook.db")) as gradebook:
        assert sorted(student.id for student in gradebook.students) == ["ada", "bob"]
        assert gradebook.find_submission(ASSIGNMENT, "bob").notebooks


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


def test_the_course_says_which_hints_learners_get(built, monkeypatch):
    """`c.Judge.hints` reaches `check` by a file that students receive; without it hints are staged."""

    def learners():
        with monkeypatch.context() as there:
            there.setattr(fixtures, "FOLDER", built.fixtures)
            fixtures.hints.cache_clear()
            return fixtures.hints()

    config = built.root / "nbgrader_config.py"
    assert learners() == "staged"
    for hints in ("all", "none"):
        config.write_text(f'c = get_config()\nc.Judge.hints = "{hints}"\n', encoding="utf-8")
        build.build(Course(built.root))
        assert learners() == hints
    config.write_text('c = get_config()\nc.Judge.hints = "some"\n', encoding="utf-8")
    with pytest.raises(BuildError, match=r"c\.Judge\.hints cannot be used.*'some'"):
        build.build(Course(built.root))
    fixtures.hints.cache_clear()


WHEEL = "unrolled_learner-0.1.0-py3-none-any.whl"
ON_COLAB = f"https://colab.research.google.com/github/o/n/blob/main/%snotebooks/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


def test_with_a_wheel_s_address_notebooks_begin_with_a_badge_and_install_it(own, course):
    """`bundle_url` in `course.toml`: in what students receive, and in the copy that judging starts from."""
    for path in own.solutions.glob("0[2-7]*.py"):
        path.unlink()
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
        (f"https://raw.githubusercontent.com/o/n/main/{WHEEL} --pre", None),
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
        page = nbformat.v4.new_notebook()
        colab.add_first_cells(page, "more", url, "further")
        assert f"/{folder}notebooks/further/more.ipynb)" in page.cells[0].source
        nbformat.validate(page)
