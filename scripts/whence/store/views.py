"""The views of a validated store: plain triples under a named policy, each in a named graph `view:<policy>`."""

from __future__ import annotations

from whence.did_you_mean import meant
from whence.errors import UsageError
from whence.namespaces import VIEW

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from pyoxigraph import DefaultGraph, NamedNode, Store


def policies(store: Store) -> list[str]:
    """Return the policies of the views that a validated store holds, sorted."""
    return sorted(node.value.removeprefix(VIEW) for node in store.named_graphs() if node.value.startswith(VIEW))


def graph_of(store: Store, policy: str) -> NamedNode:
    """Return the name of the graph that holds a view.

    :raises UsageError: there is no such view; says which one was perhaps meant
    """
    from pyoxigraph import NamedNode

    known = policies(store)
    if policy not in known:
        hint = meant(policy, known)
        fix = f"{hint + ' ' if hint else ''}There are {', '.join(known) or 'none'}."
        raise UsageError(f"There is no view {policy!r}.", fix=fix)
    return NamedNode(VIEW + policy)


def dataset(store: Store, policy: str | None) -> dict[str, list[DefaultGraph | NamedNode]]:
    """Return what a query sees: the default graph alone, or a view's triples merged into it.

    :returns: keyword arguments of `whence.sparql.run`
    :raises UsageError: there is no such view
    """
    if policy is None:
        return {}
    from pyoxigraph import DefaultGraph

    return {"default_graph": [DefaultGraph(), graph_of(store, policy)]}
