"""The examples in the docstrings of the package do what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import whence

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(whence.__path__, "whence.") if not module.name.endswith("__main__")
)
EXAMPLES = [name for name in MODULES if re.search("^ *>>> ", Path(find_spec(name).origin).read_text(encoding="utf-8"), re.MULTILINE)]


def test_every_module_can_be_imported() -> None:
    for name in MODULES:
        importlib.import_module(name)


@pytest.mark.usefixtures("validated")
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert ran.attempted and not ran.failed


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30
