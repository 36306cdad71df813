"""Commands that measure: ``audit`` the grader, ``check-file`` a file."""

import argparse
import json
from pathlib import Path

from autograder.commands.command import Command
from autograder.errors import AutograderError, BadInput, BadRequest
from autograder.files import write
from utils.check_file import command as check_file
from utils.errors import UnusableFile, UtilsError
from utils.files import printable


def add(command: Command) -> None:
    """Add the commands that measure the grader, or a file."""
    audit = command("audit", run_audit, "Measure the grader: mistakes named, slips noticed, right variants accepted.")
    audit.add_argument("exercises", metavar="EXERCISE", nargs="*", help="for example rnn_forward; else all")
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

    check = command("check-file", run_check_file, check_file.ABOUT)
    check.epilog = check_file.STATUS
    check_file.add_options(check)


def run_audit(arguments: argparse.Namespace) -> int:
    """Measure the grader."""
    if arguments.attempts:
        if arguments.exercises:
            raise BadRequest("--attempts measures the answers in its FILE: name no exercise with it.")
        return _audit_attempts(arguments.attempts, arguments.json)
    if arguments.json and not arguments.located:
        raise BadRequest("--json needs --attempts FILE or --located, whose counts it writes.")
    from autograder.auditing.audit import audit, counts, report
    from autograder.course import open_course

    rows = audit(open_course(), places=arguments.located, only=arguments.exercises)
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


def run_check_file(arguments: argparse.Namespace) -> int:
    """Check a plain Python file."""
    try:
        return check_file.run(arguments)
    except UnusableFile as problem:
        raise BadInput(str(problem)) from None
    except UtilsError as problem:
        raise AutograderError(str(problem)) from None
