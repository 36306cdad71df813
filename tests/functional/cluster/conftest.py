"""Provide a Dask cluster of two real worker processes behind TLS, and classes of the real course beside it."""

import dask
import nbformat
import pytest
from distributed import LocalCluster, Security

from autograder.cluster.part import part

ASSIGNMENT = "00-start-here"
SECRET = "5ec7e7" * 11


class SmallClass:
    """A class on disk for one assignment of the real course, with a secret that tests can look for."""

    def __init__(self, course, root):
        root.mkdir()
        self.root, self.course = root, part(course, ASSIGNMENT, None).unpack(root)
        (root / "course" / "gradebook.db").write_bytes((course.workspace / "gradebook.db").read_bytes())
        secret = root / "course" / "secret"
        secret.write_text(SECRET, encoding="ascii")
        secret.chmod(0o600)

    def submit(self, student, content):
        path = self.root / "course" / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())

    def configure(self, *lines):
        with (self.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *lines, ""]))


@pytest.fixture(scope="module")
def small_class(course, tmp_path_factory):
    """Return a function that makes a class without submissions."""
    folder = tmp_path_factory.mktemp("classes")
    return lambda name: SmallClass(course, folder / name)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Make certificates; return Dask's configuration of them."""
    made, folder = Security.temporary(), tmp_path_factory.mktemp("tls")
    config = {"distributed.comm.tls.ca-file": made.tls_ca_file}
    for role in ("client", "scheduler", "worker"):
        config[f"distributed.comm.tls.{role}.cert"] = made.tls_client_cert
        config[f"distributed.comm.tls.{role}.key"] = made.tls_client_key
    for name, text in config.items():
        path = folder / f"{name}.pem"
        path.write_text(text, encoding="ascii")
        config[name] = str(path)
    return config


@pytest.fixture(scope="module")
def cluster(certificates, tmp_path_factory):
    """Start a scheduler, and two workers as processes of their own; who connects finds the certificates."""
    config = {**certificates, "distributed.scheduler.allowed-failures": 0}
    about = {"local_directory": str(tmp_path_factory.mktemp("workers")), "dashboard_address": None}
    with (
        dask.config.set(config),
        LocalCluster(n_workers=2, threads_per_worker=1, protocol="tls://", security=Security(), **about) as started,
    ):
        yield started
