"""Try a JupyterHub for this course on one machine: ``make hub``. docs/instructors.md says what to change for a class.

Who is there: the account that owns this folder is the instructor, the gradebook's roster are the students, and the
readers in ``course/people.toml`` are assistants, who work in the instructor's server. All log in with one password,
which is drawn at each start and printed. Everything listens on this machine's loopback address alone.

As root, each server runs under the system account of its user (LocalProcessSpawner), and what holds answers or marks is
closed to all other accounts. Anybody else cannot become another account: every server then runs as the one who started
this (SimpleLocalProcessSpawner), and nbgrader calls each student by that one's name.
"""

import os
import pwd
import secrets
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course import Course, people
from autograder.course.gradebook_address import gradebook_url, sqlite_file

c = get_config()  # noqa: F821 - JupyterHub defines it

ROOT = Path(__file__).resolve().parents[1]
DEPLOY, HUB = ROOT / "deploy", ROOT / "hub"
EXCHANGE = HUB / "exchange"
SCRIPTS = Path(sys.executable).parent
COURSE = "unrolled"
CLOSED = (".git", "autograder", "course", "hub/state", "solutions", "tests")  # to other accounts
PORT = int(os.environ.get("HUB_PORT", "8000"))
ALONE = os.geteuid() != 0

# Who is there.
course = Course(ROOT)
url = gradebook_url(course)
if (file := sqlite_file(url)) and not file.exists():
    sys.exit("make hub: there is no gradebook yet. Run make build, as the account that owns this folder.")
instructor = pwd.getpwuid(os.geteuid() if ALONE else ROOT.stat().st_uid).pw_name
assistants = set(people.read(course.workspace / people.NAME, course.assignments, None).readers)
with Gradebook(url) as gradebook:
    students = {student.id for student in gradebook.students} - assistants - {instructor}
password = os.environ.get("HUB_PASSWORD") or secrets.token_urlsafe(9)

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = password
c.Authenticator.allowed_users = {instructor} | assistants | students

# nbgrader asks the Hub for these groups: JupyterHubAuthPlugin, in everyone/nbgrader_config.py. A server's token may do
# what its owner may, else nbgrader could neither read a student's groups nor change those of a class.
c.JupyterHub.load_groups = {
    f"formgrade-{COURSE}": {"users": sorted({instructor} | assistants)},
    f"nbgrader-{COURSE}": {"users": sorted(students)},
}
c.JupyterHub.load_roles = [
    {"name": "server", "scopes": ["inherit"]},
    {
        "name": f"formgrade-{COURSE}",
        "description": "Open the instructor's server, and say who is in the class.",
        "groups": [f"formgrade-{COURSE}"],
        "scopes": [f"access:servers!user={instructor}", "list:groups", f"groups!group=nbgrader-{COURSE}"],
    },
]

# Where all of it listens. The Hub keeps nothing: who is there is read again at each start.
c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_ip, c.JupyterHub.hub_port = "127.0.0.1", PORT + 81
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.command = [str(SCRIPTS / "configurable-http-proxy")]  # Python's, whatever else is on the path
c.ConfigurableHTTPProxy.pid_file = str(HUB / "state" / "proxy.pid")
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.cookie_secret = secrets.token_bytes(32)
c.JupyterHub.log_level = "WARN"


def _arrange(spawner):
    """Open the course to the instructor; let a student fetch, submit and nothing else, at home."""
    spawner.args = ["--log-level=WARN"]
    if spawner.user.name == instructor:
        spawner.notebook_dir = str(ROOT)
        paths = [ROOT, DEPLOY / "everyone"]
        # The page of formgrader is shown in a frame of JupyterLab; without this, JupyterHub forbids every frame.
        headers = {"Content-Security-Policy": "frame-ancestors 'self'"}
        spawner.args += ["--allow-root", f"--ServerApp.tornado_settings={{'headers': {headers}}}"]
    else:
        paths = [DEPLOY / "student", DEPLOY / "everyone"]
    spawner.environment = {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, paths)),
        "NBGRADER_EXCHANGE": str(EXCHANGE),
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls `alembic` by its bare name
    }


c.JupyterHub.spawner_class = "simple" if ALONE else "jupyterhub.spawner.LocalProcessSpawner"
c.SimpleLocalProcessSpawner.home_dir_template = str(HUB / "homes" / "{username}")
c.Spawner.cmd = [str(SCRIPTS / "jupyterhub-singleuser")]
c.Spawner.pre_spawn_hook = _arrange
c.Spawner.default_url = "/lab"
c.LocalProcessSpawner.interrupt_timeout = 1  # s; then SIGTERM, since what began in the background ignores SIGINT

# The folders, and who may enter them.
for folder in (HUB / "state", EXCHANGE):
    folder.mkdir(parents=True, exist_ok=True)
EXCHANGE.chmod(0o777)
if not ALONE:
    for name in CLOSED:
        if (ROOT / name).exists():
            (ROOT / name).chmod(0o700)
    needed = (SCRIPTS / "jupyterhub-singleuser", Path(sys.executable).resolve(), EXCHANGE)
    if shut := sorted({str(up) for path in needed for up in path.parents if not up.stat().st_mode & 0o001}):
        sys.exit(
            f"make hub: other accounts cannot enter {shut[0]}, so no student's server could start. "
            "Put the course, and the Python that you name, where every account can read them, for instance below /srv."
        )

known = {entry.pw_name for entry in pwd.getpwall()}
listed = [name if ALONE or name in known else f"{name} (no account here)" for name in sorted(students)]
print(f"JupyterHub, to try it and not for a class: http://127.0.0.1:{PORT}")
print(f"  instructor  {instructor}")
print(f"  assistants  {', '.join(sorted(assistants)) or 'none'}")
print(f"  students    {', '.join(listed) or 'none yet'}")
print(f"  password    {password}    (the same for everybody; a new one at each start)")
if ALONE:
    print("You are not root: every server runs as you, and nbgrader calls each student by your name.")
print("Ctrl-C stops it.", flush=True)
