"""Fixtures every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `../shared` of source texts and suites; without it a test is skipped, or fails where CI is set."""
    folder = (_ROOT / "../shared").resolve()
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("needs ../shared")
        pytest.skip("needs ../shared")
    return folder
