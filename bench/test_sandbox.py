"""Measure how soon a kernel is ready: an ordinary one, and one in the sandbox with its fork server running."""

import os

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbformat.v4 import new_notebook

from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings
from autograder.sandbox import fork_client
from autograder.sandbox.provisioner import KERNELSPECS

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.mark.parametrize("isolation", ["none", "sandbox"])
@pytest.mark.benchmark(group="a kernel that answers, started and ended")
def test_one_kernel(benchmark, isolation):
    settings = Settings(isolation=isolation)

    def once():
        with GradingKernel(settings, new_notebook()):
            pass

    benchmark.pedantic(once, rounds=10, warmup_rounds=1)


@pytest.mark.benchmark(group="the sandbox's own parts")
def test_the_preloader_starts(benchmark):
    benchmark.pedantic(lambda: fork_client.ForkServer().close(), rounds=3)


@pytest.mark.benchmark(group="the sandbox's own parts")
def test_a_kernel_is_ended_with_all_its_processes(benchmark):
    specs = KernelSpecManager(kernel_dirs=[str(KERNELSPECS)])

    def started():
        manager = KernelManager(kernel_name="unrolled-sandbox", kernel_spec_manager=specs)
        manager.start_kernel()
        return (manager,), {}

    benchmark.pedantic(lambda manager: manager.shutdown_kernel(now=True), setup=started, rounds=10)
