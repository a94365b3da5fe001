"""SPARQL-based constraints and constraint components of a shapes graph (SHACL sections 5 and 6)."""

from __future__ import annotations

from dataclasses import dataclass

from whence.shacl.model import Constraint, Shape, Validator
from whence.shacl.shapes_graph import ShapesGraph, ill_formed, shown
from whence.shacl.vocabulary import IMPORTS, TRUE, is_blank, is_iri, is_literal, lexical, sh

__all__ = ["CustomComponents"]


@dataclass(frozen=True, slots=True)
class _Parameter:
    predicate: str
    optional: bool

    @property
    def name(self) -> str:
        return self.predicate[1:-1].replace("#", "/").rsplit("/", 1)[-1]


class CustomComponents:
    """The constraint components a shapes graph declares, and its `sh:sparql` constraints.

    :param graph: the shapes graph
    :raises InputError: a component is ill-formed
    """

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._components: dict[str, list[_Parameter]] = {}
        for node in graph.subjects(sh("parameter")):
            if is_iri(node) and graph.is_instance(node, sh("ConstraintComponent")):
                self._components[node] = [self._parameter(node, term) for term in graph.objects(node, sh("parameter"))]

    def _parameter(self, component: str, node: str) -> _Parameter:
        path = self._graph.one(node, sh("path"))
        if path is None or not is_iri(path):
            raise ill_formed(component, "one of its parameters has no IRI as sh:path")
        parameter = _Parameter(path, self._graph.one(node, sh("optional")) == TRUE)
        if parameter.name in {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}:
            raise ill_formed(component, f"its parameter {path} has the name of a pre-bound variable")
        return parameter

    def constraints(self, shape: Shape) -> list[Constraint]:
        """Return the SPARQL-based constraints of a shape, those of custom components last.

        :raises InputError: a constraint or validator is ill-formed
        """
        graph = self._graph
        found = []
        for node in graph.objects(shape.node, sh("sparql")):
            if graph.one(node, sh("deactivated")) != TRUE:
                validator = self._validator(shape, node, "select", {}, source=node)
                found.append(Constraint("sparql", sh("SPARQLConstraintComponent"), (validator,)))
        for component, parameters in self._components.items():
            for given in self._given(shape, parameters):
                validator = self._of_component(shape, component, given)
                if validator is not None:
                    found.append(Constraint("component", component, (validator,), given))
        return found

    def _given(self, shape: Shape, parameters: list[_Parameter]) -> list[dict[str, str]]:
        """Return one binding of the parameters for each constraint the shape declares with them."""
        values = {parameter: self._graph.objects(shape.node, parameter.predicate) for parameter in parameters}
        if not parameters or any(not found and not parameter.optional for parameter, found in values.items()):
            return []
        if not any(values.values()):
            return []
        for found in values.values():
            if any(is_blank(term) for term in found):
                raise ill_formed(shape.node, "a parameter of a custom component is a blank node", "Give it an IRI.")
        if len(parameters) == 1:
            return [{parameters[0].name: term} for term in values[parameters[0]]]
        for parameter, found in values.items():
            if len(found) > 1:
                raise ill_formed(shape.node, f"it has {len(found)} values of the parameter {parameter.predicate}")
        return [{parameter.name: found[0] for parameter, found in values.items() if found}]

    def _of_component(self, shape: Shape, component: str, given: dict[str, str]) -> Validator | None:
        special = sh("nodeValidator") if shape.path is None else sh("propertyValidator")
        for predicate in (special, sh("validator")):
            for node in sorted(self._graph.objects(component, predicate)):
                kind = "ask" if self._graph.objects(node, sh("ask")) else "select"
                if kind == "select" and predicate == sh("validator"):
                    raise ill_formed(component, "its sh:validator has no sh:ask")
                return self._validator(shape, node, kind, given)
        return None

    def _validator(
        self, shape: Shape, node: str, kind: str, parameters: dict[str, str], source: str | None = None
    ) -> Validator:
        query = None if is_literal(node) else self._graph.one(node, sh(kind))
        if query is None or not is_literal(query):
            raise ill_formed(shape.node, f"its SPARQL-based constraint {shown(node)} has no sh:{kind} with a query")
        text = self._prologue(shape, node) + lexical(query)
        messages = tuple(sorted(self._graph.objects(node, sh("message"))))
        return Validator(text, kind == "ask", dict(parameters), messages, source)

    def _prologue(self, shape: Shape, node: str) -> str:
        """Return the PREFIX lines of `sh:prefixes`, those of imported ontologies too (SHACL section 5.2.1)."""
        graph = self._graph
        todo = list(graph.objects(node, sh("prefixes")))
        seen: set[str] = set()
        declared: dict[str, str] = {}
        while todo:
            ontology = todo.pop(0)
            if ontology in seen:
                continue
            seen.add(ontology)
            todo += graph.objects(ontology, IMPORTS)
            for declaration in graph.objects(ontology, sh("declare")):
                prefix, namespace = graph.one(declaration, sh("prefix")), graph.one(declaration, sh("namespace"))
                if prefix is None or namespace is None:
                    raise ill_formed(shape.node, f"a prefix declaration of {shown(ontology)} is not complete")
                name, iri = lexical(prefix), lexical(namespace)
                if declared.setdefault(name, iri) != iri:
                    raise ill_formed(shape.node, f"the prefix {name}: is declared twice, differently")
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(declared.items()))
