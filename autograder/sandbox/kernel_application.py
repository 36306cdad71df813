"""Make ipykernel's application for a kernel that was forked: no files, no heartbeat, sockets that are there already.

The fork server imports it. It imports nothing of `autograder`, since the sandbox shows no more of it than these files.
"""

from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.iostream import OutStream as KernelOutStream
from ipykernel.kernelapp import IPKernelApp
from IPython.core.compilerop import CachingCompiler
from traitlets.config import Config


class OutStream(KernelOutStream):
    """Standard output or error of a kernel; where nothing waits to be sent, to flush it wakes no thread.

    ipykernel flushes both twice for every cell, and waits each time until its thread has done so, which takes a third
    of the time of a short cell.
    """

    def flush(self) -> None:
        """Send what waits, if anything does."""
        if self._buffers:
            super().flush()


def application(key: str, fds: list[int]) -> Any:
    """Return ipykernel's application, ready to start.

    Parameters
    ----------
    key : str
        With which messages are signed.
    fds : list of int
        Its sockets: shell, iopub, stdin, control.
    """

    class Application(IPKernelApp):
        def init_connection_file(self) -> None:
            self.session.key = key.encode("ascii")
            self.transport, self.ip = "ipc", "kernel"
            self.shell_port, self.iopub_port, self.stdin_port, self.control_port = range(1, 5)

        def _bind_socket(self, s: "zmq.Socket[Any]", port: int) -> int:
            s.setsockopt(zmq.USE_FD, fds[port - 1])
            s.bind(f"ipc://{self.ip}-{port}")
            return port

        def _apply_curve_client_options(self, socket: "zmq.Socket[Any]") -> None:
            socket.reconnect_ivl = -1  # the debugger's; there is nobody to talk to

        # As ipykernel's, without the TCP port for what forked processes print.
        def init_iopub(self, context: "zmq.Context[Any]") -> None:
            self.iopub_socket = context.socket(zmq.XPUB)
            self.iopub_socket.linger = 1000
            self.iopub_socket.sndhwm = 0  # drop nothing: what waits to be read takes the submission's own memory
            self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
            self.configure_tornado_logger()
            self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
            self.iopub_thread.start()
            self.iopub_socket = self.iopub_thread.background_socket

        init_heartbeat = write_connection_file = log_connection_info = lambda self, **kwargs: None  # type: ignore[assignment]

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.IPKernelApp.parent_handle = 0
    settings.IPKernelApp.outstream_class = f"{__name__}.{OutStream.__name__}"
    settings.Session.copy_threshold = 1 << 30  # a long message that is not copied begins three threads, to free it
    settings.IPythonKernel._execute_sleep = 0.0  # half a millisecond for every cell, which a loaded machine makes more
    app: Any = Application.instance(config=settings)
    app.initialize([])
    app.shell.compile = CachingCompiler()  # ipykernel's hashes every cell byte by byte in Python, for its debugger
    return app
