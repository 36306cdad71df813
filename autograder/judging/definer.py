"""Run what a cell defines in a student's kernel, and read what became of it: our end of `definitions_side`."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.collecting import definitions
from autograder.judging import protocol
from autograder.judging.kernel import GradingKernel

RUNS = 200  # times that definitions are run for one notebook
MISSING = 10  # names that one run may report

# The texts, not the modules: what runs in the kernel is never run here.
_TOOLS = Path(definitions.__file__).read_text(encoding="utf-8")
_PROGRAM = Path(__file__).with_name("definitions_side.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Reply:
    """What the program in the kernel reports; nothing of it is trusted further than a line and names.

    Attributes
    ----------
    line : int
        Where the cell had stopped; 0 if it is not known.
    ran : int
        How many statements ran.
    missing : tuple of str
        The names that others lacked.
    bare : tuple of str
        What was defined without a decorator or a default value that is of a package which is not there.
    """

    line: int = 0
    ran: int = 0
    missing: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()


class Definer:
    """Runs definitions in the kernel of one notebook.

    Parameters
    ----------
    kernel : GradingKernel
    imports : dict of str to str
        The names that only imports bind in the notebook, each with the package that it is of.
    """

    def __init__(self, kernel: GradingKernel, imports: Mapping[str, str]) -> None:
        self._kernel, self._imports, self._runs = kernel, dict(imports), 0

    def define(self, source: str, file: str, wanted: str, line: int | None, again: int | None = None) -> Reply:
        """Run definitions of a cell in the kernel, now and whenever it is started again.

        Parameters
        ----------
        source : str
            The cell.
        file : str
            What it goes by in tracebacks.
        wanted : str
            The one name to define; empty for all that the cell defines below `line`.
        line : int or None
            Up to where the cell has run; None if the kernel's last exception says so.
        again : int, optional
            The line in a kernel that is started again, if it is another one.
        """
        self._runs += 1
        if self._runs > RUNS or self._kernel.given_up():
            return Reply()
        tag, answers = secrets.token_hex(16), []

        def listen(kind: str, content: dict[str, Any]) -> None:
            data = content.get("data") if kind == "display_data" else None
            answer = data.get(protocol.MIME) if isinstance(data, dict) else None
            if isinstance(answer, dict) and answer.get("tag") == tag:
                answers.append(answer)

        about = {"tag": tag, "mime": protocol.MIME}
        request = {"source": source, "file": file, "wanted": wanted, "line": line, "imports": self._imports, **about}
        later = request if again is None else {**request, "line": again}
        self._kernel.repair(_cell(request), listen, _cell(later))
        return _read(answers[-1]) if answers else Reply()


def _read(answer: dict[str, Any]) -> Reply:
    line, ran = answer.get("line"), answer.get("ran")
    return Reply(
        line if type(line) is int and 0 < line < protocol.MOST else 0,
        ran if type(ran) is int and ran > 0 else 0,
        _names(answer.get("missing")),
        _names(answer.get("bare")),
    )


def _names(found: object) -> tuple[str, ...]:
    """Return what is a name of what a student's kernel calls a list of names."""
    names = [protocol.identifier(name) for name in found[:MISSING]] if isinstance(found, list) else []
    return tuple(filter(None, names))


def _cell(request: dict[str, Any]) -> str:
    """Return the source of a cell that runs the program in a namespace of its own."""
    call = (
        f"\nTOOLS = {{'__name__': '_unrolled'}}\nexec(compile({_TOOLS!r}, '<unrolled>', 'exec'), TOOLS)\n"
        f"import json\ndefine(json.loads({json.dumps(request)!r}), SPACE, TOOLS)"
    )
    return (
        "import builtins as _unrolled\n"
        f"_unrolled.exec(_unrolled.compile({_PROGRAM + call!r}, '<unrolled>', 'exec', dont_inherit=True), "
        "{'__builtins__': _unrolled, '__name__': '_unrolled', 'SPACE': _unrolled.globals()})\n"
        "del _unrolled"
    )
