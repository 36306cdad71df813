"""Know where the code runs: in plain Python, in IPython in a terminal, or in a notebook's kernel."""

import sys
from typing import Any


def shell() -> Any:
    """Return IPython's shell; None where there is none."""
    ipython = sys.modules.get("IPython")  # not imported for this: without it we are not in it
    return ipython.get_ipython() if ipython is not None else None


def in_a_terminal() -> bool:
    """Whether this is IPython in a terminal, which prints text/plain and knows no cards."""
    return any(kind.__name__ == "TerminalInteractiveShell" for kind in type(shell()).__mro__)


def in_a_kernel() -> bool:
    """Whether this is a notebook's kernel, or that of another program that shows HTML."""
    return hasattr(shell(), "get_parent")


def at_a_keyboard() -> bool:
    """Whether a cell runs in a notebook that somebody sits at: only then may a kernel ask for input.

    It is not so where nbgrader or nbconvert runs a notebook.
    """
    return in_a_kernel() and bool(shell().get_parent().get("content", {}).get("allow_stdin"))
