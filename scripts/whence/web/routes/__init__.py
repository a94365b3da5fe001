"""What is answered at which address."""

from __future__ import annotations
