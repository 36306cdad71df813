"""What formgrader, readers and other runs write while we write is neither lost nor overwritten, in any gradebook."""

import inspect as functions
import threading
import time
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader.apihandlers import CommentHandler, GradeHandler
from sqlalchemy import create_engine, inspect, text
from tiny_course import ASSIGNMENT

from autograder.course.rubrics import RubricItem
from autograder.grading import item_marks, manual_marks
from autograder.grading.choices import Choice, answers_at, version
from autograder.grading.database import address, make_tables, opened, writing
from autograder.grading.gradebook import Grading, gradings, set_aside

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
WHERE = ("why", ASSIGNMENT, ASSIGNMENT)
ITEMS = (RubricItem("what", 2.0, "You say what it does."),)


def formgrader(url, points, comment=None, begins=lambda: None, student="ann"):
    """Do what formgrader does when a person gives points, and maybe a comment: by its own code, in its own session."""
    with Gradebook(url) as book:
        places = [(GradeHandler, book.find_grade(*WHERE, student).id, {"manual_score": points})]
        if comment:
            places.append((CommentHandler, book.find_comment(*WHERE, student).id, {"manual_comment": comment}))
        book.db.rollback()
        begins()
        for handler, number, body in places:
            request = SimpleNamespace(gradebook=book, get_json_body=lambda body=body: body, write=lambda text: None)
            functions.unwrap(handler.put)(request, number)


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function: when `module.name` is next called, formgrader begins to write, and has a moment to do so.

    It returns one that waits until formgrader has written, and says whether it had to wait for us.
    """

    def prepare(module, name, url, *marks):
        wrapped, begun, held = getattr(module, name), threading.Event(), []
        thread = threading.Thread(target=formgrader, args=(url, *marks), kwargs={"begins": begun.set})

        def stopped(*words):
            if not held:
                thread.start()
                begun.wait()
                thread.join(0.5)  # where nothing holds it, it has written by then
                held.append(thread.is_alive())
            return wrapped(*words)

        monkeypatch.setattr(module, name, stopped)
        return lambda: (thread.join(), held == [True])[1]

    return prepare


@writing
def note(book, student, shown):
    return manual_marks.note_shown(book, ASSIGNMENT, student, shown)


@writing
def hand_in(book, student="ann"):
    book.update_or_create_student(student)
    book.add_submission(ASSIGNMENT, student)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def handed_in(class_on, request):
    one = class_on(request.param)
    hand_in(one.url)
    return one.url


@pytest.fixture
def url(handed_in):
    """A gradebook in which ann's answer v2 waits for a person; what was marked before was v1."""
    note(handed_in, "ann", {"why": "v1"})
    formgrader(handed_in, 2.0)
    assert note(handed_in, "ann", {"why": "v2"}) == {"why": ("changed", 2.0)}
    return handed_in


def found(url):
    one = answers_at(url, ASSIGNMENT, "why")["ann"]
    return one.score, one.outdated, one.flagged


def test_a_mark_given_while_the_next_answer_is_recorded_comes_before_or_after(url, meanwhile):
    """Else a person's points for v2 would count for v3, which no person has read."""
    had_to_wait = meanwhile(manual_marks, "marked", url, 3.0)
    note(url, "ann", {"why": "v3"})
    assert had_to_wait()
    assert found(url) == (3.0, "", False)  # it came after: v3 stands in formgrader by then
    note(url, "ann", {"why": "v4"})
    assert found(url) == (3.0, "changed", True)


def test_a_reader_does_not_overwrite_what_formgrader_writes_meanwhile(url, meanwhile):
    seen = version(answers_at(url, ASSIGNMENT, "why", ["ann"]).values())
    had_to_wait = meanwhile(item_marks, "score", url, 3.0, "By hand.")
    about = (url, ASSIGNMENT, "why", "window-window-window", ["ann"], seen, Choice(("what",)), ITEMS)
    assert item_marks.mark(*about) and had_to_wait()
    one = answers_at(url, ASSIGNMENT, "why")["ann"]
    assert (one.score, one.comment, one.choice) == (3.0, "By hand.", None)  # it came after the reader
    assert not item_marks.mark(*about)  # who has to look again


def test_setting_aside_keeps_what_formgrader_writes_meanwhile(url, meanwhile):
    had_to_wait = meanwhile(manual_marks, "marked", url, 3.5, "Kept.")
    set_aside(url, ASSIGNMENT, Grading("ann", "running", "", "", "", ""), "out of date")
    assert had_to_wait()
    assert found(url) == (3.5, "", False)


def test_a_clock_that_is_set_back_keeps_no_answer_from_others(url, monkeypatch):
    """Who opened it in the wrong hour held it for ten minutes of that hour; that may be days from now."""

    def opened_by(window):
        others = []
        item_marks.open_one(url, ASSIGNMENT, "why", window, lambda _, held: (others.extend(held), ("ann",))[1])
        return others

    now = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now() + 5 * 86400)
        assert opened_by("the window of five days ahead") == []
        assert opened_by("another window that day") == ["ann"]
    assert opened_by("a window of today") == []


def test_two_runs_that_record_the_same_student_do_not_fail(handed_in):
    running = Grading("bob", "running", "", "", "", "")
    mark = "&application_name=run" if "?" in handed_in else "?cached_statements=10"  # each has its own connections
    assert at_once(3, lambda number: set_aside(f"{handed_in}{mark}{number}", ASSIGNMENT, running, "")) == []
    assert gradings(handed_in, ASSIGNMENT)["bob"].state == "running"


def at_once(count, work):
    """Do `work` with a number in so many threads, which begin at the same moment; return what went wrong."""
    start, failed = threading.Barrier(count), []

    def one(number):
        start.wait()
        try:
            work(number)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def empty(kind, request, tmp_path):
    if kind == "sqlite":
        return address(tmp_path / "empty.db")
    server = request.getfixturevalue("postgres")
    return server.url(server.new_database())


@KINDS
def test_tables_are_made_once_whoever_opens_first(kind, request, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.grading.database._newest_version", lambda: "7")
    url = empty(kind, request, tmp_path)

    def work(number):
        with opened(url) as book:
            assert book.students == []

    assert at_once(4, work) == []
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).all() == [("7",)]
    engine.dispose()


@KINDS
def test_tables_are_made_all_or_none(kind, request, tmp_path, monkeypatch):
    """nbgrader's own way leaves tables without the version by which it updates them, if it is stopped in between."""
    url = empty(kind, request, tmp_path)

    def stopped(*words, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.database.GRADINGS.metadata.create_all", stopped)
        patch.setattr("autograder.grading.database._newest_version", lambda: "7")
        with pytest.raises(KeyboardInterrupt):
            make_tables(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
