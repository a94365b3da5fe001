"""The validated graph and packs beside it in one store, made once and kept like a validated graph (`whence.store.snapshot`).

The default graph and the views are those of the curated graph. A pack's graph, `https://w3id.org/whence/pack/NAME`, holds what is
asserted and derived in the pack, without what the model says; a triple that the curated graph has too stands in the default
graph alone, so that the graphs share no triple and a merge of them needs no look for such (`whence.sparql.running`). A
pack's views are `https://w3id.org/whence/pack/NAME/view/POLICY`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from pyoxigraph import DefaultGraph, NamedNode, Store

from whence import identity, validation
from whence.errors import InputError, WhenceError
from whence.namespaces import IDENTITY
from whence.packs import choosing
from whence.packs.loading import fill, follow
from whence.packs.pack import Pack, sentence
from whence.store import layout, snapshot, views
from whence.store.layout import GraphFiles
from whence.validation import Tell


class Opened:
    """A validated graph with packs beside it.

    :ivar store: read-only: the default graph and the views of the curated graph, and of each pack a graph and its views
    :ivar packs: those that hold, by name
    :ivar set_aside: names of those that do not, each with a sentence that says why
    :ivar digest: of everything that went into it, under which a snapshot is kept where that can be
    """

    __slots__ = ("digest", "packs", "set_aside", "store")

    def __init__(self, store: Store, packs: Sequence[Pack], set_aside: dict[str, str], digest: str) -> None:
        self.store = store
        self.packs = tuple(packs)
        self.set_aside = set_aside
        self.digest = digest


def open(files: GraphFiles, names: Iterable[str] | None = None, *, tell: Tell | None = None, progress: Tell | None = None) -> Opened:
    """Return the validated graph with the packs that are asked; each is validated now unless it was before.

    :param names: of the packs, `all` for every one; None for those that the settings of the graph name
    :param tell: told one sentence of each pack that is set aside, and what `validation.open` tells
    :param progress: told the name of each stage as it starts
    :raises UsageError: a pack is asked by its name, and there is none of it
    :raises Refusal: the curated graph has violations, or a pack that is asked by its name
    :raises InputError: a folder cannot be read, or a pack that is asked by its name cannot be used
    """
    names = None if names is None else tuple(names)
    asked = choosing.chosen(files, names)
    packs = [pack for pack in asked.values() if isinstance(pack, Pack)]
    digest = _digest(files, packs)
    if len(packs) == len(asked) and (packs or files.identity) and digest and (kept := snapshot.open_snapshot(digest, tell=tell)):
        choosing.speak(files.prefixes, packs)  # to read the files of a pack declares its prefix before that of the graph
        return Opened(snapshot.hold(kept), packs, {}, digest)
    curated = validation.open(files, tell=tell and _of_packs(files, bool(asked), tell), progress=progress)
    stores, aside = _open_each(asked, names or (), tell, progress)
    packs = [pack for pack in packs if pack.name in stores]
    choosing.speak(files.prefixes, packs)
    digest = _digest(files, packs) or files.digest()
    if not packs and not files.identity:
        return Opened(curated, packs, aside, digest)
    kept = snapshot.open_snapshot(digest, tell=tell)
    if kept is None:
        if progress is not None:
            progress("bringing graph and packs together")
        return Opened(_combined(files, digest, curated, packs, list(stores.values()), tell), packs, aside, digest)
    return Opened(snapshot.hold(kept), packs, aside, digest)


def _of_packs(files: GraphFiles, asked: bool, tell: Tell) -> Tell:
    """Return what tells that a graph is empty only where no pack is asked, and then which packs there are."""

    def told(sentence: str) -> None:
        if sentence != files.emptiness or not files.packs:
            tell(sentence)
        elif not asked:
            tell(f"{sentence} The packs beside it are not asked ({', '.join(sorted(files.packs))}): name them with --pack, or by packs = [\"all\"] in whence.toml.")

    return told


def _open_each(asked: dict[str, Pack | InputError], needed: Sequence[str], tell: Tell | None, progress: Tell | None) -> tuple[dict[str, Store], dict[str, str]]:
    """Return the stores of the packs that hold, by name, and a sentence on each of the others, unless it is needed."""
    stores: dict[str, Store] = {}
    aside: dict[str, str] = {}
    for name, pack in asked.items():
        try:
            if not isinstance(pack, Pack):
                raise pack
            stores[name] = pack.open(tell=tell, progress=progress)
        except WhenceError as error:
            if name in needed:
                raise
            aside[name] = sentence(name, error)
            if tell is not None:
                tell(aside[name])
    return stores, aside


def _combined(files: GraphFiles, digest: str, curated: Store, packs: Sequence[Pack], stores: Sequence[Store], tell: Tell | None) -> Store:
    """Bring graph and packs together and keep them on disk, or in memory alone where they cannot be kept.

    Of the same packs only what differs in the graph is written, into a copy of what was brought together last.
    """
    decided, graphs = identity.decisions(files), [DefaultGraph(), *(pack.graph for pack in packs)]

    def filled(store: Store) -> None:
        fill(store, curated, packs, stores)
        identity.fill(store, decided, graphs)

    beside = "".join(f"{pack.name} {validation.digest_of(pack.files)} {pack.about()}\n" for pack in packs)
    key = sha256(layout.sources_digest() + f"{files.root}\n{beside}".encode()).hexdigest()
    basis = snapshot.newest_basis(key)
    draft = snapshot.draft(basis[1]) if basis else None
    if draft is not None:
        try:
            if follow(draft.store, curated, packs, stores):
                identity.fill(draft.store, decided, graphs)
                return snapshot.hold(snapshot.publish(digest, draft, [], f"{key}\n".encode()))
        except (OSError, RuntimeError):  # the engine says RuntimeError of some failures of the disk; as a whole it may be kept, or told why not
            pass
        draft.close()
    return snapshot.keep(digest, filled, tell, "The graph with its packs could not be remembered ({}), so the next command brings them together again.", f"{key}\n".encode())


def _digest(files: GraphFiles, packs: Sequence[Pack]) -> str | None:
    """Return the digest of a graph with packs, that of the digests of its parts; None where a file cannot be read."""
    curated = validation.digest_of(files)
    own = [validation.digest_of(pack.files) for pack in packs]
    if curated is None or None in own or not (packs or files.identity):
        return curated
    decided = (f"identity {sha256(files.read(path)).hexdigest()}" for path in files.identity)
    parts = [f"graph {curated}", *decided, *(f"{pack.name} {digest}" for pack, digest in zip(packs, own, strict=True))]
    return sha256("\n".join(parts).encode()).hexdigest()


def dataset(store: Store, packs: Iterable[Pack], policy: str | None = None) -> dict[str, list[DefaultGraph | NamedNode]]:
    """Return what a query sees that names packs: the merge of the curated graph and theirs, and of a view of all of them.

    :param store: of `open`
    :param packs: those that are merged in; without any the default graph is the curated one
    :param policy: of a view whose plain triples are merged in
    :returns: keyword arguments of `whence.sparql.run`
    :raises UsageError: there is no such view
    """
    seen = views.dataset(store, policy)
    packs = list(packs)
    if not packs:
        return seen
    graphs = seen.get("default_graph", [DefaultGraph()]) + [NamedNode(IDENTITY), NamedNode(identity.CROSSED), *(pack.graph for pack in packs)]
    return {"default_graph": graphs + ([pack.view(policy) for pack in packs] if policy is not None else [])}
