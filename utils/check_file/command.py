"""Define the command that checks a file: its options, and what it prints."""

import argparse
import io
import sys
from pathlib import Path

from utils.files import printable

ABOUT = "Check every function of the course that a plain Python file defines."
STATUS = (
    "The file runs here, as your own code, without a sandbox. Exit status: 0 if all that is started is right; 1 if "
    "something is wrong, left out or could not be checked, or nothing is started; 2 if FILE cannot be read or "
    "defines none of the course's functions."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--hint", type=int, choices=(1, 2, 3, 4), default=1, help="how much to say of a wrong answer")


def run(arguments: argparse.Namespace) -> int:
    """Check the file that is named and print what is found; return the exit status.

    Raises
    ------
    UnusableFile
        If nothing in the file can be checked.
    UtilsError
        If the check was interrupted, or its process could not begin.
    """
    from utils.check_file.file_process import check_in_a_process  # on use: --help is quick

    if isinstance(sys.stdout, io.TextIOWrapper):  # a file or a pipe on Windows has no letter for every sign
        sys.stdout.reconfigure(errors="replace")
    return check_in_a_process(arguments.file, arguments.hint, lambda text: print(printable(text), end="\n\n"))
