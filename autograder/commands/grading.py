"""Commands that grade: ``demo``, ``grade``, ``regrade``, ``judge``."""

import argparse
import functools
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.command import Command
from autograder.errors import BadRequest
from autograder.files import write
from utils.files import printable

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grading.grade import Elsewhere


def add(command: Command) -> None:
    """Add the commands that grade a class, or one notebook."""
    demo = command("demo", run_demo, "Grade a sample class end to end through nbgrader and show the result.")
    demo.add_argument("--remove", action="store_true", help="grade nothing; remove this class, demo-*, from course/")

    grade = command("grade", run_grade, "Grade course/submitted into the gradebook.")
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    grade.add_argument("--student", metavar="ID", help="only this one, with the group that course/groups.csv names")
    where = grade.add_mutually_exclusive_group()
    where.add_argument("--jobs", metavar="N", type=_count, default=1, help="judge so many at the same time (1)")
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="judge in the workers of Dask's scheduler at tls://HOST:PORT"
    )
    grade.add_argument(
        "--without-tls", action="store_true", help="let ADDRESS be tcp:// on another machine: the network is private"
    )
    grade.add_argument(
        "--times", metavar="FILE", type=Path, help="write how long each exercise of each submission took, as CSV"
    )
    grade.add_argument("--force", action="store_true", help="grade again what has not changed")
    _add_isolation(grade)

    again = command("regrade", run_regrade, "Judge one submission again, and keep why in course/regrades.csv.")
    again.add_argument("assignment", metavar="ASSIGNMENT")
    again.add_argument("--student", metavar="ID", required=True)
    again.add_argument(
        "--reason", metavar="TEXT", required=True, help="kept with who ran this, the old mark and the new"
    )
    _add_isolation(again)

    judge = command("judge", run_judge, "Grade one notebook without a gradebook.")
    judge.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    judge.add_argument(
        "--json",
        metavar="FILE",
        type=Path,
        help="write the result in the form of Gradescope's results.json, also if it could not be judged",
    )
    judge.add_argument(
        "--assignment",
        metavar="NAME",
        help="judge it as this assignment's; by default its own cells say which",
    )
    judge.add_argument("--student", metavar="ID", default="", help="who handed it in; decides which inputs are drawn")
    judge.add_argument(
        "--explain",
        metavar="EXERCISE",
        help="print how this exercise's mark came about, expected values included: for instructors, not for students",
    )
    _add_isolation(judge)


def _add_isolation(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--isolation",
        choices=("sandbox", "user", "none"),
        help="what stands between a submission and this machine (sandbox); user: for root where there are no "
        "namespaces; none: only for submissions that you trust",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 512:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes from 1 to 512.")
    return int(text)


def run_demo(arguments: argparse.Namespace) -> int:
    """Grade the sample class, or remove it."""
    from autograder.course import open_course
    from autograder.demo.demo import demo, remove
    from autograder.grading import gradebook, report
    from autograder.sandbox import fork_client

    course = open_course()
    if arguments.remove:
        remove(course)
        print(f"The sample class, {gradebook.DEMO}*, was removed from course/ and its gradebook.")
        return 0
    if reason := fork_client.refused():
        print(
            f"{reason}\nThe demonstration grades its own sample class without isolation, and leaves the hostile out.\n"
        )
    graded = demo(course, isolation="none" if reason else None)
    for assignment, rows in graded.items():
        print(f"\n{assignment}\n{printable(report.table(rows))}")
    everybody = [(assignment, row) for assignment, rows in graded.items() for row in rows]
    assignment, wrong = next((pair for pair in everybody if pair[1].mistakes), everybody[0])
    print(
        f"""
Written answers are graded by people and are not in these marks.
What a student reads:  course/feedback/{wrong.student}/{assignment}/{assignment}.html
Read written answers:  .venv/bin/autograder read {assignment}
Grade by hand, browse: make formgrader
Grade your own class:  put notebooks into course/submitted/<student>/{assignment}/, then
                       .venv/bin/autograder grade {assignment}
Remove this class:     .venv/bin/autograder demo --remove; its students, {gradebook.DEMO}*, are in course/submitted,
                       autograded, feedback and the gradebook. nbgrader export leaves them out."""
    )
    return int(any(row.status != "graded" for _, row in everybody))


def run_grade(arguments: argparse.Namespace) -> int:
    """Grade a class."""
    from autograder.course import open_course
    from autograder.course.rules import read as read_rules
    from autograder.course.rules import revealing
    from autograder.grading import gradebook, report
    from autograder.grading.grade import grade

    course, isolation = open_course(), arguments.isolation
    _warn_without_isolation(course, isolation)
    options = {"jobs": arguments.jobs, "isolation": isolation, "elsewhere": _elsewhere(arguments)}
    for sentence in revealing(read_rules(course), course):
        print(printable(sentence), file=sys.stderr)
    rows = grade(course, arguments.assignment, arguments.student, arguments.force, **options)
    idle = [] if arguments.student else report.idle_samples(rows)
    rows.remove(idle)
    for line in report.lines(rows):
        print(printable(line))
    if left := report.left(rows):
        print(f"\n{left}")
    if idle:
        print(f"\nNot listed, since graded before: {len(idle)} of the sample class, {gradebook.DEMO}*")
    if arguments.times:
        write(arguments.times, report.times(rows))
    return int(any(row.status in ("infrastructure", "quarantined") for row in rows))


def _elsewhere(arguments: argparse.Namespace) -> "Elsewhere | None":
    """Return what judges in a cluster, if one is asked for; refuse an address before anything is read."""
    if not arguments.scheduler:
        return None
    from autograder.cluster.outcomes import outcomes
    from autograder.cluster.scheduler import require_private

    require_private(arguments.scheduler, arguments.without_tls)
    return functools.partial(outcomes, address=arguments.scheduler)


def run_regrade(arguments: argparse.Namespace) -> int:
    """Judge one submission again for a reason."""
    from autograder.course import open_course
    from autograder.grading import report
    from autograder.grading.regrade import NAME, regrade

    course = open_course()
    _warn_without_isolation(course, arguments.isolation)
    marks = regrade(course, arguments.assignment, arguments.student, arguments.reason, arguments.isolation)
    rows = [row for row, _ in marks]
    print(printable(report.table(rows)))
    for row, before in marks:
        if row.standing and before is not None:
            points = f"{round(before, 2):g} before, {round(row.standing.score, 2):g} now"
            print(f"{printable(row.student)}: {points}; course/{NAME} has the reason.")
    return int(any(row.status in ("infrastructure", "quarantined") for row in rows))


def run_judge(arguments: argparse.Namespace) -> int:
    """Judge one notebook without a gradebook."""
    from autograder.grading import gradescope

    with gradescope.results_file(arguments.json, arguments.notebook) as leave:
        from autograder.collecting.lent import beside
        from autograder.collecting.notebook_json import parse_submission, read_content
        from autograder.collecting.which_week import assignment_of
        from autograder.course import open_course, rubrics
        from autograder.grading import disk_space
        from autograder.grading.workers import nbgrader_config
        from autograder.judging.explain import explain
        from autograder.judging.marks import earned
        from autograder.judging.pipeline import judge_submission

        course, assignment = open_course(), arguments.assignment
        if assignment and assignment not in course.assignments:
            raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
        content = read_content(arguments.notebook)
        submitted = parse_submission(content, arguments.notebook.name)
        assignment = assignment or assignment_of(submitted, course, arguments.notebook)
        names = [exercise.name for exercise in course.exercises(assignment)]
        if arguments.explain and arguments.explain not in names:
            raise BadRequest(f"{assignment} has no exercise {arguments.explain!r}; it has {', '.join(names)}.")
        _warn_without_isolation(course, arguments.isolation)
        config = nbgrader_config(course, arguments.isolation)
        disk_space.require(disk_space.needed_for_one(course, config, arguments.json))
        started = time.monotonic()
        lying = beside(arguments.notebook.absolute().parent, arguments.notebook.name, content, alone=True)
        judgement = judge_submission(submitted, course, assignment, arguments.student, config, beside=lying)
        waiting = rubrics.questions(course.sources[assignment])
        leave(gradescope.judged(judgement, round(time.monotonic() - started, 3), waiting))
    if arguments.explain:
        text = explain(course.exercise(arguments.explain), course, judgement, assignment, arguments.student)
        print(printable(text))
        return 0
    for result in judgement.results:
        print(
            f"{result.name}: {earned(result.score, result.max_score, result.outcome, unit='')}"
            + (f"  ({result.mistake})" if result.mistake else "")
        )
        for line in result.output.splitlines():
            print(f"    {printable(line)}")
    for sentence in judgement.repairs:
        print(printable(sentence))
    print(f"{judgement.score:g} of {judgement.max_score:g}")
    return 0


def _warn_without_isolation(course: "Course", isolation: str | None) -> None:
    """Warn if nothing stands between submissions and this machine; nbgrader's own commands log the same."""
    from autograder.grading.workers import nbgrader_config
    from autograder.judging.judge import NO_SANDBOX

    if nbgrader_config(course, isolation).get("Judge", {}).get("isolation") == "none":
        print(NO_SANDBOX, file=sys.stderr)
