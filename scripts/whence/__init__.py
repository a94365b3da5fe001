"""whence: where does this work come from, who says so, and where exactly do they say it?"""

__version__ = "0.1.0"
