"""A store over HTTP to publish into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stores import Service


@pytest.fixture
def service() -> Iterator[Service]:
    """An empty store that answers at its address."""
    found = Service()
    yield found
    found.server.shutdown()
    found.server.server_close()
