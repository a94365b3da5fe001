"""What is answered at which address."""

from __future__ import annotations

__all__: list[str] = []
