"""Run what a cell defines, statement by statement, inside a student's kernel: this file is sent there as text.

`autograder.judging.recovery` sends it with the text of `autograder.collecting.definitions`, whose functions it is
handed. As with `kernel_side`, whoever changes it there changes what is defined in their own kernel, and nothing else.
"""

import __future__

import ast
import importlib.util
import linecache
import sys
from types import TracebackType
from typing import Any


def define(request: dict[str, Any], space: dict[str, Any], tools: dict[str, Any]) -> None:
    """Run definitions of a cell, and publish which line had stopped it and what became of them.

    Parameters
    ----------
    request : dict
        ``source``, the whole cell; ``file``, what it goes by in tracebacks; ``wanted``, the one name to define, or
        nothing; ``line``, up to which the cell has run already, or None if the last exception says so; ``imports``,
        names with the packages that they are imported from; ``tag`` and ``mime`` of the answer.
    space : dict
        The student's names.
    tools : dict
        The names of `autograder.collecting.definitions`.
    """
    from IPython.display import publish_display_data

    source, wanted, line = request["source"], request["wanted"], request["line"]
    if line is None:
        line = stopped_at(getattr(sys, "last_traceback", None), space, source)
    linecache.cache[request["file"]] = (len(source), None, source.splitlines(keepends=True), request["file"])
    ran, missing, bare = 0, [], []
    nodes = tools["parsed"](source) or ()
    below = [node for node in nodes if node.lineno > line]
    chosen = [node for node in nodes if wanted in tools["changed"](node)] if wanted else tools["whole"](below)
    absent = [name for name, package in request["imports"].items() if name not in space and not there(package)]
    for node in chosen:
        bare += [name for name, *_ in tools["leave_out"](node, absent)]
        for flags in (0, __future__.annotations.compiler_flag):  # a type that cannot be imported is not needed
            try:
                exec(compile(ast.Module([node], []), request["file"], "exec", flags, dont_inherit=True), space)
            except NameError as error:
                missing += [] if flags else [error.name]
            except (Exception, SystemExit):  # the one line that fails only here, once more
                break
            else:
                ran += 1
                break
    answer = {"tag": request["tag"], "line": line, "ran": ran, "missing": missing, "bare": bare}
    publish: Any = publish_display_data
    publish({request["mime"]: answer})


def there(package: str) -> bool:
    """Whether a package can be imported here."""
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def stopped_at(trace: TracebackType | None, space: dict[str, Any], source: str) -> int:
    """Return the line of the cell that an exception passed through first; 0 if it passed through none."""
    lines = []
    while trace is not None:
        if trace.tb_frame.f_globals is space and trace.tb_frame.f_code.co_name == "<module>":
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    if len(lines) > 1 and source.lstrip().startswith("%%"):
        return lines[1] + 1  # the magic's line is not counted there
    return lines[0] if lines else 0
