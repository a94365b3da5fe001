"""The formats that mappings read."""
