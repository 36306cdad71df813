"""A kernel in the sandbox, or an ordinary one where that is asked for: how it is started, watched and ended."""

import asyncio
import dataclasses
import functools
import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import ensure_async, run_sync
from nbgrader.preprocessors import Execute
from traitlets import Enum, Integer, Unicode

import utils
from autograder.errors import InfrastructureError
from autograder.sandbox.limits import Limits
from autograder.sandbox.memory_guard import Guard
from autograder.sandbox.provisioner import KERNELSPECS

MESSAGE_BYTES = 24_000_000  # a longer message from the kernel is not received at all; an answer may have 16 million
WAITING = 100  # messages that may wait to be read; what they take of our memory together is `Guard`'s to bound


class IsolatedKernel(Execute):
    """nbgrader's `Execute`, whose kernel runs behind the walls that the settings ask for.

    Attributes
    ----------
    trust : str
        What stands between the submission and this machine: "none", or "sandbox: " and the walls by name.
    """

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

    @contextmanager
    def started(self):
        """Keep a kernel, and a folder for what it needs out here, while the body runs.

        Raises
        ------
        InfrastructureError
            If none can be started.
        """
        self.km, self.kc, self.owns_km = None, None, True
        self.trust, self._guard, self._starts = "none", None, 0
        with tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as folder:
            self._folder = Path(folder)
            try:
                self._start()
                yield
            finally:
                self._kill()

    def _start(self):
        for attempt in (1, 2):
            try:
                self.create_kernel_manager()
                self.km.client = _bounded(self.km.client)
                self._starts += 1
                self.start_new_kernel(**self._launch())
                run_sync(self._async_connect)()
                self.trust = _trust_level(self.km.provisioner)
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
        path = os.pathsep.join(filter(None, [str(Path(utils.__file__).resolve().parents[1]), kept.get("PYTHONPATH")]))
        return {**kept, **threads, "IPYTHONDIR": str(self._folder / "ipython"), "PYTHONPATH": path}

    def _has_ended(self):
        return self.km is not None and not run_sync(_is_alive)(self.km)

    async def _async_poll_kernel_alive(self):
        """Notice the kernel's end soon; nbclient looks once a second."""
        manager, waiting = self.km, self.task_poll_for_reply
        while await _is_alive(manager):
            await asyncio.sleep(0.05)
        waiting.cancel()

    def limit_met(self, error, message):
        """Return which limit of the sandbox an exception ran into, in words; "" if none."""
        return self._limits().reached(error, message) if self.isolation == "sandbox" else ""


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


def _trust_level(provisioner):
    """Return in words what stands between a kernel and this machine; it is stored with every mark."""
    walls = getattr(provisioner, "walls", ())
    return f"sandbox: {', '.join(walls)}" if walls else "none"
