"""Say how much a submission may use, for the fork server, for a cgroup, and in words."""

import re
from dataclasses import dataclass

FILES = 10_000  # that a submission may make, whatever their size


@dataclass(frozen=True)
class Limits:
    """What one kernel, with everything it starts, may use.

    Attributes
    ----------
    memory : int
        Megabytes of address space, for each process; NumPy and matplotlib alone take about 500. In a cgroup also
        megabytes of memory, for all processes together, with what is in ``/tmp``.
    disk : int
        Megabytes in its ``/tmp``, which is memory; all it can write to.
    processes : int
        Processes and threads together; the kernel itself has nine.
    open_files : int
        File descriptors of a process.
    file_size : int
        Megabytes in one file.
    cpu_seconds : int
        Processor time of a process.
    """

    memory: int = 2048
    disk: int = 64
    processes: int = 32
    open_files: int = 256
    file_size: int = 32
    cpu_seconds: int = 600

    def to_request(self) -> dict[str, object]:
        """Return them in the fork server's terms; the names are those of `resource`, without ``RLIMIT_``."""
        megabyte = 1 << 20
        resources = {
            "AS": self.memory * megabyte,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "FSIZE": self.file_size * megabyte,
            "CPU": self.cpu_seconds,
            "CORE": 0,
            "MEMLOCK": 0,
            "MSGQUEUE": 0,
        }
        return {"disk": self.disk, "files": FILES, "resources": resources}

    def to_cgroup(self) -> dict[str, int]:
        """Return them as files of a cgroup, of version 2."""
        return {"memory.max": self.memory << 20, "memory.swap.max": 0, "pids.max": self.processes}

    def reached(self, error: str, message: str) -> str:
        """Return which of these an exception reached, in words; "" if none.

        Parameters
        ----------
        error, message : str
            The name of its class, and its text; NumPy's, the interpreter's and the system's are recognised.
        """
        number = re.match(r"\[Errno (\d+)\]", message) if error in ("OSError", "BlockingIOError") else None
        cause = number[1] if number else "thread" if message.startswith("can't start new thread") else error
        if cause in ("MemoryError", "_ArrayMemoryError", "12"):
            return f"a process may take {self.memory:,} MB of memory"
        return {
            "11": f"a submission may have {self.processes} processes and threads",
            "thread": f"a submission may have {self.processes} processes and threads",
            "24": f"a process may keep {self.open_files} files open",
            "27": f"a file may hold {self.file_size} MB",
            "28": f"a submission may write {self.disk} MB and make {FILES:,} files",
        }.get(cause, "")
