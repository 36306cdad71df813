"""Twenty notebooks get the same marks and words from `autograder grade`, `nbgrader autograde`, `autograder judge`."""

import json
from types import SimpleNamespace

import nbformat
import pytest
from battery import ASSIGNMENT, entries, hand_in
from nbgrader.api import Gradebook
from world import small_course, world

from autograder.course import Course
from autograder.demo.sample_class import sample_class
from autograder.judging import marks

# Beside the sample class: honest oddities, and attacks that plain nbgrader reads as well.
CHOSEN = (
    "a_backward_pass_in_plain_loops",
    "an_error_elsewhere",
    "single_precision",
    "two_functions_in_one_cell",
    "a01_tags_that_skip_cells",
    "a22_rewrites_an_earlier_mark",
    "c01_leaves_at_once",
    "c12_more_than_full_marks",
    "d02_answers_for_the_judge",
)

JUDGE_ALL = """
import sys
from autograder.cli import main

assignment, submitted, folder, *students = sys.argv[1:]
for student in students:
    notebook = f"{submitted}/{student}/{assignment}/{assignment}.ipynb"
    options = ["--assignment", assignment, "--student", student, "--json", f"{folder}/{student}.json"]
    try:
        main(["judge", notebook, *options])
    except SystemExit as end:
        assert not end.code, student
"""


def recorded(root, students):
    """Return what the gradebook and the autograded copies say: (marks, comments, cards) by student."""
    found = {}
    with Gradebook(f"sqlite:///{root / 'course' / 'gradebook.db'}") as gradebook:
        for student in students:
            notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            scores = {grade.name: grade.auto_score for grade in notebook.grades}
            comments = {comment.name: comment.auto_comment for comment in notebook.comments}
            path = root / "course" / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            found[student] = scores, comments, cards(nbformat.read(path, as_version=4))
    return found


def cards(notebook):
    graded = filter(marks.is_graded, notebook.cells)
    return {cell.metadata.nbgrader.grade_id: cell.outputs[0].data["text/plain"] for cell in graded}


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    """Hand in some twenty notebooks and take all three ways; return what each found, by student."""
    folder = tmp_path_factory.mktemp("three-ways")
    root = small_course(folder / "course", ASSIGNMENT)
    with world(folder, root) as around:
        assert around.run("autograder", "build").returncode == 0
        course, submitted = Course(root), root / "course" / "submitted"
        for student in sample_class(course, ASSIGNMENT, whole=True):
            path = submitted / student.id / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(student.notebook, path)
        chosen = [entry for kind in ("honest", "attacks") for entry in entries(kind) if entry.name in CHOSEN]
        assert len(chosen) == len(CHOSEN)
        for entry in chosen:
            hand_in(entry.filled(**around.names), course.release(ASSIGNMENT), submitted / entry.name / ASSIGNMENT)
        students = sorted(path.name for path in submitted.iterdir())

        def judged():
            """Judge all in one process, since starting one for each takes longer than judging."""
            done = around.run("python", "-c", JUDGE_ALL, ASSIGNMENT, str(submitted), str(folder), *students)
            assert done.returncode == 0, done.stderr
            return {student: json.loads((folder / f"{student}.json").read_text("utf-8")) for student in students}

        def graded(*command):
            done = around.run(*command)
            assert done.returncode == 0, done.stdout + done.stderr
            return recorded(root, students)

        grade = graded("autograder", "grade", ASSIGNMENT)
        nbgrader = graded("nbgrader", "autograde", ASSIGNMENT, "--force")
        judge = judged()
        first = next(iter(course.exercises(ASSIGNMENT))).name
        return SimpleNamespace(students=students, grade=grade, nbgrader=nbgrader, judge=judge, first=first)


def test_there_are_twenty_and_they_differ(ways):
    assert len(ways.students) >= 20
    totals = {sum(filter(None, scores.values())) for scores, _, _ in ways.grade.values()}
    assert len(totals) >= 4 and 0 in totals


def test_grade_and_nbgrader_write_the_same_marks_comments_and_cards(ways):
    for student in ways.students:
        for one, other in zip(ways.grade[student], ways.nbgrader[student], strict=True):
            assert one == other, student


def test_judge_says_the_same(ways):
    for student in ways.students:
        scores, comments, shown = ways.grade[student]
        form = ways.judge[student]
        for test in form["tests"]:
            name = f"test_{test['name']}"
            assert test["score"] == scores[name], (student, name)
            heading = f"{test['name']}: {test['score']:g} of {test['max_score']:g} points"
            assert f"{heading}\n{test['output']}" == shown[name], (student, name)
        results = [SimpleNamespace(name=test["name"], output=test["output"]) for test in form["tests"]]
        notes = [
            line for line in form["output"].splitlines() if not line.startswith("A person reads")
        ]  # no marks there
        own = marks.comments(results, notes, ways.first)
        assert own and own == {name: comments[name] for name in own}, student
