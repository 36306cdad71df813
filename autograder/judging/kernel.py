"""A kernel that outlives what a submission does to it: a cell that kills or hangs it costs that cell, and no other."""

import json
import time
from contextlib import contextmanager

import numpy as np
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell
from traitlets import Bool, Float, Integer

from autograder.judging.isolated import IsolatedKernel


class LastingKernel(IsolatedKernel):
    """Executes cells one at a time; what nbgrader's `Execute` does, without trusting the kernel."""

    timeout = Integer(30, allow_none=True, help="Seconds that one of the student's cells may run.").tag(config=True)
    total_timeout = Float(600.0, help="Seconds that a whole notebook may take.").tag(config=True)
    max_restarts = Integer(5, help="How often a kernel that died is started anew.").tag(config=True)
    max_output = Integer(2_000_000, help="Characters of output kept of one cell.").tag(config=True)
    max_messages = Integer(10_000, help="Messages kept of one cell: outputs, updates, comms.").tag(config=True)
    max_notebook = Integer(20_000_000, help="Characters of output kept of a whole notebook.").tag(config=True)
    store_widget_state = Bool(False).tag(config=True)
    record_timing = Bool(False).tag(config=True)

    @contextmanager
    def living(self, nb, resources):
        """Keep a kernel for `nb` while the body runs.

        Raises
        ------
        InfrastructureError
            If none can be started.
        """
        # Whatever c.Execute says for Validate, judging rests on these.
        self.allow_errors, self.force_raise_errors, self.interrupt_on_timeout = True, False, True
        self.raise_on_iopub_timeout = True
        self.nb, self.resources = nb, resources
        self.reset_execution_trackers()
        self.comm_open_handlers = {}
        self.notes = []  # sentences for the student
        self._ran, self._culprits = [], set()
        self._restarts, self._given_up = 0, ""
        self._limit, self._listen = None, None
        self._stored, self._bounds_told = 0, set()
        self._until = np.inf
        with self.started():
            self._until = time.monotonic() + self.total_timeout
            yield

    def given_up(self):
        """Return why no further cell is run, or an empty string."""
        if not self._given_up and time.monotonic() > self._until:
            self._give_up(f"the notebook took more than {self.total_timeout:g} seconds.")
        return self._given_up

    def run(self, index):
        """Run the cell of `nb` at `index`; return None, or "timeout", "hung" or "died"."""
        what = self.attempt(self.nb.cells[index], index, self.timeout)
        self._ran.append(index)
        if what is not None and not self._given_up:
            self._blame(index, what)
            self.restore(what)
        return what

    def attempt(self, cell, index, seconds, listen=None):
        """Execute `cell` in the place of the one at `index`.

        Parameters
        ----------
        cell : NotebookNode
        index : int
        seconds : float or None
            The time it may take.
        listen : callable, optional
            ``listen(kind, content)`` gets every message but the status; nothing is kept as output then.

        Returns
        -------
        str or None
            None if it ran to its end, with or without an exception; "timeout" if it was interrupted in time, "hung" if
            it could not be, "died" if the kernel ended; after the last two, call `restore`.
        """
        self._revive()
        if self._given_up:
            return "died"
        left = max(self._until - time.monotonic(), 0.1)
        self._limit = min(seconds, left) if seconds else left
        self._late, self._leaves, self._listen = False, False, listen
        self._published, self._messages = 0, 0
        place = self.nb.cells[index]
        try:
            self.execute_cell(cell, index, store_history=listen is None)
        except DeadKernelError:
            return "died"
        except CellTimeoutError:
            return "hung"
        except Exception as error:  # messages that are none, made to upset whoever reads them
            self.log.warning("The kernel sent what cannot be read: %s.", type(error).__name__)
            return "hung"
        finally:
            self.nb.cells[index], self._listen = place, None
        if self._leaves:
            return "died"
        return "timeout" if self._late else None

    def restore(self, what):
        """Start a new kernel if `what` says so, and run the earlier cells in it, without those that ended one."""
        while what in ("hung", "died") and not self._given_up:
            if self.km is not None and getattr(self.km.provisioner, "out_of_memory", False):
                self.notes.append(f"All that it ran took more than {self.memory} MB of memory together.")
            self._kill()
            self._restarts += 1
            if self._restarts > self.max_restarts:
                self._give_up(f"its kernel had to be started anew more than {self.max_restarts} times.")
                return
            self._start()
            what = self._replay_all()

    def renew(self):
        """Start a new kernel and run the earlier cells in it: nothing is left of what was asked of the last one."""
        if not self._given_up:
            self._kill()
            self._start()
            self.restore(self._replay_all())

    def _innocent(self):
        return [index for index in self._ran if index not in self._culprits]

    def _replay_all(self):
        return next(filter(None, map(self._replay, self._innocent())), None)

    def _replay(self, index):
        what = self.attempt(new_code_cell(self.nb.cells[index].source), index, self.timeout)
        if what is not None:
            self._blame(index, what)
        return what if what != "timeout" else None

    def _revive(self):
        """Start anew if the kernel ended between two cells; the last cell that ran is to blame."""
        if self._has_ended():
            if self._ran and self._ran[-1] not in self._culprits:
                self._blame(self._ran[-1], "died")
            self.restore("died")

    def _blame(self, index, what):
        self._culprits.add(index)
        told = {
            "timeout": f"ran for more than {self._limit:.3g} seconds and was stopped.",
            "hung": "could not be run to its end; the rest was graded without it.",
            "died": "stopped the kernel; the rest was graded without it.",
        }[what]
        self.notes.append(f"Your cell {index + 1} {told}")

    def _give_up(self, why):
        self._given_up = why
        self.notes.append(f"Judging was stopped early: {why}")

    # Hooks of nbclient

    def _get_timeout(self, cell):
        return self._limit

    async def _async_handle_timeout(self, timeout, cell=None):
        self._late = True
        return await super()._async_handle_timeout(timeout, cell)

    def on_cell_executed(self, **kwargs):
        """Notice a cell that asked the kernel to end, such as ``exit()``: it will be gone a moment later."""
        super().on_cell_executed(**kwargs)
        payload = kwargs["execute_reply"]["content"].get("payload") or []
        self._leaves |= any(isinstance(item, dict) and item.get("source") == "ask_exit" for item in payload)

    def process_message(self, msg, cell, cell_index):
        """Hand messages to who listens; otherwise keep a bounded amount of output."""
        kind, content = msg["msg_type"], msg["content"]
        if kind == "status":
            return super().process_message(msg, cell, cell_index)
        if self._listen is not None:
            self._listen(kind, content)
            return None
        self._messages += 1
        if self._messages > self.max_messages:
            return self._tell_bound(cell_index, f"sent more than {self.max_messages:,} messages")
        if kind not in ("stream", "display_data", "execute_result", "error", "clear_output", "execute_input"):
            return None  # no comms, and no updates of what another cell put out
        text = content.get("text")
        self._published += len(text if isinstance(text, str) else str(content)) if kind != "execute_input" else 0
        if self._published > self.max_output:
            return self._tell_bound(cell_index, f"put out more than {self.max_output:,} characters")
        return super().process_message(msg, cell, cell_index)

    def keep(self, index, outputs):
        """Return what is kept of the outputs of the cell at `index`: all, or none once a notebook holds too much."""
        size = sum(max(len(json.dumps(output)), 1_000) for output in outputs)  # a short one takes a page its time, too
        if self._stored + size > self.max_notebook:
            self._tell_bound(index, f"would make the outputs longer than {self.max_notebook:,} characters in all", "it")
            return []
        self._stored += size
        return outputs

    def _tell_bound(self, index, what, left="the rest"):
        """Say once that a cell met a bound; it costs no points."""
        if (index, what) not in self._bounds_told:
            self._bounds_told.add((index, what))
            self.notes.append(f"Your cell {index + 1} {what}; {left} was left out.")

    def tell_limit(self, who, error, message):
        """Say which limit of the sandbox an exception of the student's ran into, if it did."""
        if limit := self.limit_met(error, message):
            self.notes.append(f"{who} met a limit of grading: {limit}.")

    def _update_display_id(self, display_id, msg):
        """Do nothing: no cell may change what another has put out."""
