"""Run commands and measure what they and every process that they start use of the processor.

The kernel of the operating system counts it, in a cgroup (version 2) of the command's own: also for processes that
nobody waits for, such as those of the sandbox. Where no cgroup can be made, the whole machine is counted instead, which
is right where nothing else runs.
"""

import os
import shutil
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.cgroups import folder_of
from bench.arithmetic import CannotMeasure, Spent

_ENTER = 'echo 0 > "$0" && exec "$@"'  # a shell joins the group and becomes the command
_SHOWN = 12  # lines of what a command printed, where it failed
_LEFT = 10.0  # seconds for what a command leaves behind to end


def run(
    command: Sequence[object],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[int], object] | None = None,
) -> Spent:
    """Run a command and return what it cost.

    Parameters
    ----------
    command : sequence
        The program and its arguments, as texts or paths.
    folder : Path
        Where it runs.
    environment : mapping of str to str, optional
        What it gets in addition.
    watch : callable, optional
        ``watch(pid)`` is called ten times a second while it runs.

    Raises
    ------
    CannotMeasure
        If it fails; with the last lines that it printed.
    """
    return run_and_read(command, folder, environment, watch)[0]


def run_and_read(
    command: Sequence[object],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[int], object] | None = None,
) -> tuple[Spent, str]:
    """Run a command as `run` does; return what it cost, and what it printed on standard output."""
    program = str(command[0])
    if shutil.which(program, path=_environment()["PATH"]) is None:
        raise CannotMeasure(f"{Path(program).name} is not installed here.")
    with _Count() as count, tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*count.door, *map(str, command)],
            cwd=folder,
            env={**_environment(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=errors,
        )
        while True:
            try:
                status = process.wait(None if watch is None else 0.1)
                break
            except subprocess.TimeoutExpired:
                assert watch is not None
                watch(process.pid)
        wall = time.perf_counter() - began
        count.wait()
        texts = []
        for file in (printed, errors):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        if status:
            lines = "\n".join(texts).strip().splitlines()[-_SHOWN:]
            name = " ".join([Path(program).name, *map(str, command[1:3])])
            raise CannotMeasure("\n".join([f"`{name} …` ended with {status}:", *lines]))
        return Spent(count.seconds(), wall), texts[0]


def method() -> str:
    """Say how processor time is counted here."""
    with _Count() as count:
        return count.method


def _environment() -> dict[str, str]:
    """Return the environment in which everything is measured: one thread of BLAS, bytecode, this Python's programs."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = sysconfig.get_path("scripts") + os.pathsep + kept.get("PATH", os.defpath)
    return {**kept, "PATH": path, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}


class _Count:
    """What a command uses of the processor: in a cgroup of its own, or else all that this machine uses meanwhile."""

    def __enter__(self) -> "_Count":
        self._group = _new_group()
        self.method = "a cgroup of each command" if self._group else "the whole machine"
        self.door = ["/bin/sh", "-c", _ENTER, str(self._group / "cgroup.procs")] if self._group else []
        self._before = self._used()
        return self

    def __exit__(self, *exception: object) -> None:
        self.wait()
        if self._group:
            with suppress(OSError):  # what is still in it keeps it
                self._group.rmdir()

    def seconds(self) -> float:
        return self._used() - self._before

    def wait(self) -> None:
        """Wait for what the command left behind to end."""
        until = time.monotonic() + _LEFT
        while self._group and (self._group / "cgroup.procs").read_text("ascii") and time.monotonic() < until:
            time.sleep(0.02)

    def _used(self) -> float:
        if self._group:
            stat = dict(line.split() for line in (self._group / "cpu.stat").read_text("ascii").splitlines())
            return int(stat["usage_usec"]) / 1e6
        try:
            _, user, nice, system, *_ = Path("/proc/stat").read_text("ascii").splitlines()[0].split()
        except OSError:
            raise CannotMeasure("Processor time is counted on Linux only.") from None
        return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _new_group() -> Path | None:
    """Make a cgroup beside this process, or return None where that is not allowed."""
    try:
        own = folder_of(*(Path("/proc/self", name).read_text("utf-8") for name in ("cgroup", "mountinfo")))
        if own is None:
            return None
        group = Path(tempfile.mkdtemp(prefix="bench-", dir=own))
    except OSError:
        return None
    if (group / "cpu.stat").exists() and os.access(group / "cgroup.procs", os.W_OK):
        return group
    group.rmdir()
    return None
