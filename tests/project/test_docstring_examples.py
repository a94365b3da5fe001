"""The examples in the docstrings of the package do what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import whence

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(whence.__path__, "whence.") if not module.name.endswith("__main__")
)


@pytest.mark.usefixtures("validated")
@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    examples = [example for name in MODULES for test in finder.find(importlib.import_module(name)) for example in test.examples]
    assert len(examples) > 50
