"""A store over HTTP to publish into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from stores import Service


@pytest.fixture
def service() -> Iterator[Service]:
    """An empty store that answers at its address."""
    with closing(Service()) as found:
        yield found
