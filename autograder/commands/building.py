"""Commands that make what others are handed: ``build``, ``bundle``, ``solution``."""

import argparse
import functools
from pathlib import Path

from autograder.commands.command import Command
from utils.files import printable


def add(command: Command) -> None:
    """Add the commands that make notebooks and bundles."""
    build = command("build", run_build, "Make notebooks, fixtures and course/ from solutions/.")
    build.add_argument("--check", action="store_true", help="change nothing; show how what is committed differs")

    bundle = command("bundle", run_bundle, "Write the zip that students are handed: notebooks, and all that they need.")
    bundle.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="for example 01-rnn-forward; else all")
    bundle.add_argument("--output", metavar="FILE", type=Path, help="by default unrolled-VERSION.zip, here")
    bundle.add_argument(
        "--given",
        choices=("ours", "own"),
        default="ours",
        help="whose functions of earlier assignments a notebook goes on with: the course's (ours), or the learner's "
        "own, so that no answer is in the bundle",
    )
    kind = bundle.add_mutually_exclusive_group()
    add_kind = functools.partial(kind.add_argument, dest="kind", action="store_const", default="student")
    add_kind("--self-study", const="self-study", help="for one who learns alone: with answers")
    add_kind("--hub", const="hub", help="for a JupyterHub: the code as a wheel for its image")

    solution = command("solution", run_solution, "Print how an exercise is solved, and why: for instructors.")
    solution.add_argument("exercise", metavar="EXERCISE", help="for example rnn_backward")


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

    path = bundle(open_course(), arguments.assignments, arguments.output, arguments.kind, arguments.given == "own")
    print(f"{printable(path)}, {path.stat().st_size / 1e6:.1f} MB")
    return 0


def run_solution(arguments: argparse.Namespace) -> int:
    """Print a solution."""
    from autograder.bundling.self_study import solution
    from autograder.course import open_course

    print(solution(open_course(), arguments.exercise))
    return 0
