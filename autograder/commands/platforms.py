"""Commands for learning platforms: ``collect``, ``export`` and ``gradescope-zip``."""

import argparse
import sys
from pathlib import Path

from autograder.commands.command import Command
from autograder.errors import BadRequest
from utils.files import printable


def add(command: Command) -> None:
    """Add the commands that take submissions from a platform, and give it marks."""
    collect = command("collect", run_collect, "Unpack a learning platform's download into course/submitted.")
    collect.add_argument("download", metavar="FILE", type=Path, help="its zip, or the folder that it was unpacked into")
    collect.add_argument("--from", dest="origin", required=True, choices=("canvas", "moodle", "gradescope"))
    collect.add_argument("--assignment", metavar="NAME", required=True, help="for example 01-rnn-forward")
    collect.add_argument(
        "--roster",
        metavar="FILE",
        type=Path,
        help="who is who: the gradebook exported from Canvas, or Moodle's grading worksheet",
    )

    _add_export(command("export", run_export, "Write the marks of a class as a learning platform takes them in."))

    zipped = command("gradescope-zip", run_gradescope_zip, "Write the zip by which Gradescope judges an assignment.")
    zipped.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    zipped.add_argument("--output", metavar="FILE", type=Path, help="by default course/ASSIGNMENT-gradescope.zip")


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


def run_gradescope_zip(arguments: argparse.Namespace) -> int:
    """Write an autograder for Gradescope."""
    from autograder.course import open_course
    from autograder.platforms.gradescope_zip import gradescope_zip

    path = gradescope_zip(open_course(), arguments.assignment, arguments.output)
    print(f"{printable(path)}, {path.stat().st_size / 1e6:.1f} MB: keep it to yourself, it holds all answers.")
    return 0
