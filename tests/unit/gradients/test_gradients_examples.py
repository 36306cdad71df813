"""Every example in a docstring is true, and every public name has one."""

import doctest
import importlib
import pkgutil

import pytest

import utils.gradients

MODULES = [module.name for module in pkgutil.iter_modules(utils.gradients.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(f"utils.gradients.{name}")).failed == 0


@pytest.mark.parametrize("name", ["numeric_gradient", "check_gradients", "check_backward", "taylor_test"])
def test_public_functions_show_an_example_and_a_source(name):
    text = getattr(utils.gradients, name).__doc__
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"{section}\n" in text
