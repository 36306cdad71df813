"""Run the commands of ``autograder``: each takes its parsed arguments, prints, and returns the exit status.

They import what they need when they run, so that ``--help`` is quick.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import AutograderError, BadInput, BadRequest
from autograder.files import write
from utils.check_file import command as check_file
from utils.errors import UnusableFile, UtilsError
from utils.files import printable

if TYPE_CHECKING:
    from autograder.course import Course


def run_build(arguments: argparse.Namespace) -> int:
    """Build the course, or say how what is committed differs."""
    from autograder.building import unchanged
    from autograder.course import open_course

    course = open_course()
    if not arguments.check and unchanged.is_as_built(course):
        print("Everything is as built.")
        return 0
    from autograder.building.build import build, differences

    if not arguments.check:
        changed = build(course)
        for path in changed:
            print(f"built {path.as_posix()}")
        if not changed:
            print("Everything is as built.")
        return 0
    found = differences(course)
    for text in found:
        print(text)
    if found:
        print(f"{len(found)} files differ from what solutions/ builds: run `autograder build`.")
        return 1
    print("Everything is as built.")
    return 0


def run_bundle(arguments: argparse.Namespace) -> int:
    """Write a zip for students, for a hub, or for one who learns alone."""
    from autograder.bundling.bundle import bundle
    from autograder.course import open_course

    path = bundle(open_course(), arguments.assignments, arguments.output, arguments.kind)
    print(f"{printable(path)}, {path.stat().st_size / 1e6:.1f} MB")
    return 0


def run_solution(arguments: argparse.Namespace) -> int:
    """Print a solution."""
    from autograder.bundling.self_study import solution
    from autograder.course import open_course

    print(solution(open_course(), arguments.exercise))
    return 0


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
    options = {"jobs": arguments.jobs, "isolation": isolation}
    for sentence in revealing(read_rules(course), course):
        print(printable(sentence), file=sys.stderr)
    rows = grade(course, arguments.assignment, arguments.student, arguments.force, **options)
    listed = rows if arguments.student else report.without_idle_samples(rows)
    print(printable(report.table(listed)))
    if left := report.left(listed):
        print(f"\n{left}")
    if idle := len(rows) - len(listed):
        print(f"\nNot listed, since graded before: {idle} of the sample class, {gradebook.DEMO}*")
    if arguments.times:
        write(arguments.times, report.times(listed))
    return int(any(row.status in ("infrastructure", "quarantined") for row in rows))


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
        from autograder.course import open_course
        from autograder.grading import disk_space
        from autograder.grading.workers import nbgrader_config
        from autograder.judging.explain import explain
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
        leave(gradescope.judged(judgement, round(time.monotonic() - started, 3)))
    if arguments.explain:
        text = explain(course.exercise(arguments.explain), course, judgement, assignment, arguments.student)
        print(printable(text))
        return 0
    for result in judgement.results:
        print(
            f"{result.name}: {result.score:g} of {result.max_score:g}"
            + (f"  ({result.mistake})" if result.mistake else "")
        )
        for line in result.output.splitlines():
            print(f"    {printable(line)}")
    for sentence in judgement.repairs:
        print(printable(sentence))
    print(f"{judgement.score:g} of {judgement.max_score:g}")
    return 0


def run_check_file(arguments: argparse.Namespace) -> int:
    """Check a plain Python file."""
    try:
        return check_file.run(arguments)
    except UnusableFile as problem:
        raise BadInput(str(problem)) from None
    except UtilsError as problem:
        raise AutograderError(str(problem)) from None


def run_collect(arguments: argparse.Namespace) -> int:
    """Unpack a platform's download of submissions."""
    from autograder.course import open_course
    from autograder.platforms.collect import collect

    origin = arguments.origin, arguments.download
    done = collect(open_course(), *origin, arguments.assignment, arguments.roster)
    for note in done.notes:
        print(printable(note), file=sys.stderr)
    for student in done.students:
        print(printable(f"course/submitted/{student}/{arguments.assignment}"))
    print(f"{len(done.students)} collected, {done.unchanged} there already")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write marks as a platform takes them in."""
    from autograder.course import open_course
    from autograder.platforms import export, feedback

    course, to, assignment, output = open_course(), arguments.to, arguments.assignment, arguments.output
    given, column, scores, pages = arguments.fill, arguments.column, arguments.scores, arguments.feedback
    if to == "gradescope":
        raise BadRequest(
            "Gradescope documents no file of marks to upload: it takes marks from the autograder that it runs. Use "
            "`autograder judge NOTEBOOK --assignment NAME --json results.json` there."
        )
    if to in ("csv", "mail") and (given or column or scores):
        raise BadRequest("--fill, --column and --scores are for --to canvas and moodle; a table holds both scores.")
    if pages and (scores or to == "csv"):
        raise BadRequest("--feedback writes pages, not scores: it goes without --scores, and not with --to csv.")
    if column and pages and to == "canvas":
        raise BadRequest("--column is for scores, and for Moodle's worksheet: Canvas knows pages by their names.")
    if arguments.roster and not (pages and to == "canvas"):
        raise BadRequest("--roster is for --to canvas --feedback.")
    if to == "csv":
        done = export.as_table(course, assignment, output)
    elif not assignment or (not given and to != "mail"):
        need = "" if to == "mail" else f" and --fill FILE, which is {export.GIVEN[to, pages]}"
        raise BadRequest(f"--to {to} needs --assignment NAME{need}.")
    elif to == "mail":
        done = feedback.for_mail(course, assignment, output)
    elif to == "canvas" and pages:
        done = feedback.for_canvas(course, assignment, given, arguments.roster, output)
    elif to == "moodle" and pages:
        done = feedback.for_moodle(course, assignment, given, column, output)
    else:
        write_marks = export.for_canvas if to == "canvas" else export.for_moodle
        done = write_marks(course, assignment, given, scores, column, output)
    for note in done.notes:
        print(printable(note), file=sys.stderr)
    print(f"{printable(done.path)}, {done.count} students")
    return 0


def run_audit(arguments: argparse.Namespace) -> int:
    """Measure the grader."""
    if arguments.attempts:
        return _audit_attempts(arguments.attempts, arguments.json)
    if arguments.json and not arguments.located:
        raise BadRequest("--json needs --attempts FILE or --located, whose counts it writes.")
    from autograder.auditing.audit import audit, counts, report
    from autograder.course import open_course

    rows = audit(open_course(), places=arguments.located)
    print(report(rows))
    if arguments.json:
        write(arguments.json, json.dumps({row.exercise: counts(row) for row in rows}, indent=1) + "\n")
    return int(any(row.has_findings for row in rows))


def _audit_attempts(file: Path, written: Path | None) -> int:
    from autograder.auditing import attempt_file, attempts
    from autograder.course import open_course

    course = open_course()
    listed = attempt_file.read(file, course)
    counted = attempts.counts(course, listed, attempts.measure(course, listed))
    print(printable(attempts.report(counted)))
    if written:
        write(written, json.dumps(counted, indent=1, ensure_ascii=False) + "\n")
    return int(bool(attempts.missed(counted)))


def _warn_without_isolation(course: "Course", isolation: str | None) -> None:
    """Warn if nothing stands between submissions and this machine; nbgrader's own commands log the same."""
    from autograder.grading.workers import nbgrader_config
    from autograder.judging.judge import NO_SANDBOX

    if nbgrader_config(course, isolation).get("Judge", {}).get("isolation") == "none":
        print(NO_SANDBOX, file=sys.stderr)
