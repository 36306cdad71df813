"""The command line: ``autograder COMMAND``. Exit status 0, 1 (trouble or wrong answers) or 2 (unusable input)."""

import argparse
import functools
import json
import os
import sys
import sysconfig
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from autograder.errors import AutograderError, BadInput, BadRequest
from autograder.files import FULL, write
from utils.check_file import command as check_file
from utils.errors import UnusableFile, UtilsError
from utils.files import printable

if TYPE_CHECKING:  # commands import what they need when they run, so that --help is quick
    from autograder.course import Course


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its status."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    _prepare()
    try:
        status = arguments.run(arguments)
    except AutograderError as error:
        print(f"autograder {arguments.command}: {printable(error)}", file=sys.stderr)
        status = 2 if isinstance(error, BadInput) else 1
    except BrokenPipeError:  # whoever read the output has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"autograder {arguments.command}: {error.filename or 'The disk'}: {error.strerror}.", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        print(f"autograder {arguments.command}: interrupted; run it again and it goes on.", file=sys.stderr)
        status = 1
    sys.exit(status)


def _prepare() -> None:
    """Set up the environment that nbgrader needs, whatever shell this runs in."""
    # nbgrader calls `alembic` by its bare name; it lies beside this interpreter.
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", os.defpath)
    # Kernels import several times faster with bytecode.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    warnings.filterwarnings("ignore", message="Object of type <Submitted")  # nbgrader's own, and harmless


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description="Build, judge and grade the Unrolled course.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    build = command("build", _build, "Make notebooks, fixtures and course/ from solutions/.")
    build.add_argument("--check", action="store_true", help="change nothing; show how what is committed differs")

    bundle = command("bundle", _bundle, "Write the zip that students are handed: notebooks, and all that they need.")
    bundle.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="for example 01-rnn-forward; else all")
    bundle.add_argument("--output", metavar="FILE", type=Path, help="by default unrolled-VERSION.zip, here")
    kind = bundle.add_mutually_exclusive_group()
    add_kind = functools.partial(kind.add_argument, dest="kind", action="store_const", default="student")
    add_kind("--self-study", const="self-study", help="for one who learns alone: with answers")
    add_kind("--hub", const="hub", help="for a JupyterHub: the code as a wheel for its image")

    solution = command("solution", _solution, "Print how an exercise is solved, and why: for instructors.")
    solution.add_argument("exercise", metavar="EXERCISE", help="for example rnn_backward")

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

    again = command("regrade", _regrade, "Judge one submission again, and keep why in course/regrades.csv.")
    again.add_argument("assignment", metavar="ASSIGNMENT")
    again.add_argument("--student", metavar="ID", required=True)
    again.add_argument(
        "--reason", metavar="TEXT", required=True, help="kept with who ran this, the old mark and the new"
    )
    _add_isolation(again)

    judge = command("judge", _judge, "Grade one notebook without a gradebook.")
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

    audit = command("audit", _audit, "Measure the grader: mistakes named, slips noticed, right variants accepted.")
    instead = audit.add_mutually_exclusive_group()
    instead.add_argument(
        "--attempts",
        metavar="FILE",
        type=Path,
        help="measure instead what becomes of the answers in FILE, which run here without a sandbox",
    )
    instead.add_argument("--located", action="store_true", help="also plant slips in right variants and locate them")
    counts = "with --attempts or --located: write the counts, also if they miss"
    audit.add_argument("--json", metavar="FILE", type=Path, help=counts)

    check = command("check-file", _check_file, check_file.ABOUT)
    check.epilog = check_file.STATUS
    check_file.add_options(check)
    return parser


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


def _build(arguments: argparse.Namespace) -> int:
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
    found = differences(course)
    for text in found:
        print(text)
    if found:
        print(f"{len(found)} files differ from what solutions/ builds: run `autograder build`.")
        return 1
    print("Everything is as built.")
    return 0


def _bundle(arguments: argparse.Namespace) -> int:
    from autograder.bundling.bundle import bundle
    from autograder.course import open_course

    path = bundle(open_course(), arguments.assignments, arguments.output, arguments.kind)
    print(f"{printable(path)}, {path.stat().st_size / 1e6:.1f} MB")
    return 0


def _solution(arguments: argparse.Namespace) -> int:
    from autograder.bundling.self_study import solution
    from autograder.course import open_course

    print(solution(open_course(), arguments.exercise))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
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


def _grade(arguments: argparse.Namespace) -> int:
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


def _regrade(arguments: argparse.Namespace) -> int:
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


def _judge(arguments: argparse.Namespace) -> int:
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


def _check_file(arguments: argparse.Namespace) -> int:
    try:
        return check_file.run(arguments)
    except UnusableFile as problem:
        raise BadInput(str(problem)) from None
    except UtilsError as problem:
        raise AutograderError(str(problem)) from None


def _audit(arguments: argparse.Namespace) -> int:
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
