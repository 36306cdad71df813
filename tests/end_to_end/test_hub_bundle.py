"""A hub's image gets the code as a wheel, whose one package notebooks import as `utils` by a file beside them."""

import ast
import contextlib
import functools
import http.server
import os
import subprocess
import sys
import threading
import venv
import zipfile
from pathlib import Path

import clean_venv
import nbformat
import pytest
from bundle_trial import MISTAKEN, execute, faults

from autograder.building.colab import add_first_cells
from autograder.bundling.bundle import bundle
from autograder.bundling.requirements import Project
from autograder.bundling.wheel import renamed, wheel
from autograder.course import Course

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
WEEK = "01-rnn-forward"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")  # zmq and tornado


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """What the zip unpacks into, and the Python of an image into which pip installed the wheel."""
    folder = tmp_path_factory.mktemp("hub")
    with zipfile.ZipFile(bundle(COURSE, [WEEK], folder / "hub.zip", "hub")) as archive:
        archive.extractall(folder)
    python, _ = clean_venv.make(folder / "image", Project(ROOT).pins())
    [made] = (folder / "unrolled").glob("*.whl")
    clean_venv.pip(python, "install", "--no-index", "--no-deps", "-q", made)
    return folder / "unrolled", python


def test_a_notebook_runs_by_the_file_beside_it(hub):
    root, python = hub
    assert faults(execute(root / "notebooks" / WEEK / f"{WEEK}.ipynb", python)) == []


IN_A_NOTEBOOK = """
import pkgutil, importlib, pickle, sys
from utils import check, figures
import utils, unrolled, utils.check, utils.explorers, unrolled.explorers, utils.checking.card
assert utils is unrolled and utils.check is check and callable(check)
assert utils.figures is unrolled.figures and sys.modules["utils.checking.card"] is sys.modules["unrolled.checking.card"]
assert unrolled.explorers.__spec__.name == "unrolled.explorers" == utils.explorers.__name__
assert pickle.loads(pickle.dumps(utils.errors.UtilsError("x"))).args == ("x",)
try: import utils.attic
except ModuleNotFoundError as error: assert "utils.attic" in str(error), error
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x, prev_h
assert check(rnn_step_forward).status == "wrong"
board = check.progress()
assert board.notes == (), board.notes
"""


def test_both_names_are_of_the_same_modules_and_nothing_hides(hub):
    root, python = hub
    clean_venv.run(python, "-c", IN_A_NOTEBOOK, cwd=root / "notebooks" / WEEK)


EVERY_MODULE = """
import importlib, pkgutil, unrolled
for one in pkgutil.walk_packages(unrolled.__path__, "unrolled."):
    if one.name != "unrolled.as_utils":
        importlib.import_module(one.name)
import sys; print("utils" in sys.modules)
"""


def test_nothing_of_ours_is_at_top_level_but_one_package(hub, tmp_path):
    _, python = hub
    assert clean_venv.run(python, "-c", EVERY_MODULE, cwd=tmp_path) == "False\n"
    listed = clean_venv.pip(python, "show", "-f", "unrolled-learner").partition("Files:\n")[2]
    assert {line.strip().partition("/")[0] for line in listed.splitlines()} == {
        "unrolled",
        f"unrolled_learner-{Project(ROOT).about['version']}.dist-info",
    }
    for path in ("bin/autograder", "share/jupyter"):
        assert not (python.parents[1] / path).exists()


def test_a_file_is_checked_by_the_package(hub, tmp_path):
    _, python = hub
    (tmp_path / "mine.py").write_text(MISTAKEN, encoding="utf-8")
    printed = clean_venv.run(python, "-m", "unrolled.check", "mine.py", cwd=tmp_path, status=1)
    assert "stable_softmax: p is not right yet." in printed


@pytest.mark.parametrize("package", ["utils", "unrolled"])
def test_both_in_one_environment_are_refused_in_a_sentence(hub, package):
    _, python = hub
    [image] = python.parents[1].glob("lib/python3.*/site-packages")
    code = f"import sys; sys.path.append({str(image)!r}); import {package}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stderr.splitlines()[-1].startswith("ImportError: Unrolled is installed twice in this environment: ")


def test_a_folder_that_is_called_so_is_no_second_copy(tmp_path):
    (tmp_path / "unrolled").mkdir()
    code = f"import sys; sys.path.append({str(tmp_path)!r}); import utils"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)


def test_the_wheel_says_what_it_needs_and_is_the_same_each_time(tmp_path):
    name, content = wheel(COURSE)
    assert wheel(COURSE) == (name, content)
    (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / name) as archive:
        files = {path: archive.read(path).decode() for path in archive.namelist() if path.endswith((".py", "METADATA"))}
    [about] = [text for path, text in files.items() if path.endswith("METADATA")]
    needed = [line.removeprefix("Requires-Dist: ") for line in about.splitlines() if line.startswith("Requires-Dist")]
    assert needed == [one for one in Project(ROOT).base if not one.startswith("jupyterlab")] and len(needed) > 5
    assert [path for path, text in files.items() if imports_utils(text)] == []


def imports_utils(text):
    if "import" not in text or "Metadata-Version" in text:
        return False
    nodes = list(ast.walk(ast.parse(text)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return "utils" in {name.partition(".")[0] for name in names}


def test_only_imports_are_renamed():
    text = 'from utils import check\n\n\ndef later():\n    """from utils import x"""\n    from utils.a import utils\n'
    expected = text.replace("from utils import check", "from unrolled import check").replace("utils.a", "unrolled.a")
    assert renamed(text) == expected
    assert imports_utils(text) and not imports_utils(expected)


# Colab's own list, github.com/googlecolab/backend-info, pip-freeze.txt of 19 August 2026. It is older than we ask for:
# the wheel is installed without what it depends on.
ON_COLAB = """numpy==2.1.3 matplotlib==3.10.0 ipywidgets==7.7.1 ipython==7.34.0 ipykernel==6.17.1 pillow==11.3.0
    traitlets==5.7.1 jupyter_client==7.4.9 jupyter_core==5.9.1 pyzmq==26.2.1 tornado==6.5.7 matplotlib-inline==0.2.2"""


@contextlib.contextmanager
def served(folder):
    """Serve a folder's files; yield the address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.registry
def test_notebooks_run_with_what_colab_has(tmp_path):
    """The first cell installs the wheel, and nothing else; a module stands for Colab's own, which is on no index."""
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    clean_venv.pip(python, "install", "-q", *ON_COLAB.split())
    [packages] = (tmp_path / "venv" / "lib").glob("python3.*/site-packages")
    (packages / "google" / "colab").mkdir(parents=True)
    (packages / "google" / "colab" / "__init__.py").touch()
    (packages / "colab.pth").write_text("import google.colab", encoding="utf-8")
    subprocess.run([python, "-m", "ensurepip"], check=True, capture_output=True)
    before = set(os.listdir(packages))
    name, content = wheel(COURSE)
    (tmp_path / name).write_bytes(content)
    with served(tmp_path) as address:
        for week in COURSE.assignments:
            notebook = COURSE.release(week)
            add_first_cells(notebook, week, f"https://raw.githubusercontent.com/o/n/main/{name}")
            install = notebook.cells[1]
            install.source = install.source.replace("https://raw.githubusercontent.com/o/n/main", address)
            path = tmp_path / "content" / "as Colab calls it.ipynb"
            path.parent.mkdir(exist_ok=True)
            nbformat.write(notebook, path)
            assert faults(execute(path, python)) == [], week
    stem = name.removesuffix("-py3-none-any.whl")
    assert set(os.listdir(packages)) - before == {"unrolled", f"{stem}.dist-info"}
