"""A kernel that outlives what a submission does to it: a cell that kills or hangs it costs that cell, and no other."""

import asyncio
import dataclasses
import functools
import json
import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import numpy as np
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import Execute
from traitlets import Bool, Enum, Float, Integer, Unicode

from autograder.errors import InfrastructureError
from autograder.judging.memory import Guard
from autograder.sandbox.limits import Limits
from autograder.sandbox.provisioner import KERNELSPECS

MESSAGE_BYTES = 24_000_000  # a longer message from the kernel is not received at all; an answer may have 16 million
WAITING = 100  # messages that may wait to be read; what they take of our memory together is `Guard`'s to bound


class LastingKernel(Execute):
    """Executes cells one at a time; what nbgrader's `Execute` does, without trusting the kernel."""

    timeout = Integer(30, allow_none=True, help="Seconds that one of the student's cells may run.").tag(config=True)
    total_timeout = Float(600.0, help="Seconds that a whole notebook may take.").tag(config=True)
    max_restarts = Integer(5, help="How often a kernel that died is started anew.").tag(config=True)
    max_output = Integer(2_000_000, help="Characters of output kept of one cell.").tag(config=True)
    max_messages = Integer(10_000, help="Messages kept of one cell: outputs, updates, comms.").tag(config=True)
    max_notebook = Integer(20_000_000, help="Characters of output kept of a whole notebook.").tag(config=True)
    isolation = Enum(
        ["sandbox", "none"],
        default_value="sandbox",
        help="What stands between a submission and this machine; 'none' is for submissions that you trust with it.",
    ).tag(config=True)
    memory = Integer(Limits.memory, help="Megabytes that each process of a submission may take.").tag(config=True)
    disk = Integer(Limits.disk, help="Megabytes that a submission may write.").tag(config=True)
    processes = Integer(Limits.processes, help="Processes and threads that a submission may have.").tag(config=True)
    open_files = Integer(Limits.open_files, help="Files that each process may keep open.").tag(config=True)
    file_size = Integer(Limits.file_size, help="Megabytes in one file.").tag(config=True)
    cpu_seconds = Integer(Limits.cpu_seconds, help="Processor time that each process may take.").tag(config=True)
    kernel_name = Unicode("python3", help="The kernel where isolation is 'none'.").tag(config=True)
    shutdown_kernel = Enum(["graceful", "immediate"], default_value="immediate").tag(config=True)
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
        self.nb, self.km, self.kc, self.owns_km, self.resources = nb, None, None, True, resources
        self._guard = None
        self.reset_execution_trackers()
        self.comm_open_handlers = {}
        self.notes = []  # sentences for the student
        self.trust = "none"
        self._ran, self._culprits = [], set()
        self._restarts, self._starts, self._given_up = 0, 0, ""
        self._limit, self._listen = None, None
        self._stored, self._bounds_told = 0, set()
        self._until = np.inf
        with tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as folder:
            self._folder = Path(folder)
            try:
                self._start()
                self._until = time.monotonic() + self.total_timeout
                yield
            finally:
                self._kill()

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
        if self.km is not None and not run_sync(_is_alive)(self.km):
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

    def _start(self):
        for attempt in (1, 2):
            try:
                self.create_kernel_manager()
                self.km.client = _bounded(self.km.client)
                self._starts += 1
                self.start_new_kernel(**self._launch())
                run_sync(self._async_connect)()
                self.trust = trust_level(self.km.provisioner)
                self._guard = Guard(functools.partial(_end, self.km.provisioner))
                return
            except InfrastructureError:
                self._kill()
                raise
            except Exception as error:
                self._kill()
                if attempt == 2:
                    raise InfrastructureError(f"A kernel cannot be started: {error}") from error

    def create_kernel_manager(self):
        """Make the manager of an ordinary kernel or of one in the sandbox."""
        if self.isolation == "none":
            return super().create_kernel_manager()
        specs = KernelSpecManager(kernel_dirs=[str(KERNELSPECS)])
        self.km = self.kernel_manager_class(
            kernel_name="unrolled-sandbox", kernel_spec_manager=specs, config=self.config
        )
        return self.km

    def _launch(self):
        """Return what the kernel's provisioner must know."""
        if self.isolation == "sandbox":
            return {"limits": self._limits()}
        work = self._folder / f"work{self._starts}"
        work.mkdir()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return {"env": self._environment(), "cwd": str(work), **quiet}

    def _limits(self):
        return Limits(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Limits)})

    async def _async_connect(self):
        """Connect to the kernel; without the heartbeat and the last 0.2 s of silence that nbclient waits for."""
        self.kc = self.km.client()
        self.kc.start_channels(hb=False)
        self.kc.allow_stdin = False
        until = time.monotonic() + self.startup_timeout
        while True:
            asked = self.kc.kernel_info()
            try:
                await self.kc.get_shell_msg(timeout=1)
                while not _says_idle(await self.kc.get_iopub_msg(timeout=0.2), asked):
                    pass
                return
            except Empty:  # not there yet, or not subscribed yet
                if not await _is_alive(self.km) or time.monotonic() > until:
                    raise RuntimeError("it ended, or did not answer in time.") from None

    def _kill(self):
        if self._guard is not None:
            self._guard.stop()
            self._guard = None
        try:
            if self.km is not None:
                self._cleanup_kernel()
        except Exception as error:
            self.log.warning("While ending a kernel: %s", error)
        self.km = self.kc = None

    def _environment(self):
        """Return the kernel's environment: ours, without what tells it that it is being graded."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NBGRADER_") and k != "PYTHONDONTWRITEBYTECODE"}
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        return {**kept, **threads, "IPYTHONDIR": str(self._folder / "ipython")}

    # Hooks of nbclient

    async def _async_poll_kernel_alive(self):
        """Notice the kernel's end soon; nbclient looks once a second."""
        manager, waiting = self.km, self.task_poll_for_reply
        while await _is_alive(manager):
            await asyncio.sleep(0.05)
        waiting.cancel()

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
        if self.isolation == "sandbox" and (limit := self._limits().met(error, message)):
            self.notes.append(f"{who} met a limit of grading: {limit}.")

    def _update_display_id(self, display_id, msg):
        """Do nothing: no cell may change what another has put out."""


def _bounded(make_client):
    """Return `make_client` with a limit on the size of what its clients receive; it must be set before they connect."""

    def client(**settings):
        made = make_client(**settings)
        made.context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        made.context.setsockopt(zmq.RCVHWM, WAITING)
        return made

    return client


def _end(provisioner):
    """End a kernel from outside the loop that talks with it."""
    asyncio.run(provisioner.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM)))


async def _is_alive(manager):
    return await ensure_async(manager.is_alive())


def _says_idle(message, asked):
    """Whether a message ends the kernel's work on what was `asked`."""
    done = message["msg_type"] == "status" and message["content"].get("execution_state") == "idle"
    return done and message["parent_header"].get("msg_id") == asked


def trust_level(provisioner):
    """Return in words what stands between a kernel and this machine; it is stored with every mark."""
    walls = getattr(provisioner, "walls", ())
    return f"sandbox: {', '.join(walls)}" if walls else "none"
