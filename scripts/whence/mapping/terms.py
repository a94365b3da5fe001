"""What the ontology lets a mapping say: classes of things, classes of claims with their roles, properties of positions."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, RdfFormat, Store

from whence.errors import InputError
from whence.namespaces import PREFIXES, WH, shorten
from whence.rdf.terms import closure

_OWL, _RDF, _RDFS = (PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
#: Classes with the roles of which their shapes want a value.
_NEEDED = "SELECT ?class ?role { ?shape sh:targetClass ?class ; sh:property ?one . ?one sh:path ?role ; sh:minCount ?least FILTER (isIRI(?role) && ?least > 0) }"


class Terms:
    """Local names of the ontology's own terms.

    :ivar classes: the classes of things
    :ivar claims: class of claims to the roles that it has
    :ivar known: every term, with its prefix
    :ivar positions: the properties of an attestation
    :ivar ranges: role or property to the classes of what may fill it; those that take anything are not in it
    """

    def __init__(self, files: Iterable[str]) -> None:
        """:param files: the ontology and its shapes, in Turtle
        :raises InputError: one of them cannot be read
        """
        store = Store()
        for file in files:
            try:
                store.bulk_load(path=file, format=RdfFormat.TURTLE, lenient=True)
            except (OSError, SyntaxError) as error:
                raise InputError(f"The ontology cannot be read: {error}.", fix="Mend it, or install whence again.", file=file) from None
        terms = {shorten(quad.subject.value) for quad in store.quads_for_pattern(None, NamedNode(_RDF + "type"), None, None) if isinstance(quad.subject, NamedNode)}
        self.known = frozenset(one for one in terms if not one.startswith("shape:"))
        self._above = self._hierarchy(store)
        self.classes = self._below("Entity")
        domains = self._named_by(store, "domain")
        self.ranges = {name: kinds for name, kinds in self._named_by(store, "range").items() if kinds <= self._above.keys() | {"Entity"}}
        self.claims = {name: frozenset(role for role, kinds in domains.items() if kinds & self.above(name)) for name in self._below("Claim")}
        self.positions = frozenset(name for name, kinds in domains.items() if "Attestation" in kinds)
        self._needed: dict[str, set[str]] = {}
        for row in store.query(_NEEDED, prefixes=PREFIXES):  # type: ignore[union-attr]
            self._needed.setdefault(row["class"].value.removeprefix(WH), set()).add(row["role"].value.removeprefix(WH))  # type: ignore[index, union-attr]

    def needed(self, name: str) -> frozenset[str]:
        """Return the roles that a claim of a class has to fill."""
        return frozenset(role for kind in self.above(name) for role in self._needed.get(kind, ()))

    def above(self, name: str) -> frozenset[str]:
        """Return a class and all classes above it."""
        return frozenset(closure([name], lambda one: self._above.get(one, ())))

    def _below(self, top: str) -> frozenset[str]:
        return frozenset(name for name in (*self._above, top) if top in self.above(name))

    @staticmethod
    def _hierarchy(store: Store) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for quad in store.quads_for_pattern(None, NamedNode(_RDFS + "subClassOf"), None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.subject.value.startswith(WH):
                found.setdefault(quad.subject.value.removeprefix(WH), []).append(quad.object.value.removeprefix(WH))
        return found

    def _named_by(self, store: Store, property: str) -> dict[str, frozenset[str]]:
        """Return property to the classes of its domain or range, the members of a class that is a union for it."""
        found: dict[str, set[str]] = {}
        for quad in store.quads_for_pattern(None, NamedNode(_RDFS + property), None, None):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(WH):
                same = [one.object for one in store.quads_for_pattern(quad.object, NamedNode(_OWL + "equivalentClass"), None, None)]  # type: ignore[arg-type]
                named = [member for node in (quad.object, *same) for member in self._union(store, node)]
                named = named or ([quad.object] if isinstance(quad.object, NamedNode) else [])
                found.setdefault(quad.subject.value.removeprefix(WH), set()).update(one.value.removeprefix(WH) for one in named)
        return {name: frozenset(kinds) for name, kinds in found.items()}

    @staticmethod
    def _union(store: Store, node: object) -> list[NamedNode]:
        """Return the classes of an owl:unionOf."""
        found: list[NamedNode] = []
        heads = [quad.object for quad in store.quads_for_pattern(node, NamedNode(_OWL + "unionOf"), None, None)]  # type: ignore[arg-type]
        while heads:
            cell = heads.pop()
            found += [quad.object for quad in store.quads_for_pattern(cell, NamedNode(_RDF + "first"), None, None) if isinstance(quad.object, NamedNode)]  # type: ignore[arg-type]
            heads += [quad.object for quad in store.quads_for_pattern(cell, NamedNode(_RDF + "rest"), None, None)]  # type: ignore[arg-type]
        return found
