"""Provide what every test may rely on: the course built, no bytecode trap, every written notebook validated."""

import gc
import logging
import os
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent

# nbgrader calls `alembic` by its bare name; kernels start several times faster with bytecode.
os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the Makefile does: small products gain nothing from threads


@pytest.fixture(autouse=True)
def validate_written_notebooks(monkeypatch):
    """Fail the test in which an invalid notebook is written."""
    write = nbformat.write

    def validated(notebook, *args, **kwargs):
        nbformat.validate(notebook)
        return write(notebook, *args, **kwargs)

    monkeypatch.setattr(nbformat, "write", validated)


@pytest.fixture(autouse=True)
def traitlets_log_as_before():
    """Undo what `autograder grade` does in its own process: it quiets nbgrader's logger, which other tests read."""
    logger = logging.getLogger("traitlets")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture(autouse=True)
def not_within_nbgrader():
    """Take from the environment what nbgrader leaves in it where one of its commands stops in this process."""
    yield
    for name in ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def course():
    """Return this repository's course."""
    from autograder.course import Course

    return Course(ROOT)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage among modules and tests, which stay until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    """Begin with the audit: each of its modules takes a minute in one process, and none should be the last at work."""
    items.sort(key=lambda item: "functional/audit" not in item.path.as_posix())
