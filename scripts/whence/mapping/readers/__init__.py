"""The formats that mappings read."""

from __future__ import annotations
