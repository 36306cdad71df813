"""Run a program as Gradescope's container does: as root, without namespaces, within its memory and half a processor.

A container of Docker's has root with few of root's capabilities, and a filter that refuses namespaces and mounts. What
it may use is bounded by cgroups, of version 1 or 2, whichever this machine lets us make.
"""

import contextlib
import errno
import os
import sys
import time
from pathlib import Path

MEMORY, PROCESSOR = 768 << 20, 0.5
PERIOD = 100_000  # microseconds
# What Docker leaves to root: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
KEPT = (
    "audit_write,chown,dac_override,fowner,fsetid,kill,mknod,net_bind_service,net_raw,setfcap,setgid,setpcap,setuid,"
    "sys_chroot"
)
REFUSED = ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "fsmount", "open_tree", "move_mount")
NAMESPACES = 0x7E020000  # the flags CLONE_NEW… of clone


class Groups:
    """The cgroups of one container; a process joins by their files, and they go when they are closed.

    Raises
    ------
    OSError
        If they cannot be made here.
    """

    def __init__(self):
        name = f"unrolled-gradescope-{os.getpid()}"
        self.folders = []
        try:
            if Path("/sys/fs/cgroup/cgroup.controllers").exists():
                self._make(Path("/sys/fs/cgroup") / name, {"memory.max": MEMORY, "memory.swap.max": 0})
                (self.folders[0] / "cpu.max").write_text(f"{int(PERIOD * PROCESSOR)} {PERIOD}")
                return
            self._make(Path("/sys/fs/cgroup/memory") / name, {"memory.limit_in_bytes": MEMORY})
            share = {"cpu.cfs_period_us": PERIOD, "cpu.cfs_quota_us": int(PERIOD * PROCESSOR)}
            self._make(Path("/sys/fs/cgroup/cpu") / name, share)
        except OSError:
            self.close()
            raise

    def _make(self, folder, values):
        folder.mkdir()
        self.folders.append(folder)
        for name, value in values.items():
            if (folder / name).exists() or "swap" not in name:
                (folder / name).write_text(str(value))

    @property
    def doors(self):
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def ended_for_memory(self):
        """Return how many processes Linux ended because all together took too much memory."""
        folder = self.folders[0]
        path = next(path for path in (folder / "memory.events", folder / "memory.oom_control") if path.exists())
        return int(dict(line.split() for line in path.read_text().splitlines())["oom_kill"])

    def held(self):
        """Return what its processes hold at this moment, in bytes: not what Linux keeps of files."""
        stat = dict(line.split() for line in (self.folders[0] / "memory.stat").read_text().splitlines())
        names = ("anon", "shmem") if "anon" in stat else ("total_rss", "total_shmem")
        return sum(int(stat.get(name, 0)) for name in names)

    def close(self):
        for folder in self.folders:
            until = time.monotonic() + 5
            while folder.exists() and time.monotonic() < until:
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    continue
                time.sleep(0.05)


def run(command, root, python, groups, timeout=300, landlock=True, path=None):
    """Run a program of the unpacked zip in such a container; return the finished process.

    Without Landlock, Linux answers as one does that is too old for it.
    """
    import ordinary_user  # not on the path of what this file starts

    settings = [f"UNROLLED_ROOT={root}", f"UNROLLED_PYTHON={python}", *([f"PATH={path}"] if path else [])]
    doors = groups.doors if groups else []
    lost = [] if landlock else ["landlock_create_ruleset"]
    launcher = [sys.executable, __file__, *doors, "--", *lost, "--", "env", "-u", "PYTHONPATH", *settings]
    return ordinary_user.run([*launcher, *map(str, command)], root, home=Path(root, "home"), timeout=timeout, user="")


def main(arguments):
    """Join the groups, lose what a container has not, and become the program."""
    import pyseccomp

    at = arguments.index("--")
    doors, rest = arguments[:at], arguments[at + 1 :]
    at = rest.index("--")
    lost, command = rest[:at], rest[at + 1 :]
    for door in doors:
        Path(door).write_text("0", encoding="ascii")
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.set_attr(pyseccomp.Attr.CTL_NNP, 0)  # a container's root may gain privileges
    for name in REFUSED:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for bit in (1 << n for n in range(32) if NAMESPACES >> n & 1):
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit))
    for name in ("clone3", *lost):
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
    rules.load()
    kept = ",".join(f"+{name}" for name in KEPT.split(","))
    os.execvp("setpriv", ["setpriv", f"--bounding-set=-all,{kept}", *command])


if __name__ == "__main__":
    main(sys.argv[1:])
