"""Check the functions of a learner's file one after the other, in the words of a command line.

What a function rests on that is wrong above is said first, so that nobody looks for one mistake in two places.
"""

import contextlib
import dataclasses
import io
import sys
import textwrap
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from utils import fixtures
from utils.check_file import plain_file
from utils.check_file.plain_file import PlainFile
from utils.check_file.rests_on import names_read
from utils.checking import calling, check_function, learner_card, time_axis
from utils.checking.arguments import cannot_check
from utils.checking.findings import Findings
from utils.checking.report import Report
from utils.checking.wording import counted, listing

_SHOWN, _KEPT = 5, 2000  # lines and bytes of what a function prints

# What became of a function that another one rests on: the verb for one and for several, and the rest.
_STATES = {
    "wrong": ("is", "are", "wrong above"),
    "not started": ("is", "are", "not started yet"),
    "cannot check": ("was", "were", "not checked above"),
    "left out": ("was", "were", "left out above"),
}


@dataclass
class FileReport:
    """Checks all functions of a file, in the course's order.

    Attributes
    ----------
    file : PlainFile
    hint : int
        How many levels of hints are shown.
    seconds : float
        The wall time for one function.
    states : dict of str to str
        By function that was dealt with: "right", or one of the states above.
    endless : set of str
        Those that were stopped: nothing that rests on them is run.
    """

    file: PlainFile
    hint: int = 1
    seconds: float = calling.SECONDS
    states: dict[str, str] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.states |= dict.fromkeys(self.file.left_out, "left out")

    def report(self, name: str) -> Report:
        """Return the report on one function, and remember what became of it."""
        report = self._report(name)
        self.states[name] = report.status
        if report.status == "wrong":
            report = report.noting(self.file.unset(name))
        return report

    def stopped(self, name: str) -> None:
        """Remember that a function could not be checked, since it ended or held up the whole program."""
        self.states[name] = "wrong"
        self.endless.add(name)

    def _report(self, name: str) -> Report:
        function, forward = self.file.function(name), fixtures.load(name)["forward"]
        if calling.is_stub(function):
            return Report(name, "not started", f"{name} is not started yet.")
        if forward and self.states.get(forward) in (None, "not started", "cannot check", "left out"):
            return cannot_check(f"{name} takes the cache of {forward}, which {self._became([forward])}.", name=name)
        read = names_read(function, self.states)
        rests_on = [one for one in self.states if one in read or one == forward]
        if ended := [one for one in rests_on if one in self.endless]:
            why = "which did not come to its end above; it was not run"
            return cannot_check(f"{name} rests on {listing(ended)}, {why}.", name=name)
        own_forward = self.file.function(forward) if forward else None
        place = self.hint >= check_function.PLACE
        findings = check_function.found(function, own_forward, self.seconds, place)
        if findings.failure and findings.failure.kind == "timeout":
            self.endless.add(name)
        return self._in_words(name, findings, rests_on)

    def _became(self, names: Sequence[str]) -> str:
        """Return what became of functions that are all in one state."""
        state = self.states.get(names[0])
        if state is None:
            return f"{self.file.path.name} does not define"
        one, many, what = _STATES.get(state, ("is", "are", "right above"))
        return f"{many if len(names) > 1 else one} {what}"

    def _in_words(self, name: str, findings: Findings, rests_on: Sequence[str]) -> Report:
        fault, failure = findings.model_fault, findings.failure
        if fault and fault.problem != "failed":
            return cannot_check(f"{name} is judged with {fault.name}, which {self._became([fault.name])}.", name=name)
        if failure and failure.function != name:
            why = f"which {self._became([failure.function])} and returned no cache"
            return cannot_check(f"{name} takes the cache of {failure.function}, {why}.", name=name)
        if findings.forward_fault and findings.forward_fault.kind == "wrong":
            findings = dataclasses.replace(findings, forward_fault=None)
        findings = dataclasses.replace(findings, wrong_below=())  # it is said of all that the function rests on
        exercise, first = fixtures.load(name), findings.first_step
        report = learner_card.in_words(exercise, dataclasses.replace(findings, first_step=None), self.hint)
        ask, more = f"--hint {report.next_level}" if report.next_level else "", list[str]()
        if report.status == "wrong":
            more += self._beneath(name, rests_on)
            if first is not None and first.output not in findings.resemblances:
                place = time_axis.place(first.output, exercise["outputs"][first.output], first.index)
                order = "from the last step backwards, " if first.backward else ""
                more.append(f"In the smallest case that fails, {order}{first.output} is wrong first at {place}.")
        return dataclasses.replace(report, paragraphs=(*more, *report.paragraphs), case="", ask=ask)

    def _beneath(self, name: str, rests_on: Sequence[str]) -> Iterator[str]:
        """Yield a sentence for each state, other than right, of what a wrong function rests on."""
        for state in _STATES:
            if beneath := [one for one in rests_on if self.states[one] == state and one != name]:
                yield f"{name} rests on {listing(beneath)}, which {self._became(beneath)}."

    def summary(self) -> str:
        """Return how many functions are right, and what became of the others."""
        by_state: dict[str, list[str]] = {}
        for name, state in self.states.items():
            by_state.setdefault(state, []).append(name)
        stubs = by_state.get("not started", [])
        begun, right = len(self.states) - len(stubs), len(by_state.get("right", []))
        sentences = [f"{right} of {begun} functions are right." if begun else "No function is started."]
        for state, one, many in (
            ("wrong", "is wrong", "are wrong"),
            ("cannot check", "could not be checked", "could not be checked"),
            ("left out", "was left out", "were left out"),
            ("not started", "is not started", "are not started"),
        ):
            if names := by_state.get(state):
                sentences.append(f"{len(names)} {many if len(names) > 1 else one}: {listing(names)}.")
        return "\n".join(sentences)

    @property
    def status(self) -> int:
        """The exit status: 0 if all that is started is right, and something is."""
        states = {*self.states.values()} - {"not started"}
        return 0 if states == {"right"} else 1


def check_file(
    path: Path,
    hint: int = 1,
    show: Callable[[str], None] = print,
    begin: Callable[[str], None] = lambda what: None,
    passed_over: Collection[str] = (),
    statement_seconds: float = plain_file.SECONDS,
    seconds: float = calling.SECONDS,
) -> int:
    """Check a file and return the exit status.

    Parameters
    ----------
    path : Path
    hint : int
        How many levels of hints are shown.
    show : callable
        Called with each paragraph of the report.
    begin : callable
        Called with the line or the function that is about to be run.
    passed_over : collection of str
        What of these is not to be begun: it ended or held up the whole program before.
    statement_seconds, seconds : float
        The wall time for all statements of the file together, and for each function.

    Raises
    ------
    UnusableFile
        If nothing in the file can be checked.
    """
    prints = _Prints()
    with prints.instead_of_stdout(), np.errstate():
        lines = {int(what) for what in passed_over if what.isdecimal()}
        file = plain_file.read(path, statement_seconds, lines, lambda line: begin(str(line)))
    if not file.exercises and not file.left_out:
        raise plain_file.none_of_ours(file)
    for note in file.notes:
        show(str(cannot_check(note)))  # broken into lines as reports are
    report = FileReport(file, hint, seconds)
    for name in file.exercises:
        if name in passed_over:
            report.stopped(name)
            continue
        begin(name)
        prints.start = bytearray()
        with prints.instead_of_stdout():
            found = report.report(name)
        show(str(found))
        if prints.start and found.status == "wrong":
            show(f"{name} began to print:\n{textwrap.indent(prints.first(), '    ')}")
    if prints.lines:
        show(f"{path.name} printed {counted(prints.lines, 'line', 'lines')} while it was checked.")
    show(report.summary())
    return report.status


class _Prints(io.RawIOBase):
    """Takes what a file prints, counts its lines and keeps the first ones since `start` was emptied."""

    def __init__(self) -> None:
        self.lines, self.start = 0, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        text = bytes(content)
        self.lines += text.count(b"\n")
        self.start += text[: _KEPT - len(self.start)]
        return len(text)

    def first(self) -> str:
        """Return the first lines that were printed."""
        lines = self.start.decode("utf-8", "replace").splitlines()
        return "\n".join(line[:100] for line in lines[:_SHOWN]) + ("\n…" if len(lines) > _SHOWN else "")

    @contextlib.contextmanager
    def instead_of_stdout(self) -> Iterator[None]:
        """Take what is printed, warnings included, and leave nothing to be read."""
        stream = io.TextIOWrapper(io.BufferedWriter(self), "utf-8", "replace", write_through=True)
        stdin, sys.stdin = sys.stdin, io.StringIO()
        try:
            with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            sys.stdin = stdin
            with contextlib.suppress(ValueError):  # the file may have closed it
                stream.flush()
                stream.detach().detach()
