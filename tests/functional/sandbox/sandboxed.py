"""Run code in a real sandboxed kernel, and the same code in an ordinary process."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from autograder.sandbox.limits import Limits
from autograder.sandbox.provisioner import KERNELSPECS

ROOT = Path(__file__).resolve().parents[3]


class Kernel:
    """One kernel, asked from outside."""

    def __init__(self, manager):
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels(hb=False)
        self._wait()

    def _wait(self):
        """Wait until both channels work: what is published before they do is lost, and with it the end of a cell."""
        for _ in range(60):
            self.client.kernel_info()
            try:
                self.client.get_shell_msg(timeout=1)
                while self.client.get_iopub_msg(timeout=0.2)["content"].get("execution_state") != "idle":
                    pass
                return
            except Empty:
                continue
        raise TimeoutError("The kernel did not answer within a minute.")

    def run(self, code, seconds=30):
        """Run a cell; return what it printed, or its traceback."""
        outputs = []

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                outputs.append(content["text"])
            elif message["msg_type"] == "error":
                outputs.append("\n".join(content["traceback"]))

        self.client.execute_interactive(code, allow_stdin=False, output_hook=hear, timeout=seconds)
        return "".join(outputs).strip()

    def try_(self, attack):
        """Try an attack; return "done", or the name of the exception that it ran into."""
        return self.run(tried(attack))


@contextmanager
def kernel(isolation="sandbox", **limits):
    """Start a kernel in the sandbox, or in another isolation, as the judge does, and end it."""
    specs = KernelSpecManager(kernel_dirs=[str(KERNELSPECS)])
    manager = KernelManager(kernel_name="unrolled-sandbox", kernel_spec_manager=specs)
    manager.start_kernel(limits=Limits(**limits), isolation=isolation)
    started = Kernel(manager)
    try:
        yield started
    finally:
        started.client.stop_channels()
        manager.shutdown_kernel(now=True)


def until(condition, seconds=60):
    """Wait until something holds; return how long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds
        time.sleep(0.01)
    return time.monotonic() - start


def tried(attack):
    """Return code that carries out `attack` and prints "done", or the name of the exception that it ran into."""
    body = "\n".join("    " + line for line in attack.splitlines())
    return f"try:\n{body}\n    print('done')\nexcept BaseException as error:\n    print(type(error).__name__)"


def outside(attack, folder):
    """Try an attack in an ordinary process of ours; return as `Kernel.try_`."""
    done = subprocess.run([sys.executable, "-c", tried(attack)], cwd=folder, capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr
