"""A person's mark stands: it waits for that person again only if the answer is no longer the one that was marked.

Each case is lived through `autograder grade` and through nbgrader's own command, on a real gradebook.
"""

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_grade import WRONG, answered, by_nbgrader, configure
from test_killed import obedient_grader
from tiny_course import ASSIGNMENT, SOLUTIONS, cell_of, submission

from autograder.cli import main
from autograder.grading import job, provenance, workers
from autograder.grading.database import ANSWERS
from autograder.grading.grade import feedback
from autograder.grading.plugins import CHANGED, UNKNOWN, WAITING, WriteComments
from autograder.grading.report import left

ROADS = ["autograder", "nbgrader"]
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


@pytest.fixture
def regrade(tiny_class, monkeypatch):
    """Grade once more by a road, though the submission may be the one that was graded."""

    def again(road):
        if road == "nbgrader":
            result = by_nbgrader(tiny_class, "ann", monkeypatch)
            assert result["success"], result["log"]
        else:
            row = tiny_class.grade(force=True)["ann"]
            assert row.status == "graded", row.message

    return again


def mark(tiny_class, student="ann", cell="why", score=3.5, words=None):
    """Do what formgrader does when a person gives points and, maybe, writes a comment."""
    with Gradebook(tiny_class.url) as book:
        grade = book.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = score, score is None and grade.auto_score is None
        if words:
            book.find_comment(cell, ASSIGNMENT, ASSIGNMENT, student).manual_comment = words
        book.db.commit()


def standing(tiny_class, student="ann", cell="why"):
    """Return a person's mark and whether the cell waits for a person."""
    with Gradebook(tiny_class.url) as book:
        grade = book.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
        return grade.manual_score, grade.needs_manual_grade


def page(tiny_class, student="ann"):
    return feedback(tiny_class.course, ASSIGNMENT, student).read_text(encoding="utf-8")


def notice(tiny_class, student="ann", cell="why"):
    """Return what stands directly above a graded cell in the instructor's copy, if it is the instructor's."""
    notebook = nbformat.read(tiny_class.autograded(student), as_version=4)
    above = notebook.cells[notebook.cells.index(cell_of(notebook, cell)) - 1]
    return above.source if above.id.startswith("changed-") else ""


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("why", ["nothing", "settings", "resubmitted", "code"])
def test_the_manual_mark_of_an_unchanged_answer_stands(tiny_class, regrade, road, why):
    tiny_class.submit("ann", answered())
    regrade(road)
    assert WAITING in page(tiny_class)
    mark(tiny_class)
    if why == "settings":
        configure(tiny_class, "\nc.Judge.case_count = 3\n")
    if why == "resubmitted":
        tiny_class.submit("ann", nbformat.writes(answered()).encode() + b"\n")
    if why == "code":
        other = submission(SOLUTIONS)
        cell_of(other, "why").source = cell_of(answered(), "why").source
        tiny_class.submit("ann", other)
    for _ in range(2):
        regrade(road)
        assert standing(tiny_class) == (3.5, False)
        assert notice(tiny_class) == ""
        html = page(tiny_class)
        assert not any(sentence in html for sentence in (WAITING, CHANGED, UNKNOWN))


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("what", ["text", "picture", "emptied"])
def test_a_changed_answer_is_called_changed_until_a_person_has_read_it(tiny_class, regrade, road, what):
    tiny_class.submit("ann", answered())
    regrade(road)
    mark(tiny_class, words="Say more.")
    other = answered("Since tanh saturates, and more." if what == "text" else "Since tanh saturates.")
    if what == "picture":
        cell_of(other, "why").attachments = {"dot.png": {"image/png": DOT}}
    if what == "emptied":
        cell_of(other, "why").source = ""
    tiny_class.submit("ann", other)
    for _ in range(2):  # also where the grader runs again in the meantime
        regrade(road)
        assert standing(tiny_class) == (3.5, True)
        assert "was changed since it was marked (3.5 points)" in notice(tiny_class)
        html = page(tiny_class)
        assert CHANGED in html and WAITING not in html and "was changed since it was marked (" not in html
        assert "Say more." in html
    mark(tiny_class, score=2.0)
    assert CHANGED not in page(tiny_class)
    regrade(road)
    assert standing(tiny_class) == (2.0, False) and notice(tiny_class) == ""
    assert CHANGED not in page(tiny_class)


def test_resolving_removes_the_line_without_judging(tiny_class, monkeypatch):
    """By formgrader's own way of saying it: the same points once more."""
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    mark(tiny_class)
    tiny_class.submit("ann", answered("Another."))
    tiny_class.grade()
    monkeypatch.setattr("autograder.grading.grade.outcomes", lambda _, todo, *args, **kwargs: [] if not [*todo] else 1)
    copy = tiny_class.autograded("ann")
    before = copy.stat().st_mtime_ns, copy.read_bytes()
    tiny_class.grade()
    assert (copy.stat().st_mtime_ns, copy.read_bytes()) == before  # a run without news writes nothing
    mark(tiny_class)
    assert notice(tiny_class)
    assert tiny_class.grade()["ann"].status == "kept" and notice(tiny_class) == ""
    with Gradebook(tiny_class.url) as book:  # the mark is of the earlier answer once more
        book.find_grade("why", ASSIGNMENT, ASSIGNMENT, "ann").needs_manual_grade = True
        book.db.commit()
    tiny_class.grade()
    assert "was changed since it was marked (3.5 points)" in notice(tiny_class)
    assert copy.read_bytes() == before[1]


def test_a_run_counts_the_answers_left_to_people(tiny_class, monkeypatch, capsys):
    for student in ("ann", "bob"):
        tiny_class.submit(student, answered())
    waiting, again = "Answers that wait for a person: {}", "Answers to look at again, since they changed, or may have, "
    again += "after a person marked them: {}"
    assert left(tiny_class.grade().values()) == waiting.format(2)
    mark(tiny_class)
    assert left(tiny_class.grade().values()) == waiting.format(1)
    tiny_class.submit("ann", answered("Another."))
    assert left(tiny_class.grade().values()) == f"{waiting.format(1)}\n{again.format(1)}"
    assert left(tiny_class.grade(student="bob").values()) == waiting.format(1)
    for student in ("ann", "bob"):
        mark(tiny_class, student)
    assert left(tiny_class.grade().values()) == ""
    tiny_class.submit("bob", answered("Another."))
    monkeypatch.setattr("autograder.course.open_course", lambda: tiny_class.course)
    with pytest.raises(SystemExit) as ended:
        main(["grade", ASSIGNMENT])
    assert ended.value.code == 0 and capsys.readouterr().out.endswith(f"\n\n{again.format(1)}\n")


@pytest.mark.parametrize("road", ROADS)
def test_an_answer_that_comes_back_has_its_mark_back(tiny_class, regrade, road):
    tiny_class.submit("ann", answered())
    regrade(road)
    mark(tiny_class)
    for text, waits in (("Another.", True), ("Since tanh saturates.", False)):
        tiny_class.submit("ann", answered(text))
        regrade(road)
        assert standing(tiny_class) == (3.5, waits)


@pytest.mark.parametrize("road", ROADS)
def test_manual_points_for_code_hold_only_for_the_submission_that_was_seen(tiny_class, regrade, road):
    tiny_class.submit("ann", submission(WRONG))
    regrade(road)
    mark(tiny_class, cell="test_affine_forward", score=2.5)
    regrade(road)
    assert standing(tiny_class, cell="test_affine_forward") == (2.5, False)
    tiny_class.submit("ann", submission(SOLUTIONS))
    regrade(road)
    assert standing(tiny_class, cell="test_affine_forward") == (2.5, True)
    assert "was changed since it was marked (2.5 points)" in notice(tiny_class, cell="test_affine_forward")
    assert CHANGED in page(tiny_class)
    assert standing(tiny_class, cell="test_decay") == (None, False)


def test_grade_and_nbgrader_in_turn_keep_manual_marks(tiny_class, regrade):
    tiny_class.submit("ann", answered())
    regrade("nbgrader")
    mark(tiny_class)
    regrade("autograder")
    regrade("nbgrader")
    assert standing(tiny_class) == (3.5, False)
    tiny_class.submit("ann", answered("Another."))
    regrade("autograder")
    regrade("nbgrader")
    assert standing(tiny_class) == (3.5, True)


@pytest.mark.parametrize("between", ["unreadable", "no kernel"])
def test_a_run_without_a_mark_keeps_manual_marks(tiny_class, between):
    """What was flagged as out of date meanwhile is as it was, once the same answers are graded again."""
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    mark(tiny_class)
    mark(tiny_class, cell="test_decay", score=1.5)
    config = tiny_class.root / "nbgrader_config.py"
    whole = config.read_text(encoding="utf-8")
    if between == "unreadable":
        tiny_class.submit("ann", b"{")
    else:
        configure(tiny_class, "\nc.Judge.isolation = 'none'\nc.Judge.kernel_name = 'no-such-kernel'\n")
    for _ in range(2):
        assert tiny_class.grade()["ann"].score is None
    assert standing(tiny_class, cell="test_decay") == (1.5, True)
    assert WAITING not in page(tiny_class)
    config.write_text(whole, encoding="utf-8")
    tiny_class.submit("ann", answered())
    assert tiny_class.grade()["ann"].score == 7.0
    assert standing(tiny_class) == (3.5, False) and standing(tiny_class, cell="test_decay") == (1.5, False)


def test_a_killed_grader_does_not_take_a_new_answer_for_the_marked_one(tiny_class):
    """It is killed when the new copy is written but its marks are not recorded; and once more after that."""
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    mark(tiny_class)
    tiny_class.submit("ann", answered("Another."))
    with obedient_grader(tiny_class.root) as (tell, _):
        for _ in range(2):
            assert tell("mark 1") == 9
            copy = nbformat.read(tiny_class.autograded("ann"), as_version=4)
            assert cell_of(copy, "why").source == "Another."
            assert tiny_class.gradings()["ann"].state == "running"
        assert tell("end 0") == 0
    assert standing(tiny_class) == (3.5, True)
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    assert standing(tiny_class) == (3.5, False)


@pytest.mark.parametrize(("text", "waits"), [("Since tanh saturates.", False), ("Another.", True)])
def test_an_interrupted_nbgrader_keeps_manual_marks(tiny_class, regrade, monkeypatch, text, waits):
    """It ends when `SaveAutoGrades` has flagged every manual mark, before the ones to look at are known."""

    def end(*_):
        raise RuntimeError("ended")

    tiny_class.submit("ann", answered())
    regrade("nbgrader")
    mark(tiny_class)
    tiny_class.submit("ann", answered(text))
    with monkeypatch.context() as patch:
        patch.setattr(WriteComments, "preprocess", end)
        for _ in range(2):
            assert not by_nbgrader(tiny_class, "ann", monkeypatch)["success"]
            assert standing(tiny_class) == (3.5, True)
    regrade("nbgrader")
    assert standing(tiny_class) == (3.5, waits)


def test_members_of_a_group_are_marked_and_asked_about_one_by_one(tiny_class):
    tiny_class.together(("ann", "bob"))
    tiny_class.submit("ann", answered())
    tiny_class.grade()
    mark(tiny_class, "ann", score=3.0)
    tiny_class.grade(force=True)
    assert [standing(tiny_class, one) for one in ("ann", "bob")] == [(3.0, False), (None, True)]
    tiny_class.submit("ann", answered("Another."))
    tiny_class.grade()
    mark(tiny_class, "bob", score=1.0)
    tiny_class.grade(force=True)
    assert [standing(tiny_class, one) for one in ("ann", "bob")] == [(3.0, True), (1.0, False)]
    assert notice(tiny_class, "ann") and not notice(tiny_class, "bob")


def test_a_gradebook_from_before_answers_were_kept(tiny_class):
    """The answer that was graded last is taken for the marked one; if there is none, it is unknown."""
    for student in ("ann", "bob", "cyd"):
        tiny_class.submit(student, answered())
    tiny_class.grade()
    for student in ("ann", "bob"):
        mark(tiny_class, student)
    with Gradebook(tiny_class.url) as book:
        book.db.execute(ANSWERS.delete())
        book.db.commit()
    tiny_class.submit("bob", answered("Another."))
    tiny_class.grade(force=True)
    assert [standing(tiny_class, one) for one in ("ann", "bob", "cyd")] == [(3.5, False), (3.5, True), (None, True)]
    assert UNKNOWN in page(tiny_class, "bob") and CHANGED not in page(tiny_class, "bob")
    assert "It is not known whether" in notice(tiny_class, "bob")
    tiny_class.grade(force=True)
    assert standing(tiny_class, "bob") == (3.5, True)
    mark(tiny_class, "bob", score=1.0)
    tiny_class.grade(force=True)
    assert standing(tiny_class, "bob") == (1.0, False)


def test_an_answer_is_its_text_and_its_pictures(tiny_class):
    """The worker that judges says what the answers are; spaces around a text do not count."""
    run = provenance.Run("run", "grader", "exercises")

    def answers(notebook):
        one = job.Job("ann", ASSIGNMENT, "a.ipynb", nbformat.writes(notebook).encode(), run)
        outcome = job.judge(tiny_class.course, workers.nbgrader_config(tiny_class.course), one)
        assert outcome.state == "graded", outcome
        return outcome.answers

    first, spaced = answers(answered()), answers(answered(" Since tanh saturates.\n\n"))
    assert set(first) == {"test_affine_forward", "test_affine_backward", "test_decay", "why"}
    assert first["why"] == spaced["why"] != answers(answered("Since."))["why"]
