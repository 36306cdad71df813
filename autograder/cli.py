"""The command line: ``autograder COMMAND``. Exit status 0, 1 (trouble or wrong answers) or 2 (unusable input)."""

import argparse
import functools
import os
import sys
import sysconfig
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from autograder import commands
from autograder.errors import AutograderError, BadInput
from autograder.files import FULL
from utils.check_file import command as check_file
from utils.files import printable


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
    known = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = known.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    build = command("build", commands.run_build, "Make notebooks, fixtures and course/ from solutions/.")
    build.add_argument("--check", action="store_true", help="change nothing; show how what is committed differs")

    bundle = command(
        "bundle", commands.run_bundle, "Write the zip that students are handed: notebooks, and all that they need."
    )
    bundle.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="for example 01-rnn-forward; else all")
    bundle.add_argument("--output", metavar="FILE", type=Path, help="by default unrolled-VERSION.zip, here")
    kind = bundle.add_mutually_exclusive_group()
    add_kind = functools.partial(kind.add_argument, dest="kind", action="store_const", default="student")
    add_kind("--self-study", const="self-study", help="for one who learns alone: with answers")
    add_kind("--hub", const="hub", help="for a JupyterHub: the code as a wheel for its image")

    solution = command("solution", commands.run_solution, "Print how an exercise is solved, and why: for instructors.")
    solution.add_argument("exercise", metavar="EXERCISE", help="for example rnn_backward")

    collect = command("collect", commands.run_collect, "Unpack a learning platform's download into course/submitted.")
    collect.add_argument("download", metavar="FILE", type=Path, help="its zip, or the folder that it was unpacked into")
    collect.add_argument("--from", dest="origin", required=True, choices=("canvas", "moodle", "gradescope"))
    collect.add_argument("--assignment", metavar="NAME", required=True, help="for example 01-rnn-forward")
    collect.add_argument(
        "--roster",
        metavar="FILE",
        type=Path,
        help="who is who: the gradebook exported from Canvas, or Moodle's grading worksheet",
    )

    demo = command("demo", commands.run_demo, "Grade a sample class end to end through nbgrader and show the result.")
    demo.add_argument("--remove", action="store_true", help="grade nothing; remove this class, demo-*, from course/")

    grade = command("grade", commands.run_grade, "Grade course/submitted into the gradebook.")
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    grade.add_argument("--student", metavar="ID", help="only this one, with the group that course/groups.csv names")
    grade.add_argument("--jobs", metavar="N", type=_count, default=1, help="judge so many at the same time (1)")
    grade.add_argument(
        "--times", metavar="FILE", type=Path, help="write how long each exercise of each submission took, as CSV"
    )
    grade.add_argument("--force", action="store_true", help="grade again what has not changed")
    _add_isolation(grade)

    again = command("regrade", commands.run_regrade, "Judge one submission again, and keep why in course/regrades.csv.")
    again.add_argument("assignment", metavar="ASSIGNMENT")
    again.add_argument("--student", metavar="ID", required=True)
    again.add_argument(
        "--reason", metavar="TEXT", required=True, help="kept with who ran this, the old mark and the new"
    )
    _add_isolation(again)

    judge = command("judge", commands.run_judge, "Grade one notebook without a gradebook.")
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

    _add_export(
        command("export", commands.run_export, "Write the marks of a class as a learning platform takes them in.")
    )

    audit = command(
        "audit", commands.run_audit, "Measure the grader: mistakes named, slips noticed, right variants accepted."
    )
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

    check = command("check-file", commands.run_check_file, check_file.ABOUT)
    check.epilog = check_file.STATUS
    check_file.add_options(check)
    return parser


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("--to", required=True, choices=("csv", "canvas", "moodle", "gradescope", "mail"))
    export.add_argument(
        "--scores",
        choices=("raw", "penalised"),
        help="before or after what lateness takes; must be said where it takes anything",
    )
    export.add_argument("--assignment", metavar="NAME", help="for example 01-rnn-forward")
    export.add_argument(
        "--fill",
        metavar="FILE",
        type=Path,
        help="the gradebook exported from Canvas, or the grading worksheet downloaded from Moodle; "
        "for feedback to Canvas, the zip of its submissions",
    )
    export.add_argument("--feedback", action="store_true", help="write the feedback pages, not the scores")
    export.add_argument(
        "--roster", metavar="FILE", type=Path, help="for feedback to Canvas: the gradebook exported from it"
    )
    export.add_argument(
        "--column", metavar="TEXT", help="its column of this assignment, where the assignment's name does not say it"
    )
    export.add_argument("--output", metavar="FILE", type=Path, help="by default a file in course/")


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
