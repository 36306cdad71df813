"""Start a PostgreSQL server of the tests' own, by the system's programs, in a temporary folder; it can be stopped.

It listens on a socket in that folder and nowhere else. PostgreSQL refuses to run as root, so root starts it as a user
without any privilege.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from needed import lacking

UNPRIVILEGED = 65534
QUICK = "-c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c autovacuum=off -c max_wal_size=256MB"


class Server:
    """A server, and the addresses of databases on it."""

    def __init__(self, folder, programs):
        self.folder, self.programs, self._made = folder, programs, 0

    def run(self, program, *words):
        """Run one of PostgreSQL's programs as the server's user."""
        who = ["setpriv", "--reuid", str(UNPRIVILEGED), "--regid", str(UNPRIVILEGED), "--clear-groups"]
        command = [*(who if os.geteuid() == 0 else []), str(self.programs / program), *map(str, words)]
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120)  # fmt: skip
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"

    def start(self):
        options = f"{QUICK} -k {self.folder}"
        self.run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options)

    def stop(self, how="fast"):
        """Stop it; ``immediate`` is what a power failure does to it."""
        self.run("pg_ctl", "stop", "-w", "-m", how, "-D", self.folder / "data")

    def new_database(self, like="template0"):
        """Make a database, empty or like another one that nobody is connected to; return its name."""
        self._made += 1
        name = f"class_{self._made}"
        self.run("createdb", "-h", self.folder, "-U", "course", "-T", like, name)
        return name

    def url(self, name):
        """Return a database's address for `db_url`."""
        return f"postgresql+psycopg://course@/{name}?host={self.folder}"


@contextlib.contextmanager
def server():
    """Run a server; yield it, and remove it afterwards."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        lacking("psycopg is not installed: pip install '.[postgres]'")
    found = shutil.which("initdb")
    installed = [Path(found).resolve()] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        lacking("PostgreSQL is not installed: on Debian, the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="unrolled-pg-"))
    one = Server(folder, installed[-1].parent)
    try:
        if os.geteuid() == 0:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        one.run("initdb", "-D", folder / "data", "-U", "course", "-A", "trust", "--no-sync", "-E", "UTF8",
                "--locale", "C.UTF-8")  # fmt: skip
        one.start()
        try:
            yield one
        finally:
            with contextlib.suppress(AssertionError):  # a test may have stopped it
                one.stop("immediate")
    finally:
        shutil.rmtree(folder)
