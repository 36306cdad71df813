"""The command ``report``."""

import argparse
from pathlib import Path

from autograder.commands.command import Command
from utils.files import printable


def add(command: Command) -> None:
    """Add the command that reports on a class."""
    report = command("report", run_report, "Write what a class got wrong, as one page to print and as JSON.")
    report.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    report.add_argument("--output", metavar="FILE", type=Path, help="the page (course/<assignment>-report.html)")
    report.add_argument("--json", metavar="FILE", type=Path, help="write the same as JSON")
    report.add_argument(
        "--logs",
        metavar="FOLDER",
        type=Path,
        help="logs that students handed in by other ways: <student>.log.jsonl, or <student>/<assignment>.log.jsonl",
    )
    report.add_argument(
        "--shareable",
        action="store_true",
        help="for others: no names, no code, no expected values, no count of fewer than five students",
    )
    report.add_argument(
        "--isolation",
        choices=("sandbox", "user", "none"),
        help="where parts of students' functions are tried in the solution, as for `autograder grade` (sandbox)",
    )


def run_report(arguments: argparse.Namespace) -> int:
    """Report on a class."""
    from autograder.course import open_course
    from autograder.files import write
    from autograder.reporting.make import class_report
    from autograder.reporting.page import page
    from autograder.reporting.records import as_json
    from autograder.reporting.shareable import shareable

    course, assignment = open_course(), arguments.assignment
    report = class_report(course, assignment, arguments.logs, arguments.isolation)
    if arguments.shareable:
        report = shareable(report)
    name = f"{assignment}-report{'-shareable' if arguments.shareable else ''}.html"
    output = arguments.output or course.workspace / name
    write(output, page(report))
    print(printable(output))
    if arguments.json:
        write(arguments.json, as_json(report))
        print(printable(arguments.json))
    return 0
