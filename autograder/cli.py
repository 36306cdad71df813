"""The command line: ``autograder COMMAND``. Exit status 0, 1 (trouble or wrong answers) or 2 (unusable input)."""

import argparse
import os
import sys
import sysconfig
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

from autograder.commands import auditing, building, grading, platforms, reading, reporting, viva
from autograder.errors import AutograderError, BadInput
from autograder.files import FULL
from utils.files import printable


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its status."""
    arguments = parser().parse_args(argv)
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


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(prog="autograder", description="Build, judge and grade the Unrolled course.")
    known = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = known.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    for group in (building, platforms, grading, reading, reporting, viva, auditing):
        group.add(command)
    return made
