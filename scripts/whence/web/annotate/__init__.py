"""The annotator: a page on this machine on which positions are added to a graph, one process for one curator.

`guard` lets nobody in but the page itself, `application` routes its requests, `desk` answers them from one workspace, `forms`
turns the classes of claims into sentences to complete.
"""

from __future__ import annotations
