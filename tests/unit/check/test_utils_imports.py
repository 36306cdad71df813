"""`utils` is cheap to import and runs where Unix's own modules are missing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

EVERY_MODULE = """
import importlib, os, pkgutil, sys, tempfile, warnings
sys.modules["fcntl"] = sys.modules["resource"] = None
warnings.filterwarnings("error", category=EncodingWarning, module=r"utils\b")
import utils
names = [m.name for m in pkgutil.walk_packages(utils.__path__, "utils.")]
for name in names:
    importlib.import_module(name)
os.chdir(tempfile.mkdtemp())
open("01-rnn-forward.ipynb", "w", encoding="utf-8").close()


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x, prev_h


assert utils.check(rnn_step_forward).status == "wrong"
assert "wrong" in str(utils.check.progress())
assert os.path.exists("01-rnn-forward.progress.json")
utils.fresh.course_root()
print(len(names))
"""


def run(code, *flags):
    done = subprocess.run(
        [sys.executable, *flags, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_imports_without_unix_and_names_every_encoding():
    # Matplotlib writes its font cache without one; that is not ours to mend, so the filter is for `utils` alone.
    assert int(run(EVERY_MODULE, "-X", "warn_default_encoding")) > 10
    code = "import warnings; warnings.filterwarnings('error', category=EncodingWarning, module='utils')\n"
    planted = code + "exec(compile('open(\"LICENSE\")', 'utils', 'exec'), {'__name__': 'utils.planted'})"
    with pytest.raises(AssertionError, match="EncodingWarning"):
        run(planted, "-X", "warn_default_encoding")


OF_UNIX = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "fork", "forkpty"}


def of_unix(text):
    """Return what a module's text imports or asks of a module, and only Unix has."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {getattr(node, "module", ""), *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Call):  # multiprocessing.get_context("fork")
            found |= {one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found & OF_UNIX


def test_nothing_is_asked_for_that_only_unix_has():
    assert {path.name: found for path in (ROOT / "utils").rglob("*.py") if (found := of_unix(content(path)))} == {}
    planted = "def f():\n    import fcntl\n    os.fork()\n    from resource import getrlimit\n    get_context('fork')\n"
    assert of_unix(planted) == {"fcntl", "fork", "resource"}


def content(path):
    return path.read_text(encoding="utf-8")


def test_import_utils_loads_nothing_heavy():
    heavy = run("import sys, utils; print({'numpy', 'matplotlib', 'ipywidgets', 'IPython'} & set(sys.modules))")
    assert heavy == "set()\n"


def test_experiments_come_without_pictures_and_say_what_draws_them():
    code = "import sys; from utils.experiments import recorded_characters as recorded; "
    assert run(code + "print({'matplotlib', 'IPython'} & set(sys.modules))") == "set()\n"
    code += "from utils.errors import UtilsError\ntry: repr(recorded())\nexcept UtilsError as error: print(error)"
    assert run(code) == "RecordedSpelling is drawn by utils.figures: import that first.\n"


def test_experiments_of_a_notebook_know_how_they_are_drawn():
    code = "from utils import experiments; print('image/png' in experiments.recorded_characters()._repr_mimebundle_())"
    assert run(code) == "True\n"


def test_rooms_are_found_by_attribute_and_by_import():
    code = "import utils; print(utils.gradients.__name__); from utils import check, gradients; print(callable(check))"
    assert run(code) == "utils.gradients\nTrue\n"


def test_check_is_the_function_whatever_was_imported_first():
    code = "import utils.checking.report; from utils import check; print(check.__name__, check.progress.__name__)"
    assert run(code) == "check progress\n"


def test_an_unknown_room():
    code = "import utils\ntry: utils.attic\nexcept AttributeError as e: print(e)"
    assert run(code) == "module 'utils' has no attribute 'attic'\n"
    assert "explorers" in run("import utils; print(dir(utils))")
