"""Give Jupyter's kernel manager a kernel for one submission, forked by the fork server and never used again."""

import asyncio
import contextlib
import json
import select
import shutil
import signal
import socket
import struct
import tempfile
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from autograder.errors import InfrastructureError
from autograder.sandbox import bubblewrap, cgroups, fork_client, seccomp, users
from autograder.sandbox.limits import Limits

KERNELSPECS = Path(__file__).resolve().parent / "kernelspecs"  # where Jupyter finds this provisioner's
CHANNELS = ("shell", "iopub", "stdin", "control")  # in the order of the fork server's
# Seconds before each try: a fork server that is ending may outlive a warden for a moment.
PAUSES = (0.0, 0.1, 0.5, 2.0)
CENSUS_SECONDS = 30  # a warden has nothing else to do, but a machine may be busy
CREDENTIALS = struct.Struct("iII")  # of a socket's message: process, user, group


class SandboxProvisioner(KernelProvisionerBase):
    """Starts, interrupts and ends one kernel in the sandbox.

    Attributes
    ----------
    walls : tuple of str
        What stands between the kernel and this machine, once it runs.
    fork_server : Lent or None
        Where it came from, once it runs.
    """

    walls: tuple[str, ...] = ()
    fork_server: fork_client.Lent | None = None
    _line: socket.socket | None = None  # to the kernel's warden, who closes it when the last process is gone
    _folder: Path | None = None
    _own: Path | None = None  # where a user of the submission's own may write; the warden removes it, if there is one
    _isolation: fork_client.Isolation = "sandbox"
    _group: cgroups.Group | None = None

    @property
    def out_of_memory(self) -> bool:
        """Whether its processes together took more memory than they may; only a cgroup knows."""
        return self._group is not None and self._group.ran_out_of_memory()

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel to look after."""
        return self._line is not None

    async def poll(self) -> int | None:
        """Return None while the kernel runs, else 0."""
        try:
            return None if self._line is not None and self._line.recv(1) else 0
        except BlockingIOError:
            return None
        except OSError:
            return 0

    async def wait(self) -> int | None:
        """Wait until the kernel and all that it started are gone."""
        while await self.poll() is None:
            await asyncio.sleep(0.001)
        self._hang_up()
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt the kernel; every other signal ends it."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.send(b"interrupt" if signum == signal.SIGINT else b"end")

    def census(self) -> tuple[int, int]:
        """Ask the kernel's warden, which nothing in the kernel can stop or imitate, what was begun in its namespace.

        Returns
        -------
        warden : int
            Its process number out here; every process of the submission descends from it.
        last : int
            The number, in there, of the process or thread that was begun last.

        Raises
        ------
        ProcessLookupError
            If it has ended, and the kernel with it.
        InfrastructureError
            If it does not answer.
        """
        if self._line is None:
            raise ProcessLookupError("There is no kernel.")
        waiting = select.poll()
        try:
            self._line.send(b"census")
            waiting.register(self._line, select.POLLIN)
            if not waiting.poll(1000 * CENSUS_SECONDS):
                raise InfrastructureError(f"The sandbox did not answer in {CENSUS_SECONDS} seconds.")
            last, ancillary, _, _ = self._line.recvmsg(64, socket.CMSG_SPACE(CREDENTIALS.size))
        except OSError:  # nobody is at its other end
            last = b""
        if not last:
            raise ProcessLookupError("The kernel has ended.")
        return CREDENTIALS.unpack(ancillary[0][2])[0], int(last)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and every process that it started, and wait until they are gone: a few milliseconds."""
        await self.send_signal(signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), 5)

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel; there is no gentler way."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder of the kernel's sockets, and its cgroup."""
        self._hang_up()
        if self._group is not None:
            self._group.remove()
            self._group = None
        for folder in filter(None, (self._folder, self._own)):
            shutil.rmtree(folder, ignore_errors=True)
        self._folder = self._own = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose where the sockets are; no command, environment or working directory is taken over."""
        self._folder = Path(tempfile.mkdtemp(prefix="unrolled-", dir=socket_folder()))
        manager: Any = self.parent
        manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
        manager.connection_file = str(self._folder / "connection.json")
        for number, channel in enumerate((*CHANNELS, "hb"), 1):  # there is no heartbeat, but a number is asked for
            setattr(manager, f"{channel}_port", number)
        self._isolation = kwargs.get("isolation") or "sandbox"
        return {"cmd": [], "limits": kwargs.get("limits") or Limits()}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Ask the fork server for a kernel; return when it is ready.

        Raises
        ------
        InfrastructureError
            If this machine does not let submissions be isolated.
        """
        manager: Any = self.parent
        listening = [_listen(f"{manager.ip}-{number}") for number in range(1, len(CHANNELS) + 1)]
        try:
            with self._door(kwargs["limits"]) as door:
                request = self._request(fork_client.current(self._isolation).uid, kwargs["limits"])
                for pause in PAUSES:
                    await asyncio.sleep(pause)
                    self.fork_server = fork_client.current(self._isolation)
                    if answer := await self._ask(self.fork_server, request, listening, door):
                        break
        except InfrastructureError:
            self._hang_up()
            raise
        except OSError as error:
            self._hang_up()
            raise InfrastructureError(f"No kernel could be started in the sandbox: {error!r}.") from None
        finally:
            for one in listening:
                one.close()
        about = json.loads(answer) if answer else {"error": "it ended while it started"}
        if "error" in about:
            self._hang_up()
            if self._isolation == "user":
                raise InfrastructureError(users.refusal(about["error"].removeprefix("PermissionError: ")))
            raise InfrastructureError(bubblewrap.refusal(f"a kernel has to enter namespaces, and {about['error']}"))
        self.walls = ("bubblewrap", *about["walls"]) if self._isolation == "sandbox" else tuple(about["walls"])
        self.connection_info = manager.get_connection_info()
        return self.connection_info

    async def _ask(
        self,
        fork_server: fork_client.Lent,
        request: dict[str, object],
        listening: list[socket.socket],
        door: list[FileIO],
    ) -> bytes:
        """Ask for a kernel; return what its warden says first, or nothing if it has ended, or the fork server has."""
        self._hang_up()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.setblocking(False)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # each message says which process sent it
        with theirs:
            try:
                fork_server.ask(request, [*listening, theirs, *door])
            except ConnectionError:  # it has just ended
                return b""
        waiting = asyncio.get_running_loop().sock_recv(self._line, 4096)
        return await asyncio.wait_for(waiting, fork_client.START_SECONDS)

    def _request(self, uid: int | None, limits: Limits) -> dict[str, object]:
        alone = users.request() if self._isolation == "user" else {}
        folder = str(alone.get("folder") or bubblewrap.private())
        self._own = Path(folder) if alone else None
        return {
            "key": cast(Any, self.parent).session.key.decode("ascii"),
            "uid": uid,
            "folder": folder,
            "limits": limits.to_request(),
            "filter": (seccomp.program() or b"").hex(),
            "environment": _environment(folder),
            **alone,
        }

    @contextlib.contextmanager
    def _door(self, limits: Limits) -> Iterator[list[FileIO]]:
        """Make the kernel's cgroup, where one can be made; the body gets its door in a list, or an empty list."""
        if (place := cgroups.delegated()) is None:
            yield []
            return
        self._group = cgroups.Group(place, limits)
        with self._group.door() as door:
            yield [door]

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _environment(folder: str) -> dict[str, str]:
    """Return a kernel's whole environment."""
    return {
        "HOME": f"{folder}/home",
        "TMPDIR": folder,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{folder}/home/ipython",
        "MPLCONFIGDIR": f"{folder}/home/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **dict.fromkeys(bubblewrap.THREADS, "1"),
    }


def _listen(path: str) -> socket.socket:
    """Return a socket that listens at `path`."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(path)
    made.listen(16)
    return made


def socket_folder() -> str:
    """Return a folder for sockets, whose paths may not be long."""
    folder = tempfile.gettempdir()
    return folder if len(folder) < 60 else "/tmp"
