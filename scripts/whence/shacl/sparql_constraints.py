"""What a shapes graph says in SPARQL: constraints and components (SHACL sections 5 and 6), targets, functions and rules (SHACL-AF 3, 5, 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whence.namespaces import SH
from whence.shacl.embedded_sparql import target_text, template, tokenize
from whence.shacl.literals import written
from whence.shacl.model import Constraint, Shape, Validator
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapeError, ShapesGraph, ill_formed, shown
from whence.shacl.vocabulary import IMPORTS, TRUE, TYPE, VOCABULARIES, is_blank, is_iri, is_literal, lexical, sh


@dataclass(frozen=True, slots=True)
class Function:
    """A SPARQL-based function (SHACL-AF section 5).

    :ivar text: the query, with `BINDINGS` where its parameters are to be bound
    :ivar parameters: the variables its arguments are bound to, in order
    :ivar least: how many of them a call must have
    """

    text: str
    parameters: tuple[str, ...]
    least: int


#: A node expression: `("this",)`, `("constant", term)`, `("path", path, of)`, `("filter", shape, of)`, `("union", part, ...)`,
#: `("intersection", part, ...)` or `("call", function, argument, ...)`.
Expression = tuple  # type: ignore[type-arg]


@dataclass(frozen=True, slots=True)
class _Parameter:
    predicate: str
    optional: bool

    @property
    def name(self) -> str:
        return self.predicate[1:-1].replace("#", "/").rsplit("/", 1)[-1]


class CustomComponents:
    """The constraint components a shapes graph declares, its `sh:sparql` constraints, its targets and functions in SPARQL.

    The components of SHACL itself may be declared too, as the SHACL and DASH vocabularies do; they are compiled elsewhere.

    :param shape: reads the shape of a node
    :ivar unused: what a shape says that was not understood
    """

    def __init__(self, graph: ShapesGraph, shape: Callable[[str], Shape]) -> None:
        self._graph = graph
        self._shape = shape
        self._components: dict[str, list[str]] = {}
        self.unused: list[Problem] = []
        for node in graph.subjects(sh("parameter")):
            if is_iri(node) and not node.startswith(f"<{SH}") and graph.is_instance(node, sh("ConstraintComponent")):
                self._components[node] = graph.objects(node, sh("parameter"))

    def ill_formed(self) -> Iterator[ShapeError]:
        """Yield what is wrong with the components, whether or not a shape uses them; not with those of a vocabulary."""
        for component, declared in self._components.items():
            if not component[1:].startswith(VOCABULARIES):
                try:
                    for node in declared:
                        self._parameter(component, node)
                except ShapeError as error:
                    yield error

    def predicates(self) -> set[str]:
        """Return the parameters of all components."""
        declared = (node for nodes in self._components.values() for node in nodes)
        return {path for node in declared for path in self._graph.objects(node, sh("path"))}

    def _parameter(self, owner: str, node: str) -> _Parameter:
        path = self._graph.one(node, sh("path"))
        if path is None or not is_iri(path):
            raise ill_formed(owner, "one of its parameters has no IRI as sh:path", predicate=sh("parameter"), value=node)
        parameter = _Parameter(path, self._graph.one(node, sh("optional")) == TRUE)
        if parameter.name in {"this", "shapesGraph", "currentShape", "path", "PATH", "value"}:
            raise ill_formed(owner, f"its parameter {path} has the name of a pre-bound variable")
        return parameter

    def order(self, node: str) -> float:
        """Return the `sh:order` of a parameter, rule or shape, 0 without one."""
        try:
            return float(lexical(next(iter(self._graph.objects(node, sh("order"))), '"0"')))
        except ValueError:
            return 0.0

    def functions(self) -> dict[str, Function]:
        """Return the SPARQL-based functions by IRI in angle brackets."""
        graph, found = self._graph, {}
        for node in (node for node in graph.subjects(TYPE) if graph.is_instance(node, sh("SPARQLFunction"))):
            queries = graph.objects(node, sh("select")) or graph.objects(node, sh("ask"))
            if not is_iri(node) or len(queries) != 1 or not is_literal(queries[0]):
                raise ill_formed(node, "it is a SPARQL-based function without an IRI or without one query")
            declared = graph.objects(node, sh("parameter"))
            read = {term: self._parameter(node, term) for term in declared}
            ordered = [read[term] for term in sorted(declared, key=lambda term: (self.order(term), read[term].name))]
            least = sum(not parameter.optional for parameter in ordered)
            names = tuple(parameter.name for parameter in ordered)
            tokens = tokenize(self._prologue(node, node) + lexical(queries[0]), node)
            found[node] = Function(template(tokens, {f"?{name}" for name in names}), names, least)
        return found

    def expression(self, node: str, owner: str) -> Expression | None:
        """Return a node expression (SHACL-AF section 6), or None for a kind that is not supported."""
        graph = self._graph
        if node == sh("this"):
            return ("this",)
        if not is_blank(node):
            return ("constant", written(node))
        said = [name for name in graph.predicates(node) if name != sh("message")]
        if (said and set(said) <= {sh("path"), sh("nodes")}) or set(said) == {sh("filterShape"), sh("nodes")}:
            start, path, shape = (graph.one(node, sh(name)) for name in ("nodes", "path", "filterShape"))
            inner = self.expression(start, owner) if start else ("this",)
            if inner is None or (path is None and shape is None):
                return None
            return ("path", graph.path(path, owner), inner) if path else ("filter", self._shape(str(shape)), inner)
        combined = {sh("union"): "union", sh("intersection"): "intersection"}
        if len(said) != 1 or not (said[0] in combined or graph.is_instance(said[0], sh("SPARQLFunction"))):
            return None
        members = graph.members(str(graph.one(node, said[0])), owner, "node expression")
        parts = [self.expression(member, owner) for member in members]
        if None in parts or (said[0] in combined and len(parts) < 2):
            return None
        return (combined[said[0]], *parts) if said[0] in combined else ("call", said[0], *parts)

    def construct(self, node: str, shape: str) -> Validator:
        """Return the query of a SPARQL rule (SHACL-AF section 8.6).

        :raises ShapeError: it has none
        """
        query = self._graph.one(node, sh("construct"))
        if query is None or not is_literal(query):
            raise ill_formed(shape, "its SPARQL rule has no sh:construct with a query", predicate=sh("rule"), value=node)
        return Validator(self._prologue(shape, node) + lexical(query), False, {}, ())

    def target(self, shape: str, node: str) -> str | None:
        """Return the query of a SPARQL-based target or of a target type with its parameters (SHACL-AF section 3), or None."""
        graph = self._graph
        kinds = [kind for kind in graph.objects(node, TYPE) if graph.objects(kind, sh("select"))]
        source = node if graph.objects(node, sh("select")) else kinds[0] if kinds else None
        query = graph.one(source, sh("select")) if source else None
        if source is None or query is None or not is_literal(query):
            kind = next(iter(graph.objects(node, TYPE)), shown(node))
            message = f"{THE_SHAPE} has a sh:target that is not supported ({kind}), so it is not checked there."
            fix = "Use sh:targetClass, sh:targetNode, sh:targetSubjectsOf, sh:targetObjectsOf or a sh:SPARQLTarget."
            self.unused.append(Problem("unchecked", shape, message, fix, sh("target"), node))
            return None
        given = {}
        for declared in graph.objects(source, sh("parameter")):
            parameter = self._parameter(shape, declared)
            value = graph.one(node, parameter.predicate)
            if value is None and not parameter.optional:
                raise ill_formed(shape, f"its sh:target lacks the parameter {parameter.predicate}", predicate=sh("target"), value=node)
            if value is not None:
                given[parameter.name] = value
        return target_text(Validator(self._prologue(shape, source) + lexical(query), False, given, ()), shape)

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
        for node in graph.objects(shape.node, sh("expression")):
            expression = self.expression(node, shape.node)
            if expression is None:
                message = f"{THE_SHAPE} has an expression constraint of a kind that is not supported, so it is not checked."
                self.unused.append(Problem("unchecked", shape.node, message, "Say it with SPARQL.", sh("expression"), node))
            else:
                messages = tuple(sorted(graph.objects(node, sh("message"))))
                found.append(Constraint("expression", sh("ExpressionConstraintComponent"), (expression, messages, node), {}))
        return [*found, *self._of_components(shape)]

    def _of_components(self, shape: Shape) -> list[Constraint]:
        graph = self._graph
        found: list[Constraint] = []
        used: set[str] = set()
        held = set(graph.predicates(shape.node))
        for component, declared in self._components.items():
            if not held & {path for node in declared for path in graph.objects(node, sh("path"))}:
                continue
            parameters = [self._parameter(component, node) for node in declared]
            for given in self._given(shape, parameters):
                used |= {parameter.predicate for parameter in parameters}
                fitting = self._of_component(shape, component, given)
                if fitting is not None:
                    found.append(Constraint("component", component, (fitting,), given))
                else:
                    message = f"{THE_SHAPE} uses the component {component}, which has no SPARQL validator for it, so it is not checked."
                    fix = "Give the component a sh:validator with sh:ask."
                    self.unused.append(Problem("unchecked", shape.node, message, fix, next(iter(held & self.predicates()))))
        for predicate in sorted((held & self.predicates()) - used):
            if not predicate[1:].startswith(SH):
                message = f"{THE_SHAPE} has {predicate} without the other parameters of its component, so it is not checked."
                self.unused.append(Problem("unchecked", shape.node, message, "Give every parameter that is not optional.", predicate))
        return found

    def _given(self, shape: Shape, parameters: list[_Parameter]) -> list[dict[str, str]]:
        """Return one binding of the parameters for each constraint the shape declares with them."""
        values = {parameter: self._graph.objects(shape.node, parameter.predicate) for parameter in parameters}
        if not parameters or any(not found and not parameter.optional for parameter, found in values.items()):
            return []
        if not any(values.values()):
            return []
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
                if self._graph.objects(node, sh(kind)) and (kind == "ask" or predicate == special):
                    return self._validator(shape, node, kind, given)
                if predicate == sh("validator") and not self._graph.objects(node, sh("jsFunctionName")):
                    raise ill_formed(component, "its sh:validator has no sh:ask")
        return None

    def _validator(
        self, shape: Shape, node: str, kind: str, parameters: dict[str, str], source: str | None = None
    ) -> Validator:
        query = None if is_literal(node) else self._graph.one(node, sh(kind))
        if query is None or not is_literal(query):
            problem = f"its SPARQL-based constraint {shown(node)} has no sh:{kind} with a query"
            raise ill_formed(shape.node, problem, predicate=sh("sparql"), value=node)
        text = self._prologue(shape.node, node) + lexical(query)
        messages = tuple(sorted(self._graph.objects(node, sh("message"))))
        return Validator(text, kind == "ask", dict(parameters), messages, source)

    def _prologue(self, shape: str, node: str) -> str:
        """Return the PREFIX lines of `sh:prefixes`, those of imported ontologies too (SHACL section 5.2.1).

        Where they leave a name open, the prefixes of the shapes file count, as in other engines.
        """
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
                    raise ill_formed(shape, f"a prefix declaration of {shown(ontology)} is not complete")
                name, iri = lexical(prefix), lexical(namespace)
                if declared.setdefault(name, iri) != iri:
                    raise ill_formed(shape, f"the prefix {name}: is declared twice, differently")
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted((graph.prefixes | declared).items()))
