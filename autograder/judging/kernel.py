"""Keep a kernel alive through a submission: a cell that kills or hangs it costs that cell and no other.

`GradingKernel` puts four parts together: `autograder.judging.launch` starts and ends kernels,
`autograder.judging.kernel_ahead` starts one before it is needed, `autograder.judging.cells` runs single cells in one,
and what is here decides when a kernel is started again, which earlier cells are then run in it, and when to give up.
"""

import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nbformat.notebooknode import NotebookNode

from autograder.errors import ForkServerEnded
from autograder.judging.cells import BoundedClient, Ending, Listener, Meanwhile, unsaved_cell
from autograder.judging.kernel_ahead import launch
from autograder.judging.launch import LiveKernel
from autograder.judging.settings import Settings
from autograder.sandbox import cpu_clock

SHORTEST = 1_000  # characters that an output counts at least: a short one takes a page its time, too
_BLAME = {
    "timeout": "ran for more than {:.3g} seconds and was stopped.",
    "hung": "could not be run to its end; the rest was graded without it.",
    "died": "stopped the kernel; the rest was graded without it.",
}


class GradingKernel:
    """Runs the cells of one notebook; to be used in a ``with`` statement, at whose end no kernel lives.

    Parameters
    ----------
    settings : Settings
    notebook : NotebookNode
        Its cells get their outputs as they are run.

    Attributes
    ----------
    notes : list of str
        What happened, in sentences for the student.
    trust : str
        What stands between the submission and this machine: "none", or "sandbox: " and the walls by name.
    """

    def __init__(self, settings: Settings, notebook: NotebookNode) -> None:
        self.settings, self.notebook = settings, notebook
        self.notes: list[str] = []
        self.trust = "none"
        self._stack = ExitStack()
        self._kernel: LiveKernel | None = None
        self._fork_server: object = None
        self._client: BoundedClient | None = None
        self._until, self._given_up, self._restarts = 0.0, "", 0
        self._ran: list[int] = []  # the places of cells that were run, in order
        self._culprits: set[int] = set()  # of these, the ones that are not run again
        self._repairs: list[tuple[int, str]] = []  # what else was run, and how many cells had been run before it
        self._numbers: dict[str, int] = notebook.metadata.get("unrolled", {}).get("numbers", {})
        self._kept, self._limit = 0, 0.0
        self._noted: set[tuple[int, str]] = set()

    def __enter__(self) -> Self:
        """Start the first kernel.

        Raises
        ------
        InfrastructureError
            If none can be started.
        """
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True)
            self._folder = Path(stack.enter_context(folder))
            stack.callback(self._end)
            self._start()
            self._stack = stack.pop_all()
        self._until = time.monotonic() + self.settings.total_timeout
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def given_up(self) -> str:
        """Return why no further cell is run, or an empty string."""
        if not self._given_up and time.monotonic() > self._until:
            self._give_up(f"the notebook took more than {self.settings.total_timeout:g} seconds.")
        return self._given_up

    def run(self, index: int) -> Ending | None:
        """Run the cell at `index` of the notebook, and start a new kernel if it ended this one; return how it ended."""
        ending = self._run_there(index, self.notebook.cells[index])
        self._ran.append(index)
        if ending is not None and not self._given_up:
            self._blame(index, ending)
            self.restore(ending)
        return ending

    def attempt(
        self,
        cell: NotebookNode,
        seconds: float | None,
        listen: Listener | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> Ending | None:
        """Run any cell; after "hung" or "died", call `restore`.

        Parameters
        ----------
        cell : NotebookNode
        seconds : float or None
            The time it may take, where the whole notebook has so much left.
        listen, meanwhile : callable, optional
            See `BoundedClient.run`.

        Returns
        -------
        {"timeout", "hung", "died"} or None
            See `BoundedClient.run`; "died" also where nothing is run any more.
        """
        self._revive()
        if self._given_up or self._client is None:
            return "died"
        left = max(self._until - time.monotonic(), 0.1)
        self._limit = min(seconds, left) if seconds and seconds > 0 else left
        return self._client.run(cell, self._limit, listen, meanwhile)

    def repair(self, source: str, listen: Listener | None = None, again: str = "") -> Ending | None:
        """Run what is no cell of the notebook, now and in every kernel that is started again, at this place.

        Parameters
        ----------
        source : str
        listen : callable, optional
            See `BoundedClient.run`.
        again : str
            What is run instead in a kernel that is started again.
        """
        ending = self.attempt(unsaved_cell(source), self.settings.timeout, listen or _ignore)
        self.restore(ending)
        if ending is None:
            self._repairs.append((len(self._ran), again or source))
        return ending

    @property
    def repairs(self) -> int:
        """How many repairs there are."""
        return len(self._repairs)

    def withdraw(self, kept: int) -> None:
        """Take back all repairs but the first so many, in a new kernel."""
        if len(self._repairs) > kept:
            del self._repairs[kept:]
            self.restart()

    def number(self, index: int) -> int:
        """Return what the student calls the cell at `index`: its number in the submission, counted from 1."""
        number = self._numbers.get(self.notebook.cells[index].get("id", ""))
        return number if isinstance(number, int) else index + 1

    def restore(self, ending: Ending | None) -> None:
        """Start a new kernel if `ending` says so, and run the earlier cells in it, without those that ended one.

        Raises
        ------
        ForkServerEnded
            If the fork server has ended: the kernel ended with it, whatever was run.
        """
        while ending in ("hung", "died") and not self._given_up:
            if self._kernel is not None and self._kernel.ran_out_of_memory():
                self.notes.append(f"All that it ran took more than {self.settings.memory} MB of memory together.")
            self._end()
            self._start()
            self._restarts += 1
            if self._restarts > self.settings.max_restarts:
                self._end()
                self._give_up(f"its kernel had to be started again more than {self.settings.max_restarts} times.")
                return
            ending = self._replay_all()

    def restart(self) -> None:
        """Start a new kernel and run the earlier cells in it, so that nothing of earlier questions is left."""
        if not self._given_up:
            self._end()
            self._start()
            self.restore(self._replay_all())

    def read_clocks(self) -> cpu_clock.Reading | None:
        """Return what the kernel and all that it started have used of the processor, or None if that is unknown."""
        return None if self._kernel is None else self._kernel.read_clocks()

    def keep(self, index: int, outputs: list[NotebookNode]) -> list[NotebookNode]:
        """Return what is kept of the outputs of the cell at `index`: all, or none once a notebook holds too much."""
        size, most = sum(max(len(json.dumps(output)), SHORTEST) for output in outputs), self.settings.max_notebook
        if self._kept + size > most:
            self._note_bound(index, f"would make the outputs longer than {most:,} characters in all", "it")
            return []
        self._kept += size
        return outputs

    def note_limit(self, who: str, error: str, message: str) -> None:
        """Note which limit of the sandbox an exception of the student's ran into, if it did."""
        if self.settings.isolation != "none" and (limit := self.settings.limits.reached(error, message)):
            self.notes.append(f"{who} met a limit of grading: {limit}.")

    def _start(self) -> None:
        self._kernel = launch(self.settings, self._folder)
        self._client = BoundedClient(self._kernel, self.settings)
        self.trust = self._kernel.trust
        self._fork_server = self._fork_server or self._kernel.fork_server
        if self._kernel.fork_server is not self._fork_server:  # the first one has ended
            raise ForkServerEnded("The fork server, from which its kernel came, ended while it was judged.")

    def _end(self) -> None:
        if self._kernel is not None:
            self._kernel.end()
        self._kernel = self._client = None

    def _run_there(self, index: int, cell: NotebookNode) -> Ending | None:
        """Run a cell as if it were the student's at `index`."""
        ending = self.attempt(cell, self.settings.timeout)
        for bound in self._client.exceeded if self._client is not None else ():
            self._note_bound(index, bound, "the rest")
        return ending

    def _replay_all(self) -> Ending | None:
        """Run again what ran before, up to the first cell that ends this kernel as well."""
        for place in range(len(self._ran) + 1):
            if place and self._ran[place - 1] not in self._culprits and (ending := self._replay(self._ran[place - 1])):
                return ending
            for repair in [one for one in self._repairs if one[0] == place]:
                ending = self.attempt(unsaved_cell(repair[1]), self.settings.timeout, _ignore)
                if ending in ("hung", "died"):
                    self._repairs.remove(repair)
                    return ending
        return None

    def _replay(self, index: int) -> Ending | None:
        ending = self._run_there(index, unsaved_cell(self.notebook.cells[index].source))
        if ending is not None:
            self._blame(index, ending)
        return ending if ending != "timeout" else None

    def _revive(self) -> None:
        """Start again if the kernel ended between two cells; the last cell that ran is to blame."""
        if self._kernel is not None and not self._kernel.is_alive():
            if self._ran and self._ran[-1] not in self._culprits:
                self._blame(self._ran[-1], "died")
            self.restore("died")

    def _blame(self, index: int, ending: Ending) -> None:
        self._culprits.add(index)
        self.notes.append(f"Your cell {self.number(index)} {_BLAME[ending].format(self._limit)}")

    def _give_up(self, reason: str) -> None:
        self._given_up = reason
        self.notes.append(f"Judging was stopped early: {reason}")

    def _note_bound(self, index: int, bound: str, left_out: str) -> None:
        """Note once that a cell exceeded a bound; it costs no points."""
        if (index, bound) not in self._noted:
            self._noted.add((index, bound))
            self.notes.append(f"Your cell {self.number(index)} {bound}; {left_out} was left out.")


def _ignore(kind: str, content: dict[str, Any]) -> None:
    """Take no notice of a message."""
