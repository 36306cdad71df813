"""Start a kernel, in the sandbox or an ordinary one if that is asked for, watch it, and end it.

Of jupyter_client it relies on public names only; tests/functional/contracts lists them.
"""

import asyncio
import functools
import logging
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from jupyter_core.utils import ensure_event_loop, run_sync

import utils
from autograder.errors import InfrastructureError
from autograder.judging.settings import Settings
from autograder.sandbox import cpu_clock
from autograder.sandbox.memory_guard import Guard
from autograder.sandbox.provisioner import KERNELSPECS

MESSAGE_BYTES = 24_000_000  # a longer message from the kernel is not received at all; an answer may have 16 million
WAITING = 100  # messages that may wait to be read; `Guard` bounds what they take of our memory together
_log = logging.getLogger("traitlets")  # where nbclient and nbgrader log as well


# What is sent beside a cell stands in the message that the kernel is at work on; its shell is ipykernel's own.
_BESIDE = """\
import builtins as _unrolled
_unrolled.exec(_unrolled.__import__('ipykernel.kernelapp', fromlist=['IPKernelApp'])\
.IPKernelApp.instance().kernel.get_parent('shell')['content']['unrolled'])"""


class Channels(AsyncKernelClient):
    """Sends a cell of ours, which no history keeps, beside a short one that runs it.

    A request may have 200,000 characters. As a cell IPython would search them for its own syntax, several times, and
    ipykernel would send them back, to whoever shows what a kernel runs. What the short cell runs is the same text.
    """

    def execute(self, code: str, *args: Any, store_history: bool = True, **kwargs: Any) -> Any:
        """Ask for a cell to be run, as `AsyncKernelClient.execute` does; return the message's number."""
        if store_history:
            return super().execute(code, *args, **kwargs)
        content = {"code": _BESIDE, "silent": True, "unrolled": code}
        message = self.session.msg("execute_request", content)
        self.shell_channel.send(message)
        return message["header"]["msg_id"]


class LiveKernel:
    """A kernel, and the channels to it.

    Attributes
    ----------
    manager : AsyncKernelManager
    channels : AsyncKernelClient
        Connected once it is ready.
    trust : str
        What stands between the kernel and this machine: "none", or the isolation and its walls by name.
    fork_server : object
        The one that it came from, once it is ready; None for an ordinary kernel.
    """

    channels: AsyncKernelClient

    def __init__(self, manager: AsyncKernelManager) -> None:
        self.manager, self.trust = manager, "none"
        self.fork_server: object = None
        self._starting: asyncio.Task[None] | None = None
        self._connected = False
        self._guard: Guard | None = None
        self._reading: cpu_clock.Reading | None = None

    def begin(self, options: dict[str, Any], seconds: float) -> None:
        """Start the kernel with these options of its provisioner; it must answer within so many seconds.

        It starts beside whatever else this thread's event loop is at work on.
        """
        self._starting = ensure_event_loop().create_task(self._start(options, seconds))

    def wait_until_ready(self) -> None:
        """Wait until a kernel that has begun to start answers; from here on its messages are bounded."""
        run_sync(self._started)()
        self._guard = Guard(functools.partial(_kill, self._provisioner))

    def end(self) -> None:
        """End the kernel at once, and close the channels; call this even if it could not be started."""
        if self._guard is not None:
            self._guard.stop()
            self._guard = None
        try:
            run_sync(self._end)()
        except Exception as error:
            _log.warning("While ending a kernel: %s", error)

    def is_alive(self) -> bool:
        """Whether the kernel has not ended."""
        return bool(run_sync(self.manager.is_alive)())

    def ran_out_of_memory(self) -> bool:
        """Whether all its processes together took more memory than they may; only a cgroup knows."""
        return bool(getattr(self.manager.provisioner, "out_of_memory", False))

    def read_clocks(self) -> cpu_clock.Reading | None:
        """Return what the kernel and all that it started have used of the processor, or None if that is unknown."""
        self._reading = cpu_clock.read(self._provisioner, self._reading)
        return self._reading

    @property
    def _provisioner(self) -> KernelProvisionerBase:
        assert self.manager.provisioner is not None
        return self.manager.provisioner

    async def _start(self, options: dict[str, Any], seconds: float) -> None:
        await self.manager.start_kernel(**options)
        self.channels = self.manager.client()
        # To be set before they connect.
        self.channels.context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        self.channels.context.setsockopt(zmq.RCVHWM, WAITING)
        self.channels.start_channels(hb=False)  # nothing here listens to a heartbeat
        self._connected, self.channels.allow_stdin = True, False
        await self._answers(time.monotonic() + seconds)
        self.fork_server = getattr(self._provisioner, "fork_server", None)
        walls = getattr(self._provisioner, "walls", ())
        self.trust = f"{options['isolation']}: {', '.join(walls)}" if walls else "none"

    async def _started(self) -> None:
        assert self._starting is not None
        await self._starting

    async def _answers(self, until: float) -> None:
        """Wait until the kernel answers; without the 0.2 s of silence that a client's `wait_for_ready` ends with."""
        while True:
            request = self.channels.kernel_info()
            try:
                await self.channels.get_shell_msg(timeout=1)
                while not _says_idle(await self.channels.get_iopub_msg(timeout=0.2), request):
                    pass
                return
            except Empty:  # not there yet, or not subscribed yet
                if not await self.manager.is_alive() or time.monotonic() > until:
                    raise RuntimeError("it ended, or did not answer in time.") from None

    async def _end(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        try:
            if await self.manager.is_alive():
                await self.manager.shutdown_kernel(now=True)
        finally:
            await self.manager.cleanup_resources()
            if self._connected:
                self.channels.stop_channels()


def launch(settings: Settings, folder: Path) -> LiveKernel:
    """Start a kernel.

    Parameters
    ----------
    settings : Settings
    folder : Path
        For what an ordinary kernel needs out here; it must outlive the kernel.

    Raises
    ------
    InfrastructureError
        If none can be started.
    """
    reason: Exception | None = None
    for _ in range(2):
        kernel = begin_launch(settings, folder)
        try:
            kernel.wait_until_ready()
            return kernel
        except BaseException as error:  # also where this process is asked to end
            kernel.end()
            if isinstance(error, InfrastructureError) or not isinstance(error, Exception):
                raise
            reason = error
    raise InfrastructureError(f"A kernel cannot be started: {reason}") from reason


def begin_launch(settings: Settings, folder: Path) -> LiveKernel:
    """Return a kernel that may still be starting; the parameters are those of `launch`."""
    kernel = LiveKernel(_manager(settings))
    kernel.begin(_options(settings, kernel.manager, folder), settings.startup_timeout)
    return kernel


def _manager(settings: Settings) -> AsyncKernelManager:
    if settings.isolation == "none":
        manager = AsyncKernelManager(kernel_name=settings.kernel_name, config=settings.config)
        if manager.ipykernel:
            manager.client_factory = Channels
        return manager
    specs = KernelSpecManager(kernel_dirs=[str(KERNELSPECS)])
    return AsyncKernelManager(
        kernel_name="unrolled-sandbox", kernel_spec_manager=specs, client_factory=Channels, config=settings.config
    )


def _options(settings: Settings, manager: AsyncKernelManager, folder: Path) -> dict[str, Any]:
    """Return what the kernel's provisioner must know."""
    if settings.isolation != "none":
        return {"limits": settings.limits, "isolation": settings.isolation}
    work = tempfile.mkdtemp(prefix="work-", dir=folder)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    history = {"extra_arguments": ["--HistoryManager.hist_file=:memory:"]} if manager.ipykernel else {}
    return {"env": _environment(folder), "cwd": work, **quiet, **history}


def _environment(folder: Path) -> dict[str, str]:
    """Return an ordinary kernel's environment: ours, without what tells it that it is being graded."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("NBGRADER_") and k != "PYTHONDONTWRITEBYTECODE"}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(filter(None, [str(Path(utils.__file__).resolve().parents[1]), kept.get("PYTHONPATH")]))
    return {**kept, **threads, "IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": path}


def _kill(provisioner: KernelProvisionerBase) -> None:
    """End a kernel from outside the loop that talks with it."""
    asyncio.run(provisioner.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM)))


def _says_idle(message: dict[str, Any], request: str) -> bool:
    """Whether a message ends the kernel's work on a request."""
    done = message["msg_type"] == "status" and message["content"].get("execution_state") == "idle"
    return bool(done and message["parent_header"].get("msg_id") == request)
