"""Make a filter that refuses system calls which a student's kernel never needs and attacks start with.

Namespaces and dropped capabilities already make most of these fail. The filter keeps the code behind them out of reach
and closes what has no namespace: kernel keyrings, sockets that are not Unix sockets (AF_VSOCK reaches a virtual
machine's host), new user namespaces.
"""

import contextlib
import errno
import functools
import socket
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyseccomp

REFUSED = (
    *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot"),
    *("open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("add_key", "request_key", "keyctl"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff"),
    *("name_to_handle_at", "open_by_handle_at", "lookup_dcookie", "fanotify_init"),
    *("acct", "quotactl", "syslog", "nfsservctl", "vhangup", "iopl", "ioperm", "modify_ldt"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex"),
    *("mbind", "set_mempolicy", "migrate_pages", "move_pages"),
    # memory that belongs to no process, and so to no limit
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "msgget", "semget"),
)
CONNECTIONS = ("socket", "connect", "bind", "listen")
SOCKET_TYPE = 0xF  # of what socketpair is asked for, the bits that name the type
NEW_NAMESPACE = 0x7E020000  # the flags CLONE_NEW… of clone


@functools.cache
def program(sockets: bool = True) -> bytes | None:
    """Return the filter as BPF instructions, or None where libseccomp is missing.

    It depends on the machine only, so it is made once a process and kept until that ends.

    Parameters
    ----------
    sockets : bool
        Whether Unix sockets may be made, connected and bound, which is harmless in a network namespace of one's own.
        Otherwise there are only pairs of sockets that are connected to each other for good.
    """
    try:
        import pyseccomp
    except (ImportError, RuntimeError):  # RuntimeError: there is no libseccomp
        return None
    refuse = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in REFUSED if sockets else (*REFUSED, *CONNECTIONS):
        with contextlib.suppress(OSError):  # what neither this machine nor this libseccomp knows
            rules.add_rule(refuse, name)
    # Limits of another process of the submission's: its warden is one.
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    for bit in (1 << n for n in range(32) if NEW_NAMESPACE >> n & 1):
        rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, bit, bit))
    # Its flags lie in memory, where a filter cannot look; the C library then takes clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    if sockets:
        rules.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    else:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):  # which send to whom they name
            rules.add_rule(refuse, "socketpair", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, SOCKET_TYPE, kind))
    return _exported(rules)


@functools.cache
def counted() -> bytes | None:
    """Return a filter that has Linux ask before a process or thread is begun, or None where libseccomp is missing."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError):
        return None
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in ("clone", "fork", "vfork"):  # `program` refuses clone3
        with contextlib.suppress(OSError):
            rules.add_rule(pyseccomp.NOTIFY, name)
    return _exported(rules)


def _exported(rules: "pyseccomp.SyscallFilter") -> bytes:
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
