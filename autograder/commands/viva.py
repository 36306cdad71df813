"""The command that asks each student about the student's own code: ``viva``."""

import argparse
import sys
from pathlib import Path

from autograder.commands.command import Command
from autograder.errors import BadRequest
from utils.files import printable


def add(command: Command) -> None:
    """Add the command that makes sheets of questions, and enters their marks."""
    viva = command("viva", run_viva, "Write a sheet of three questions for each student, on the student's own code.")
    viva.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    viva.add_argument("--student", metavar="ID", help="write the sheet of this one only")
    viva.add_argument(
        "--weight", metavar="POINTS", type=_points, help="write no sheets; let the questions count so many points"
    )
    viva.add_argument(
        "--marks",
        metavar="FILE",
        type=Path,
        help="write no sheets; enter marks from a table: student,q1,q2,q3 (each from 0 to 1) or student,points",
    )
    viva.add_argument(
        "--isolation",
        choices=("sandbox", "user", "none"),
        help="as for grade: what stands between a submission and this machine",
    )


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not 0 < points <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of points, more than 0 and at most 1000.")
    return points


def run_viva(arguments: argparse.Namespace) -> int:
    """Write sheets and their key, or set the weight, or enter marks."""
    from autograder.course import open_course
    from autograder.grading.workers import quiet
    from autograder.viva import class_sheets

    course, assignment = open_course(), arguments.assignment
    if assignment not in course.assignments:
        raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    if arguments.weight or arguments.marks:
        if arguments.student:
            raise BadRequest("--weight and --marks are for the whole class: they go without --student.")
        if arguments.weight:
            print(class_sheets.weigh(course, assignment, arguments.weight))
        if arguments.marks:
            print(class_sheets.mark(course, assignment, arguments.marks))
        return 0
    quiet()
    written = class_sheets.write_pages(course, assignment, arguments.student, arguments.isolation)
    for sentence in written.notes:
        print(printable(sentence), file=sys.stderr)
    for path in written.paths:
        print(printable(path))
    print(f"{written.count} sheets")
    return 0
