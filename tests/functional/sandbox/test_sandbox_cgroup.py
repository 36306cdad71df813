"""A cgroup that was delegated to the grader bounds what a kernel and everything it starts use together."""

import os

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from sandboxed import kernel

from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings
from autograder.sandbox import cgroups

# Three texts of /proc/self/cgroup with the line of /proc/self/mountinfo that belongs to each.
SYSTEMD = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u0.scope\n"
UNIFIED = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
CONTAINER = "31 20 0:27 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup rw\n"
HYBRID = "12:memory:/a\n9:name=systemd:/\n0::/b\n"
BESIDE = (
    "25 22 0:21 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "35 22 0:31 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
)
PART = "40 23 0:26 /machine/box /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"


@pytest.mark.parametrize(
    ("cgroup", "mounts", "folder"),
    [
        (SYSTEMD, UNIFIED, "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-u0.scope"),
        ("0::/\n", CONTAINER, "/sys/fs/cgroup"),
        (HYBRID, BESIDE, "/sys/fs/cgroup/unified/b"),
        ("0::/machine/box/grader\n", PART, "/sys/fs/cgroup/grader"),
        ("0::/elsewhere\n", PART, None),
        ("4:memory:/a\n", BESIDE, None),
        (SYSTEMD, "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n", None),
    ],
)
def test_the_group_is_found_where_linux_shows_it(cgroup, mounts, folder):
    found = cgroups.folder_of(cgroup, mounts)
    assert folder == (found and str(found))


@pytest.fixture
def place():
    """Return the delegated group, or skip: `systemd-run --user --scope -p Delegate=yes` gives one."""
    place = cgroups.delegated()
    if place is None:
        pytest.skip("no cgroup with the controllers memory and pids was delegated to these tests")
    return place


def groups(place):
    """Return the groups of this process's kernels; another that runs tests may have others."""
    return list(place.glob(f"{cgroups.KERNEL}-{os.getpid()}-*"))


# What a cell runs to start `n` processes that each touch so many megabytes, and say how many lived to tell.
CHILDREN = """
import os, time
def hold(n, megabytes, seconds=1.0):
    pids = []
    for _ in range(n):
        pid = os.fork()
        if pid == 0:
            held = bytearray(megabytes << 20)
            held[::4096] = b"x" * len(held[::4096])
            time.sleep(seconds)
            os._exit(0)
        pids.append(pid)
    return pids
"""
LIVED = "print(sum(os.waitpid(pid, 0)[1] == 0 for pid in hold({n}, {megabytes}, 20.0)))"


def test_a_kernel_says_that_it_is_in_a_group(place):
    with kernel() as started:
        assert started.run("print('yes')") == "yes"
        assert "cgroup" in started.manager.provisioner.walls


def test_memory_is_bounded_in_sum(place):
    # 300 MB are well within what one process may take, and five times 300 MB are not within what all may.
    with kernel(memory=1024) as started:
        started.run(CHILDREN)
        assert int(started.run(LIVED.format(n=5, megabytes=300), 120)) < 5
        assert started.run("print('alive')") == "alive"
        assert started.manager.provisioner.out_of_memory


def test_a_submission_within_its_memory_is_left_alone(place):
    with kernel(memory=1024) as started:
        started.run(CHILDREN)
        assert int(started.run(LIVED.format(n=2, megabytes=300), 120)) == 2
        assert not started.manager.provisioner.out_of_memory


def test_processes_are_bounded_in_sum(place):
    with kernel(processes=20) as started:
        started.run("import os, time\nbegun = 0")
        attack = "for _ in range(40):\n    os.fork() or time.sleep(60)\n    begun += 1"
        assert started.try_(attack) == "BlockingIOError"
        (group,) = groups(place)
        assert int((group / "pids.current").read_text()) <= 20
        assert (group / "pids.max").read_text().strip() == "20"


def test_no_group_is_seen_or_changed_from_inside(place):
    with kernel() as started:
        seen = "import os; print(os.path.exists('/sys/fs/cgroup'), os.path.exists('/proc/self/cgroup'))"
        assert started.run(seen) == "False False"


def test_the_group_is_removed_with_its_kernel(place):
    with kernel() as started:
        assert started.run("print('yes')") == "yes"
        (group,) = groups(place)
        assert len((group / "cgroup.procs").read_text().split()) == 2  # the warden and the kernel
    assert groups(place) == []


def test_groups_of_a_killed_grader_are_removed(place):
    left = place / f"{cgroups.KERNEL}-4194305-1"  # a number that no process has
    left.mkdir()
    cgroups.delegated.cache_clear()
    assert cgroups.delegated() == place
    assert not left.exists()


def test_the_student_reads_that_memory_ran_out(place):
    settings = Settings(memory=1024, timeout=120)
    # The kernel is by far the largest of six processes, so it is what Linux ends.
    holds = "held = bytearray(350 << 20)\nheld[::4096] = b'x' * len(held[::4096])"
    greedy = f"pids = hold(5, 150, 60.0)\n{holds}\ntime.sleep(60)"
    nb = new_notebook(cells=[new_code_cell(CHILDREN), new_code_cell(greedy), new_code_cell("after = 1")])
    for cell in nb.cells:
        cell.metadata = {}
    with GradingKernel(settings, nb) as judged:
        ends = [judged.run(index) for index in range(3)]
    assert ends == [None, "died", None]
    assert "All that it ran took more than 1024 MB of memory together." in judged.notes
