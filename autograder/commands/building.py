"""Commands that make what others are handed: ``build``, ``rebalance``, ``bundle``, ``solution``."""

import argparse
import functools
from pathlib import Path

from autograder.commands.command import Command
from autograder.errors import BadRequest
from autograder.files import write
from utils.files import printable


def add(command: Command) -> None:
    """Add the commands that make notebooks and bundles."""
    build = command("build", run_build, "Make notebooks, fixtures and course/ from solutions/.")
    build.add_argument("--check", action="store_true", help="change nothing; show how what is committed differs")

    rebalance = command(
        "rebalance", run_rebalance, "Share an assignment's points out again, 100 in all, in its source."
    )
    rebalance.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01-rnn-forward")
    rebalance.add_argument(
        "wanted",
        metavar="EXERCISE=POINTS",
        nargs="*",
        type=_exercise_and_points,
        help="an exercise that is to have these points; the others keep their proportions, and written answers theirs",
    )

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


def _exercise_and_points(text: str) -> tuple[str, int]:
    name, _, points = text.partition("=")
    if not name or not points.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not EXERCISE=POINTS with whole points, as in many_to_one=10")
    return name, int(points)


def run_rebalance(arguments: argparse.Namespace) -> int:
    """Change the points in an assignment's source, and say what changed."""
    from autograder.building.rebalance import rebalanced
    from autograder.course import open_course

    course = open_course()
    if arguments.assignment not in course.assignments:
        raise BadRequest(f"There is no assignment {arguments.assignment!r}; there are {', '.join(course.assignments)}.")
    if len(wanted := dict(arguments.wanted)) < len(arguments.wanted):
        raise BadRequest("An exercise is named twice.")
    path = course.solutions / f"{arguments.assignment}.py"
    before = path.read_text(encoding="utf-8")
    after, changes = rebalanced(before, wanted)
    for name, (old, new) in changes.items():
        print(f"{name}: {old:g} → {new:g}")
    if after == before:
        print("The points are so already.")
        return 0
    write(path, after)
    print(f"solutions/{path.name} is changed; `autograder build` makes the notebook from it.")
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
