"""Every example in a docstring is true."""

import doctest
import functools
import importlib
import pkgutil

import pytest

import autograder
import utils

IN_THE_WHEEL = "autograder.bundling.as_utils"  # there alone it can be imported: test_hub_bundle.py does
MODULES = [
    info.name
    for package in (utils, autograder)
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".variants." not in info.name and not info.name.endswith("__main__") and info.name != IN_THE_WHEEL
]


@functools.cache
def with_examples(name):
    """Return the docstrings of a module that hold examples. `doctest.testmod` runs all others too, each at a cost."""
    found = doctest.DocTestFinder().find(importlib.import_module(name))
    return [test for test in found if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in with_examples(name):
        runner.run(test, clear_globs=False)
    assert runner.failures == 0


def test_there_are_examples():
    assert sum(len(test.examples) for name in MODULES for test in with_examples(name)) >= 10
