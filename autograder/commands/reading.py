"""The command with which people read written answers: ``read``."""

import argparse
import sys

from autograder.commands.command import Command
from utils.files import printable


def add(command: Command) -> None:
    """Add the command that opens the page for reading."""
    read = command("read", run_read, "Read the written answers of a class on a page, and mark them by their rubrics.")
    read.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    read.add_argument("--reader", metavar="NAME", help="only what course/people.toml deals to this one")
    read.add_argument("--port", metavar="N", type=_port, default=0, help="by default any that is free")
    read.add_argument("--no-browser", action="store_true", help="only print the address")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535.")
    return int(text)


def run_read(arguments: argparse.Namespace) -> int:
    """Serve the page until it is interrupted."""
    import threading
    import webbrowser

    from autograder.course import open_course, rubrics
    from autograder.course.gradebook_address import gradebook_url
    from autograder.errors import BadRequest
    from autograder.grading import item_marks
    from autograder.grading.gradebook import require_assignment
    from autograder.grading.workers import nbgrader_config
    from autograder.reading import server
    from autograder.reading.desk import Desk

    course, assignment = open_course(), arguments.assignment
    if assignment not in course.assignments:
        raise BadRequest(f"There is no assignment {assignment!r}; this course has {', '.join(course.assignments)}.")
    url = gradebook_url(course, nbgrader_config(course))
    require_assignment(url, assignment)
    desk = Desk(course, assignment, url, arguments.reader)
    moved = item_marks.rescore(url, assignment, rubrics.items(course.sources[assignment]))
    for one in moved:
        who = one.student if arguments.reader is None else "an answer"  # a reader learns no names
        sentence = f"{one.cell}, {who}: moved from {one.before:g} to {one.after:g}, as the rubric has changed."
        print(printable(sentence), file=sys.stderr)

    def ready(address: str) -> None:
        print(f"Read at {address}\nEnd with Ctrl+C; everything is saved as it is chosen.", flush=True)
        if not arguments.no_browser:  # a browser may take its time
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        server.serve(desk, url, arguments.port, ready)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        raise BadRequest(f"Port {arguments.port} cannot be used: {error.strerror or error}.") from None
    return 0
