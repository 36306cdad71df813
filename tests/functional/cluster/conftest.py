"""Provide a Dask cluster of two real worker processes behind TLS, and classes of the real course beside it."""

import dask
import pytest
from distributed import LocalCluster, Security
from small_class import SmallClass


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
    config = {**certificates, "distributed.scheduler.allowed-failures": 0, "distributed.worker.profile.enabled": False}
    about = {"local_directory": str(tmp_path_factory.mktemp("workers")), "dashboard_address": None}
    with (
        dask.config.set(config),
        LocalCluster(n_workers=2, threads_per_worker=1, protocol="tls://", security=Security(), **about) as started,
    ):
        yield started
