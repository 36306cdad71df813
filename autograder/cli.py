"""The command line: ``autograder COMMAND``. Exit status 0, 1 (trouble or wrong answers) or 2 (unusable input)."""

import argparse
import errno
import os
import signal
import sys
import sysconfig
import time
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.errors import AutograderError, BadInput, BadRequest, InfrastructureError
from autograder.files import write_whole

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(argv=None):
    """Run one command and exit with its status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    _prepare()
    try:
        status = arguments.run(arguments)
    except AutograderError as error:
        print(f"autograder {arguments.command}: {_printable(error)}", file=sys.stderr)
        status = 2 if isinstance(error, BadInput) else 1
    except OSError as error:
        if error.errno not in _FULL:
            raise
        print(f"autograder {arguments.command}: {error.filename or 'The disk'}: {error.strerror}.", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        print(f"autograder {arguments.command}: interrupted; run it again and it goes on.", file=sys.stderr)
        status = 1
    sys.exit(status)


def _prepare():
    """Make the surroundings those that nbgrader needs, whatever shell this runs in."""
    # nbgrader calls `alembic` by its bare name; it lies beside this interpreter.
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", os.defpath)
    # Kernels import several times faster with bytecode.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    warnings.filterwarnings("ignore", message="Object of type <Submitted")  # nbgrader's own, and harmless


def _parser():
    parser = argparse.ArgumentParser(prog="autograder", description="Build, judge and grade the Unrolled course.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, run, text):
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    build = command("build", _build, "Make notebooks, fixtures and course/ from solutions/.")
    build.add_argument("--check", action="store_true", help="change nothing; show how what is committed differs")

    demo = command("demo", _demo, "Grade a sample class end to end through nbgrader and show the result.")
    demo.add_argument("--remove", action="store_true", help="grade nothing; remove this class, demo-*, from course/")

    grade = command("grade", _grade, "Grade course/submitted into the gradebook.")
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    grade.add_argument("--student", metavar="ID", help="only this one, with the group that course/groups.csv names")
    grade.add_argument("--jobs", metavar="N", type=_count, default=1, help="judge so many at the same time (1)")
    grade.add_argument(
        "--times", metavar="FILE", type=Path, help="write how long each exercise of each submission took, as CSV"
    )
    grade.add_argument("--force", action="store_true", help="grade again what has not changed")
    _add_isolation(grade)

    judge = command("judge", _judge, "Grade one notebook without a gradebook.")
    judge.add_argument("notebook", metavar="NOTEBOOK", type=Path)
    judge.add_argument(
        "--json",
        metavar="FILE",
        type=Path,
        help="write what became of it in the form of Gradescope's results.json, also if it could not be judged",
    )
    judge.add_argument(
        "--assignment", metavar="NAME", help="take it for this assignment's; by default the notebook's own cells say"
    )
    judge.add_argument("--student", metavar="ID", default="", help="whose it is; decides the inputs that are drawn")
    judge.add_argument(
        "--explain",
        metavar="EXERCISE",
        help="print how this exercise's mark came about, expected values included: for instructors, not for students",
    )
    _add_isolation(judge)

    command("audit", _audit, "Measure the grader: mistakes named, slips noticed, right variants accepted.")

    check = command("check-file", _check_file, "Check every function of the course that a plain Python file defines.")
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("--hint", type=int, choices=(1, 2, 3), default=1, help="how much to say about a named mistake")
    return parser


def _add_isolation(command):
    command.add_argument(
        "--isolation",
        choices=("sandbox", "none"),
        help="what stands between a submission and this machine (sandbox); none: only for submissions that you trust",
    )


def _count(text):
    if not text.isdecimal() or not 0 < int(text) <= 512:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes from 1 to 512.")
    return int(text)


def _build(arguments):
    from autograder.building.build import build, differences
    from autograder.course import open_course

    course = open_course()
    if not arguments.check:
        changed = build(course)
        for path in changed:
            print(f"built {path.as_posix()}")
        if not changed:
            print("Everything is as built.")
        return 0
    told = differences(course)
    for text in told:
        print(text)
    if told:
        print(f"{len(told)} files differ from what solutions/ builds: run `autograder build`.")
        return 1
    print("Everything is as built.")
    return 0


def _demo(arguments):
    from autograder.course import open_course
    from autograder.demo.demo import demo, remove
    from autograder.grading import forms, gradebook
    from autograder.sandbox import fork_client

    course = open_course()
    if arguments.remove:
        remove(course)
        print(f"The sample class, {gradebook.DEMO}*, was removed from course/ and its gradebook.")
        return 0
    if why := fork_client.refused():
        print(f"{why}\nThe demonstration grades its own sample class without isolation, and leaves the hostile out.\n")
    graded = demo(course, isolation="none" if why else None)
    for assignment, rows in graded.items():
        print(f"\n{assignment}\n{_printable(forms.table(rows))}")
    told = [(assignment, row) for assignment, rows in graded.items() for row in rows]
    assignment, wrong = next((pair for pair in told if pair[1].mistakes), told[0])
    print(
        f"""
Written answers are graded by people and are not in these marks.
What a student reads:  course/feedback/{wrong.student}/{assignment}/{assignment}.html
Grade by hand, browse: make lab, then the menu Nbgrader > Formgrader
Grade your own class:  put notebooks into course/submitted/<student>/{assignment}/, then
                       .venv/bin/autograder grade {assignment}
Remove this class:     .venv/bin/autograder demo --remove; its students, {gradebook.DEMO}*, are in course/submitted,
                       autograded, feedback and the gradebook. nbgrader export leaves them out."""
    )
    return int(any(row.status != "graded" for _, row in told))


def _grade(arguments):
    from autograder.course import open_course
    from autograder.grading import forms
    from autograder.grading.grade import grade

    course, isolation = open_course(), arguments.isolation
    _say_isolation(course, isolation)
    options = {"jobs": arguments.jobs, "isolation": isolation}
    rows = grade(course, arguments.assignment, arguments.student, arguments.force, **options)
    print(_printable(forms.table(rows)))
    if left := forms.left(rows):
        print(f"\n{left}")
    if arguments.times:
        _write(arguments.times, forms.times(rows))
    return int(any(row.status in ("infrastructure", "quarantined") for row in rows))


def _judge(arguments):
    with _results(arguments.json, arguments.notebook) as leave:
        from autograder.collecting.rebuild import read_submission
        from autograder.course import open_course
        from autograder.grading import disk_space, gradescope
        from autograder.grading.workers import nbgrader_config
        from autograder.judging.explain import explain
        from autograder.judging.judge import judge_notebook

        course, assignment = open_course(), arguments.assignment
        if assignment and assignment not in course.assignments:
            raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
        submitted = read_submission(arguments.notebook)
        assignment = assignment or _assignment_of(submitted, course, arguments.notebook)
        names = [exercise.name for exercise in course.exercises(assignment)]
        if arguments.explain and arguments.explain not in names:
            raise BadRequest(f"{assignment} has no exercise {arguments.explain!r}; it has {', '.join(names)}.")
        _say_isolation(course, arguments.isolation)
        config = nbgrader_config(course, arguments.isolation)
        disk_space.require(disk_space.needed_for_one(course, config, arguments.json))
        started = time.monotonic()
        judgement = judge_notebook(submitted, course, assignment, arguments.student, config)
        leave(gradescope.judged(judgement, round(time.monotonic() - started, 3)))
    if arguments.explain:
        text = explain(course.exercise(arguments.explain), course, judgement, assignment, arguments.student)
        print(_printable(text))
        return 0
    for result in judgement.results:
        print(
            f"{result.name}: {result.score:g} of {result.max_score:g}"
            + (f"  ({result.mistake})" if result.mistake else "")
        )
        for line in result.output.splitlines():
            print(f"    {_printable(line)}")
    for sentence in judgement.repairs:
        print(_printable(sentence))
    print(f"{judgement.score:g} of {judgement.max_score:g}")
    return 0


@contextmanager
def _results(path, notebook):
    """Give a function that writes one of `autograder.grading.gradescope`'s forms to `path`, or nowhere if that is None.

    Whatever happens before it is called stands in the file as well; it is there from the beginning, so that no end of
    the run, however sudden, leaves nothing, or the score of an earlier run.
    """
    if path is None:
        yield lambda form: None
        return
    from autograder.grading import gradescope

    another = os.path.exists(path) and os.path.exists(notebook) and os.path.samefile(path, notebook)
    if another or (os.path.exists(path) and not gradescope.is_form(path)):
        raise BadRequest(f"--json would overwrite {path}, which is no results file.")

    def leave(form):
        _write(path, gradescope.text(form))

    leave(gradescope.trouble("Judging was begun and did not end."))
    earlier = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield leave
    except BaseException as error:
        reason = str(error) if isinstance(error, AutograderError) else f"{type(error).__name__}: {error}"
        unfit = isinstance(error, BadInput) and not isinstance(error, BadRequest)
        with suppress(AutograderError):  # on a full disk, what was written first stays
            leave((gradescope.refused if unfit else gradescope.trouble)(_printable(reason)))
        raise
    finally:
        signal.signal(signal.SIGTERM, earlier or signal.SIG_DFL)


def _interrupt(*_):
    raise KeyboardInterrupt("SIGTERM")


def _check_file(arguments):
    from autograder.auditing.plain_file import exercises_in, load
    from utils import fixtures
    from utils.checking.report_on import report_on

    namespace = load(arguments.file)
    names = exercises_in(namespace)
    if not names:
        raise BadInput(f"{arguments.file} defines none of the course's functions ({', '.join(fixtures.names())}).")
    reports = []
    for name in names:
        forward = fixtures.load(name)["forward"]
        reports.append(
            report_on(namespace[name], forward=namespace.get(forward) if forward else None, hint=arguments.hint)
        )
        print(reports[-1], end="\n\n")
    right = sum(report.ok for report in reports)
    print(f"{right} of {len(reports)} functions are right.")
    return int(right < len(reports))


def _audit(arguments):
    from autograder.auditing.audit import audit, table
    from autograder.course import open_course

    rows = audit(open_course())
    print(table(rows))
    for row in rows:
        for slip, why in row.equivalent.items():
            print(f"\nequivalent, {row.exercise}: {slip}\n    {why}")
    for row in rows:
        for slip in row.survivors:
            print(f"\nsurvived, {row.exercise}: {slip}")
    return int(any(row.survivors or row.named < row.mistakes or row.accepted < row.variants for row in rows))


def _say_isolation(course, isolation):
    """Say it where nothing stands between submissions and this machine; nbgrader's own commands log the same."""
    from autograder.grading.workers import nbgrader_config
    from autograder.judging.judge import NO_SANDBOX

    if nbgrader_config(course, isolation).get("Judge", {}).get("isolation") == "none":
        print(NO_SANDBOX, file=sys.stderr)


def _assignment_of(notebook, course, path):
    """Return the assignment a notebook belongs to: what most of its cells say."""
    from autograder.collecting.matching import labelled, submitted_cells

    count = labelled(submitted_cells(notebook), course)
    best = max(count, key=count.get)
    if not count[best]:
        raise BadInput(f"{path} is none of this course's notebooks ({', '.join(course.assignments)}).")
    return best


def _printable(text):
    """Return `text` without what a terminal would obey, or could not show: it may name a student's file."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in str(text))


def _write(path, text):
    """Write a file in one step, or say in a sentence why not."""
    try:
        write_whole(path, text)
    except OSError as error:
        trouble = InfrastructureError if error.errno in _FULL else BadRequest
        raise trouble(f"{path} cannot be written: {error.strerror}.") from None
