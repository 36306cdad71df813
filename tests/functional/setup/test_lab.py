"""`make lab` opens the working copies, also where the home is read-only: a real JupyterLab runs a real kernel."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient

from utils import lab

ROOT = Path(__file__).resolve().parents[3]
HIDE = 'mount -t tmpfs -o ro none "$HOME" && exec "$@"'
CELL = "import matplotlib.pyplot, utils; print(utils.__file__)"

pytestmark = pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare for a home that root cannot write")


@pytest.fixture
def course(tmp_path):
    """A course of one notebook, and beside it a home and a foreign `utils`."""
    root = tmp_path / "course"
    shutil.copytree(ROOT / "notebooks" / "00-start-here", root / "notebooks" / "00-start-here")
    (root / "utils").symlink_to(ROOT / "utils")  # as in a checkout, where `make lab` runs
    (tmp_path / "home").mkdir()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "utils.py").write_text("raise ImportError('foreign')\n", encoding="utf-8")
    return root


@contextlib.contextmanager
def serving(course, *command):
    """Run a command that serves JupyterLab, in `course`; yield the process, its address and where its log is."""
    unwanted = ("JUPYTER", "IPYTHON", "MPL", "XDG", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    environment |= {"HOME": str(course.parent / "home"), "PYTHONPATH": str(course.parent / "foreign")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    hidden = ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", HIDE, "sh"]
    log = course.parent / "log"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [*hidden, sys.executable, *command, *options], cwd=course, env=environment, stdout=file, stderr=file
        )
    try:
        yield process, f"http://127.0.0.1:{port}", log
    finally:
        process.terminate()
        process.wait(30)


def names(address):
    """Return the names of what lies in the folder that is opened."""
    with urllib.request.urlopen(f"{address}/api/contents/", timeout=60) as response:
        return sorted(one["name"] for one in json.load(response)["content"])


REFUSALS = (OSError, http.client.HTTPException)  # whatever else may have taken the port speaks no HTTP


def answered(process, address):
    """Wait for the server; return whether it came."""
    while process.poll() is None:
        with contextlib.suppress(*REFUSALS), urllib.request.urlopen(f"{address}/api/status", timeout=5):
            return True
        time.sleep(0.1)
    return False


def printed(course, address):
    """Start a kernel, run `CELL` in it and return what it wrote, by stream."""
    started = urllib.request.Request(f"{address}/api/kernels", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(started, timeout=60) as response:
        kernel = json.load(response)["id"]
    client = BlockingKernelClient()
    client.load_connection_file(course / "work" / ".jupyter" / "jupyter_runtime_dir" / f"kernel-{kernel}.json")
    client.start_channels(hb=False)  # on a busy machine a heartbeat may be late
    texts = {"stdout": "", "stderr": "", "error": ""}

    def heard(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            texts[content["name"]] += content["text"]
        elif message["msg_type"] == "error":
            texts["error"] += content["evalue"]

    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive(CELL, store_history=True, timeout=60, output_hook=heard)
    finally:
        client.stop_channels()
    return texts


def test_it_runs_where_the_home_is_read_only(course):
    with serving(course, "-m", "utils.lab") as (process, address, log):
        assert answered(process, address), log.read_text(encoding="utf-8")
        texts = printed(course, address)
        seen = names(address)
        text = log.read_text(encoding="utf-8")
    assert texts == {"stdout": f"{ROOT / 'utils' / '__init__.py'}\n", "stderr": "", "error": ""}
    assert "Made work/00-start-here." in text
    assert seen == ["00-start-here"]  # work/, not the course
    assert "Traceback" not in text and "Read-only file system" not in text
    assert list((course.parent / "home").iterdir()) == []


def test_formgrader_is_opened_on_the_course(course):
    """By the options that `make formgrader` gives."""
    [line] = re.findall(r"\$\(BIN\)/python -m utils\.lab (.*formgrader.*) \$", (ROOT / "Makefile").read_text("utf-8"))
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.root = '.'\n", encoding="utf-8")
    with serving(course, "-m", "utils.lab", *line.split()) as (process, address, log):
        assert answered(process, address), log.read_text(encoding="utf-8")
        with urllib.request.urlopen(address, timeout=60) as page:
            assert page.url.startswith(f"{address}/formgrader")
            assert "formgrader" in page.read().decode().lower()
        assert "notebooks" in names(address)
    assert "not a subdirectory of the notebook" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "opens_work"),
    [
        ([], True),
        (["--port", "8888"], True),
        (["--ServerApp.root_dir=."], False),
        (["--notebook-dir", "x"], False),
        (["."], False),
    ],
)
def test_a_folder_that_is_named_is_opened_instead(options, opens_work):
    assert any(map(lab.names_a_folder, options)) != opens_work


def test_jupyter_lab_alone_fails_where_the_home_is_read_only(course):
    """What the test above rests on."""
    with serving(course, "-m", "jupyter", "lab") as (process, address, log):
        came = answered(process, address)
        text = log.read_text(encoding="utf-8")
    assert not came and "Traceback" in text and "Read-only file system" in text


def test_writable_folders_stay_where_they_are(tmp_path, monkeypatch):
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(tmp_path / "own" / name))
    assert lab.folders_for(tmp_path / "place") == {}
    assert not (tmp_path / "place").exists()
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "data"))
    moved = lab.folders_for(tmp_path / "place")
    assert moved == {"JUPYTER_DATA_DIR": str(tmp_path / "place" / "jupyter_data_dir")}
    assert (tmp_path / "place" / "jupyter_data_dir").is_dir()
