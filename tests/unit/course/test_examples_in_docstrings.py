"""Every example in a docstring is true."""

import doctest
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


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_there_are_examples():
    found = [doctest.DocTestFinder().find(importlib.import_module(name)) for name in MODULES]
    assert sum(len(test.examples) for tests in found for test in tests) >= 10
