"""Start a JupyterLab server for the tests: a course in a temporary folder, and none of the user's settings."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from machine import remove_class

SCRIPTS = Path(sys.executable).parent
_QUIET = {  # nothing pops up over what a test looks at
    "apputils-extension/notification": {"checkForUpdates": False, "doNotDisturbMode": True, "fetchNews": "false"},
    "completer-extension/inline-completer": {"providers": {}},
}


def make_course(root, repository):
    """Make a course at `root` as it was built in `repository`, without its class, with its working copies."""
    built = [f"course/{name}" for name in ("source", "release", "rubrics")]
    for name in ("solutions", "utils", "autograder", "notebooks", *built):
        shutil.copytree(repository / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("nbgrader_config.py", "course/gradebook.db"):
        shutil.copy(repository / name, root / name)
    remove_class(root)
    run(root, "python", "-m", "utils.fresh")


def run(root, script, *arguments):
    """Run one of the environment's scripts in `root` and return what it printed; a failure shows all it said."""
    done = subprocess.run(
        [SCRIPTS / script, *arguments], cwd=root, env=_environment(root), capture_output=True, text=True
    )
    assert done.returncode == 0, f"{script} {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@contextlib.contextmanager
def serving(root):
    """Run JupyterLab in the course at `root`; yield its address and token, and end it and its kernels afterwards."""
    _write_settings(root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        SCRIPTS / "jupyter",
        "lab",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",  # window.jupyterapp: tests ask it where things are
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LanguageServerManager.autodetect=False",  # or it starts programs to look for some
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
    ]
    log = _own(root) / "server.log"
    with log.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(command, cwd=root, env=_environment(root), stdout=file, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(server, f"{address}/api/status?token={token}", log)
            yield address, token
        finally:
            server.terminate()  # ends its kernels, too
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _own(root):
    """Return the folder for everything that is the server's and not the course's."""
    return root.with_name(f"{root.name}-jupyter")


def _environment(root):
    """Return an environment with a home of its own; nbgrader's extensions still come from the interpreter's prefix."""
    home = _own(root)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "PYTHON", "IPYTHON", "MPL"))
    }
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])  # nbgrader calls alembic by bare name
    return {**kept, **{name: str(folder) for name, folder in folders.items()}, "PATH": path}


def _write_settings(root):
    for name, values in _QUIET.items():
        file = _own(root) / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")


def wait_for(server, url, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(url, timeout=5),
        ):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
