"""`autograder grade --scheduler` gives the marks of ``--jobs``, whatever becomes of a worker; and sends no secret."""

import functools
import json
import os
import pickle
import time
from contextlib import suppress
from dataclasses import replace

import dask
import nbformat
import psutil
import pytest
from distributed import Client
from nbgrader.api import Gradebook
from small_class import ASSIGNMENT, SECRET

from autograder.cluster import outcomes as coordinator
from autograder.cluster.outcomes import outcomes
from autograder.cluster.part import part
from autograder.course import portable
from autograder.errors import InfrastructureError
from autograder.grading.database import address
from autograder.grading.grade import grade
from autograder.grading.job import Job
from autograder.grading.provenance import Run
from autograder.judging import seeds

NAME = "numerical_gradient"
KILLS = '''
import multiprocessing, os, signal, time
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor


class Kills(NbGraderPreprocessor):
    """Notes what a worker has on its disk; kills who judges `poison`, and once the worker that has `unlucky`."""

    def preprocess(self, nb, resources):
        student, notes = resources["nbgrader"]["student"], Path({notes!r})
        with (notes / student).open("a") as file:
            file.write(f"{{multiprocessing.parent_process().pid}}\\n")
        (notes / "files").write_text("\\n".join(map(str, Path.cwd().rglob("*"))))
        if student == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        # It comes by twice: when its seeds are wanted, and when it is judged.
        if {cluster} and student == "unlucky" and len((notes / student).read_text().split()) == 2:
            (notes / "child").write_text(f"{{os.getpid()}}")
            os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
            time.sleep(60)
        return nb, resources
'''


def with_edit(notebook, old, new):
    """Return the notebook with an edit of one function."""
    notebook = nbformat.from_dict(notebook)
    [cell] = [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == NAME]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return notebook


def hand_in(small, notes, cluster):
    """Let a class hand in, and put `Kills` before judging; its module is another one in every class."""
    right = small.course.sources[ASSIGNMENT]
    [named] = [one for one in small.course.exercise(NAME).mistakes if one.id == "divided-by-h"]
    last = named.edit[0]
    for student, content in {
        "right": right,
        "unlucky": right,
        "named": with_edit(right, *named.edit),
        "unnamed": with_edit(right, last, f"0.37 * ({last})" if "\n" not in last else last),
        "blank": small.course.release(ASSIGNMENT),
        "broken": b"{",
        "poison": right,
    }.items():
        small.submit(student, content)
    (small.root / f"kills_{cluster}.py").write_text(KILLS.format(notes=str(notes), cluster=cluster), encoding="utf-8")
    small.configure(f'c.Autograde.autograde_preprocessors.insert(0, "kills_{cluster}.Kills")')


def by_cluster(started):
    return functools.partial(outcomes, address=started.scheduler_address)


def gradebook(small):
    """Return marks and comments by student and cell."""
    found = {}
    with Gradebook(address(small.root / "course" / "gradebook.db")) as book:
        for one in book.assignment_submissions(ASSIGNMENT):
            [notebook] = one.notebooks
            marks = {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}
            found[one.student_id] = marks, {comment.name: comment.comment for comment in notebook.comments}
    return found


def autograded(small):
    """Return the autograded notebooks by student, byte for byte but for the run's name and times."""
    found = {}
    for path in sorted((small.root / "course" / "autograded").glob("*/*/*.ipynb")):
        notebook = json.loads(path.read_bytes())
        about = notebook["metadata"]["unrolled"]
        assert about.pop("run") and about.pop("execution_time")
        for result in about["results"].values():
            del result["seconds"]
        found[path.parts[-3]] = json.dumps(notebook, indent=1).splitlines()
    return found


def facts(rows):
    return {row.student: (row.status, row.score, row.mistakes, row.message) for row in rows}


@pytest.fixture(scope="module")
def here(small_class, tmp_path_factory):
    """Grade a class by two processes of this machine."""
    small = small_class("here")
    hand_in(small, tmp_path_factory.mktemp("notes-here"), cluster=False)
    return small, grade(small.course, ASSIGNMENT, progress=False, jobs=2)


@pytest.fixture(scope="module")
def there(small_class, cluster, tmp_path_factory):
    """Grade the same class by two workers of Dask; return it, its rows, what was sent, and what the plug-in noted."""
    small, notes = small_class("there"), tmp_path_factory.mktemp("notes-there")
    hand_in(small, notes, cluster=True)
    sent, submit, register = [], Client.submit, Client.register_plugin
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "submit", lambda *a, **k: sent.append(pickle.dumps(a[2:])) or submit(*a, **k))
        patch.setattr(Client, "register_plugin", lambda *a: sent.append(pickle.dumps(a[1:])) or register(*a))
        rows = grade(small.course, ASSIGNMENT, progress=False, elsewhere=by_cluster(cluster))
    return small, rows, sent, notes


def test_two_workers_give_the_marks_comments_and_cards_of_two_jobs(here, there):
    assert facts(there[1]) == facts(here[1])
    assert gradebook(there[0]) == gradebook(here[0])
    assert autograded(there[0]) == autograded(here[0])
    found = facts(there[1])
    assert found["right"][:2] == ("graded", 90.0) and found["blank"][:2] == ("graded", 0.0)
    assert found["named"][1] < 90 and "divided-by-h" in str(found["named"][2])
    assert found["broken"][0] == "unreadable"
    assert '"answers_to_shared_inputs": {' in "".join(
        autograded(there[0])["unnamed"]
    )  # its inputs come of the seed that all share


def test_a_worker_that_is_killed_loses_no_submission(here, there):
    small, rows, _, notes = there
    workers = (notes / "unlucky").read_text(encoding="utf-8").split()
    assert len(workers) == 4 and workers[1] not in workers[2:]  # its worker ended when it was judged; another judged it
    assert facts(rows)["unlucky"][:2] == facts(here[1])["unlucky"][:2] == ("graded", 90.0)
    assert has_ended(int((notes / "child").read_text(encoding="utf-8")))
    assert {row.status for row in rows} == {"graded", "unreadable", "quarantined"}
    kept = grade(small.course, ASSIGNMENT, progress=False, elsewhere=_nobody)
    assert {row.status for row in kept} == {"kept", "unreadable", "quarantined"}  # all is recorded: nothing is left


def has_ended(pid):
    """Whether a process is gone after a while, or waits for nothing but its parent's look."""
    for _ in range(300):
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.1)
                continue
        return True
    return False


def _nobody(course, assignment, jobs, isolation):
    assert list(jobs) == []
    return iter(())


def test_a_submission_that_kills_whoever_judges_it_is_quarantined_after_three_tries(there):
    _, rows, _, notes = there
    assert facts(rows)["poison"][0] == "quarantined" and "3 times" in facts(rows)["poison"][3]
    assert len((notes / "poison").read_text(encoding="utf-8").split()) == 3


def test_the_secret_is_neither_sent_nor_made_there(there, monkeypatch):
    small, _, sent, notes = there
    files = (notes / "files").read_text(encoding="utf-8").splitlines()
    assert len(sent) > 10 and any(name.endswith("nbgrader_config.py") for name in files)
    assert not any(holds_secret(one) for one in sent) and not any(name.endswith("secret") for name in files)
    assert all(bytes(small.course.workspace / "submitted") not in one for one in sent)
    listed = portable.files
    monkeypatch.setattr(portable, "files", lambda course: [*listed(course), course.workspace / "secret"])
    assert holds_secret(pickle.dumps(part(small.course, ASSIGNMENT, None)))  # so it would be found


def holds_secret(content):
    return SECRET.encode() in content or bytes.fromhex(SECRET) in content


def test_seeds_are_those_of_this_machine(there):
    small, _, sent, _ = there
    key = seeds.secret(small.course.workspace)
    jobs = [one[1] for one in map(pickle.loads, sent) if len(one) == 2 and one[1].seeds.submission]
    assert {job.student for job in jobs} == {"right", "unlucky", "named", "unnamed", "blank"}
    for job in jobs:
        path = small.root / "course" / "autograded" / job.student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        about = {"student": job.student, "assignment": ASSIGNMENT, "exercise": NAME}
        submission = nbformat.read(path, as_version=4).metadata.unrolled.submission
        assert job.seeds.own[NAME] == seeds.seed(key, submission=submission, **about)
    assert len({job.seeds.own[NAME] for job in jobs}) == 5


def test_nothing_of_a_run_is_left_in_the_workers(there, cluster):
    with Client(cluster) as client:
        client.wait_for_workers(2, timeout=60)
        folders = client.run(_folders)
        names = client.run(lambda dask_worker: [name for name in dask_worker.plugins if "unrolled" in name])
        children = client.run(lambda: [one.cmdline() for one in psutil.Process().children(recursive=True)])
    assert list(folders.values()) == [[], []] and list(names.values()) == [[], []]
    left = [line for lines in children.values() for line in lines if "bwrap" in " ".join(line)]
    assert left == []


def _folders(dask_worker):
    return [name for name in os.listdir(dask_worker.local_directory) if name.startswith("course-")]


def unreadable(count):
    """Yield submissions that cost next to nothing."""
    for number in range(count):
        yield Job(f"student-{number}", ASSIGNMENT, "x.ipynb", b"{", Run("", "", ""))


def test_results_that_something_else_would_make_are_refused(course, cluster, monkeypatch):
    made = part(course, ASSIGNMENT, None)
    planted = replace(made, made_by=replace(made.made_by, numpy="1.0"))
    monkeypatch.setattr(coordinator, "part", lambda *_: planted)
    with pytest.raises(InfrastructureError, match=r"worker at tls://.* has NumPy .*, where this machine has 1\.0: "):
        list(outcomes(course, ASSIGNMENT, unreadable(1), None, cluster.scheduler_address))


def test_a_part_that_is_lost_is_sent_again(course, cluster, monkeypatch):
    send, sent = coordinator._Run._send_part, []
    monkeypatch.setattr(coordinator._Run, "_send_part", lambda run: sent.append(1) or (len(sent) > 1 and send(run)))
    found = list(outcomes(course, ASSIGNMENT, unreadable(2), None, cluster.scheduler_address))
    assert [outcome.state for _, outcome in found] == ["unreadable"] * 2 and 2 <= len(sent) <= 3


def test_without_its_certificates_nobody_connects(course, cluster, certificates):
    with (
        dask.config.set({**dict.fromkeys(certificates), "distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(InfrastructureError, match=r"distributed\.comm\.tls"),
    ):
        list(outcomes(course, ASSIGNMENT, unreadable(1), None, cluster.scheduler_address))
