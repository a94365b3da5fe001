"""The annotator: a page on this machine on which positions are added to a graph, one process for one curator.

`application` routes the requests of the page and lets in nobody else, `desk` answers them from one workspace.
"""
