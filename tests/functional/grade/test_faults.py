"""All that can go wrong in one evening: nothing is lost, nothing graded twice, the marks are those of a quiet run.

Real processes and a real server. The class is small; what each submission is worth is known beforehand.
"""

import threading
import time

from nbgrader.api import Gradebook
from sqlalchemy.exc import DBAPIError
from test_at_the_same_time import formgrader
from test_killed import KINDS, obedient_grader
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.grading.database import WAIT

KILL = "__import__('os').kill(__import__('os').getpid(), 9)"
CLASS = {
    **KINDS,
    "kills": (submission(SOLUTIONS, [("decay", KILL)]), 10.0),  # in a cell without points
    "deadly": (submission({**SOLUTIONS, "decay": f"def decay(x, rate):\n    {KILL}"}), 8.0),  # whoever calls it
    "right too": KINDS["right"],
}
EXPECTED = {student: points for student, (_, points) in CLASS.items() if points is not None}


class Formgrader:
    """A person who gives points in formgrader all the time; what was saved is known, and what may have been.

    Formgrader saves points and comment one after the other. Where the server went away meanwhile, it may hold the
    points of that attempt beside the comment of the one before.
    """

    def __init__(self, url):
        self.saved, self.cut_off, self._url, self._ended = {}, {}, url, threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self):
        points = 0.0
        while not self._ended.wait(0.3):
            for student in EXPECTED:
                points = (points + 0.25) % 4
                try:
                    formgrader(self._url, points, f"{points} points", student=student)
                except ValueError:  # nobody knows the student yet
                    continue
                except DBAPIError:  # the server went away meanwhile; once it is away, nothing reaches it
                    self.cut_off.setdefault(student, points)
                    continue
                self.saved[student] = points
                self.cut_off.pop(student, None)

    def end(self):
        self._ended.set()
        self._thread.join()


def test_an_evening_of_faults(class_on, postgres):
    one = class_on("postgres")
    for student, (notebook, _) in CLASS.items():
        one.submit(student, notebook)
    graded = {}

    def still_graded():
        """Check that what was graded before was not judged again, and remember what is graded by now."""
        now = {name: found.run for name, found in one.gradings().items() if found.state == "graded"}
        assert graded.items() <= now.items()
        graded.update(now)
        return len(now)

    with obedient_grader(one.root, **{WAIT: "60"}) as (tell, helpers):
        assert tell("mark 2") == 9 and still_graded() == 1
        assert tell("full 100") == 1 << 8 and still_graded() == 1  # nobody gets zero for a disk of ours
        person = Formgrader(one.url)
        try:
            ended = []
            run = threading.Thread(target=lambda: ended.append(tell("evening 2")))
            run.start()
            while still_graded() < 2:
                time.sleep(0.1)
            postgres.stop("immediate")
            time.sleep(1.5)  # of the 60 seconds for which it is waited for
            postgres.start()
            run.join()
        finally:
            person.end()
        assert ended == [0] and still_graded() == len(EXPECTED)
        assert tell("end 0") == 0 and helpers() == 2
    assert one.totals() == EXPECTED
    assert still_graded() == len(EXPECTED) and len(one.gradings()) == len(CLASS)
    with Gradebook(one.url) as book:
        for student, points in person.saved.items():
            grade = book.find_grade("why", ASSIGNMENT, ASSIGNMENT, student)
            comment = book.find_comment("why", ASSIGNMENT, ASSIGNMENT, student)
            saved = {points, person.cut_off.get(student, points)}
            assert grade.manual_score in saved, student
            assert comment.manual_comment in [f"{one} points" for one in saved], student
    assert len(person.saved) > 1
