"""`make_venv.py` makes `.venv` once and remakes an unfit one: real venv, pip and Makefile, on a tiny project."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from tiny_backend import wheel
from tiny_project import PINS, PYPROJECT, ROOT, Project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project whose `.venv` tests may spoil."""
    folder = tmp_path_factory.mktemp("setup")
    (folder / "wheels").mkdir()
    for version in ("1.0", "1.1"):
        wheel(folder / "wheels", "tiny", version, {"tiny.py": f"version = {version!r}\n"})
    pip = Path(_base("import pip; print(pip.__path__[0])"))
    wheel(folder / "wheels", "pip", _base("import pip; print(pip.__version__)"), _files(pip))
    root = folder / "a course"
    for name in ("utils", "autograder"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").touch()
    for path in (ROOT / "Makefile", ROOT / "make_venv.py", Path(__file__).with_name("tiny_backend.py")):
        shutil.copy(path, root)
    (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (root / "constraints.txt").write_text(PINS, encoding="utf-8")
    return Project(root)


def test_the_first_set_up_says_what_it_does_and_the_second_nothing(project):
    shutil.rmtree(project.venv, ignore_errors=True)
    done = project.make()
    assert done.returncode == 0, done.printed
    assert done.printed.startswith("There is no .venv yet. Setting up .venv: ") and done.printed.count("\n") == 1
    assert list(project.venv.glob("lib/python*/site-packages/__pycache__/tiny.*.pyc"))  # before anything imports it
    assert project.silent()


def interrupted(project):
    """Stop the set-up as Ctrl-C does, once pip has begun."""
    shutil.rmtree(project.venv)
    (project.root / "wait").touch()
    options = project.surroundings()
    del options["capture_output"], options["timeout"]
    command = [sys.executable, "make_venv.py"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # What is begun in the background ignores Ctrl-C, and so would all that it begins.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )
    while not (project.venv / "install.log").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    (project.root / "wait").unlink()
    assert process.returncode == 130 and output.endswith(
        "Interrupted; the next time, .venv is made from the beginning.\n"
    )


def killed_in_mid_install(project):
    (project.venv / "installed").unlink()
    [record] = project.venv.glob("lib/python*/site-packages/tiny-1.0.dist-info/METADATA")
    (record.parent.parent / "tiny.py").unlink()


def python_is_missing(project):
    (project.venv / "bin" / "python").unlink()


def python_is_broken(project):
    (project.venv / "bin" / "python").unlink()
    (project.venv / "bin" / "python").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (project.venv / "bin" / "python").chmod(0o755)


def of_a_python_that_is_gone(project):
    for name in ("python", "python3", f"python3.{sys.version_info[1]}"):
        path = project.venv / "bin" / name
        path.unlink()
        path.symlink_to("/opt/python-that-was/bin/python3")


def of_another_version(project):
    _restamp(project, python="3.10")


def copied(project):
    """Copy the course, and look at the copy from then on."""
    shutil.copytree(project.root, project.root.with_name("copy"), symlinks=True)
    project.root, project.venv = project.root.with_name("copy"), project.root.with_name("copy") / ".venv"


def moved(project):
    project.root = project.root.rename(project.root.with_name("moved"))
    project.venv = project.root / ".venv"


def a_stamp_of_another_form(project):
    (project.venv / "installed").write_text("", encoding="utf-8")


def only_a_folder(project):
    shutil.rmtree(project.venv)
    project.venv.mkdir()


def _restamp(project, **changes):
    path = project.venv / "installed"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


HALF, GONE, MOVED = "half made, or was made in another way", "that .venv was made with is gone", "cannot be moved"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(interrupted, HALF), (of_a_python_that_is_gone, GONE), (copied, MOVED)],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_an_unfit_venv_is_rebuilt_and_a_sentence_says_so(project, spoil, sentence):
    project.mark()
    spoil(project)
    done = project.make()
    assert done.returncode == 0, done.printed
    assert sentence in done.printed.splitlines()[0] and "Setting up .venv" in done.printed
    assert project.made_again
    assert project.silent()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (killed_in_mid_install, HALF),
        (a_stamp_of_another_form, HALF),
        (only_a_folder, HALF),
        (python_is_missing, GONE),
        (python_is_broken, GONE),
        (of_another_version, GONE),
        (moved, MOVED),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_other_way_to_be_unfit_is_noticed(project, spoil, sentence):
    project.good()
    assert project.fault() == ""
    spoil(project)
    assert sentence in project.fault()


def test_changed_pins_are_installed_into_the_same_venv(project):
    project.mark()
    (project.root / "constraints.txt").write_text("tiny==1.1\n", encoding="utf-8")
    done = project.make()
    assert done.returncode == 0
    assert done.printed == "pyproject.toml or constraints.txt has changed. Installing what differs ...\n"
    assert not project.made_again
    assert project.silent()
    shown = subprocess.run([project.venv / "bin/python", "-c", "import tiny; print(tiny.version)"], capture_output=True)
    assert shown.stdout == b"1.1\n"


def test_a_file_that_was_only_touched_installs_nothing(project):
    project.good()
    os.utime(project.root / "constraints.txt")
    assert project.silent()


def test_an_impossible_pin_shows_what_pip_says_and_is_not_taken_for_done(project):
    project.good()
    (project.root / "constraints.txt").write_text("tiny==9.0\n", encoding="utf-8")
    done = project.make()
    assert done.returncode != 0
    assert "Installing failed. pip's last words (all: .venv/install.log):" in done.stderr
    assert "The user requested (constraint) tiny==9.0" in done.stderr  # which `pip --quiet` keeps for itself
    (project.root / "constraints.txt").write_text(PINS, encoding="utf-8")
    assert HALF in project.fault()


def test_another_python_is_used_only_when_it_is_named(project):
    project.mark()
    here = f"PYTHON={sys.executable}"
    assert project.make(here).printed == ""  # the same Python, if by the way of this environment
    _restamp(project, base="/elsewhere")
    assert project.silent()
    done = project.make(PYTHON=sys.executable)
    assert "in /elsewhere, not of the one that you name." in done.printed and project.made_again
    assert project.make(here).printed == ""


def test_foreign_modules_on_the_path_do_not_disturb_it(project, tmp_path):
    for name in ("pip", "venv", "ensurepip", "tiny", "compileall"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign')\n", encoding="utf-8")
    shutil.rmtree(project.venv, ignore_errors=True)
    assert project.make(PYTHONPATH=str(tmp_path)).returncode == 0
    assert project.make(PYTHONPATH=str(tmp_path)).printed == "" and project.silent()


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare to hide a folder of Python's")
@pytest.mark.parametrize("has_pip", [True, False], ids=["pip", "neither"])
def test_a_python_without_ensurepip_brings_its_pip_or_says_what_to_install(project, has_pip):
    """On Debian, ensurepip comes with python3-venv, and pip with python3-pip."""
    shutil.rmtree(project.venv, ignore_errors=True)
    pip = Path(_base("import pip; print(pip.__path__[0])"))
    hidden = [Path(sysconfig.get_path("stdlib")) / "ensurepip", *([] if has_pip else [pip])]
    hiding = "".join(f"mount -t tmpfs none '{path}' && " for path in hidden if path.exists())
    script = hiding + 'exec make .venv/installed "$@"'
    command = ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", script, "sh", f"PYTHON={_base_python()}"]
    done = subprocess.run(command, **project.surroundings())
    if has_pip:
        assert done.returncode == 0, done.stdout + done.stderr
        assert project.silent()
    else:
        assert done.returncode != 0
        assert done.stderr.count("apt install python3-venv") == 1 and "Traceback" not in done.stderr


def test_where_no_index_has_pip_ensurepip_brings_its_own(project):
    shutil.rmtree(project.venv, ignore_errors=True)
    [pip] = (project.root.parent / "wheels").glob("pip-*.whl")
    pip.rename(pip.with_suffix(".away"))
    done = project.make()
    pip.with_suffix(".away").rename(pip)
    assert done.returncode == 0, done.printed
    assert project.silent()


def _base_python():
    return getattr(sys, "_base_executable", sys.executable)


def _base(code):
    return subprocess.check_output([_base_python(), "-I", "-c", code], text=True).strip()


def _files(package):
    """Return the files of an installed pure package: path in a wheel -> text."""
    found = [path for path in package.rglob("*") if path.is_file() and path.suffix in (".py", ".pem", ".txt")]
    return {path.relative_to(package.parent).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.mark.parametrize("version", [(3, 6), (3, 10, 13), (3, 15, 0)])
def test_a_python_that_is_not_promised_is_refused_in_a_sentence(project, version):
    shutil.rmtree(project.venv, ignore_errors=True)
    code = (
        f"import make_venv, sys; sys.version_info = {version!r} + (0, 0)[:5 - len({version!r})]; "
        f"sys.version = '.'.join(map(str, {version!r})) + ' (of a test)'; sys.exit(make_venv.main([]))"
    )
    done = subprocess.run([sys.executable, "-c", code], **project.surroundings())
    shown = ".".join(map(str, version))
    assert done.returncode == 1 and not project.venv.exists()
    assert done.stdout + done.stderr == (
        f"Python 3.11 to 3.14 is needed, and this is {shown}. Name another one, for instance: "
        "make demo PYTHON=python3.14\n"
    )


def test_older_pythons_can_read_it_to_be_refused():
    import ast

    text = (ROOT / "make_venv.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse(text + "\nif (n := 1):\n    pass\n", feature_version=(3, 6))
