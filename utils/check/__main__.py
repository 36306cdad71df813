"""Check a plain Python file: ``python -m utils.check FILE``, as ``autograder check-file FILE`` does."""

import argparse
import os
import sys
from collections.abc import Sequence

from utils.check_file import command
from utils.errors import UnusableFile, UtilsError
from utils.files import printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    name = f"python -m {__package__}"
    parser = argparse.ArgumentParser(prog=name, description=command.ABOUT, epilog=command.STATUS)
    command.add_options(parser)
    try:
        return command.run(parser.parse_args(arguments))
    except UtilsError as problem:
        print(f"{name}: {printable(problem)}", file=sys.stderr)
        return 2 if isinstance(problem, UnusableFile) else 1
    except BrokenPipeError:  # whoever read the output has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1


if __name__ == "__main__":
    sys.exit(main())
