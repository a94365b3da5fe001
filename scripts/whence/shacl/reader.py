"""Reads a shapes graph into shapes, refusing what SHACL calls ill-formed (SHACL sections 2 to 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import Literal, Store

from whence.namespaces import shorten
from whence.shacl.sparql_constraints import CustomComponents, Function
from whence.shacl.literals import written
from whence.shacl.results import literal
from whence.shacl.model import Constraint, Shape, Target
from whence.findings import path_text
from whence.shacl.regex import translated
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapeError, ShapesGraph, ill_formed, shown
from whence.shacl.vocabulary import (
    DASH, FIRST, INTEGER, LANG_STRING, NIL, OWL_CLASS, RDFS_CLASS, STRING, TRUE, TYPE, XSD, datatype_of, is_blank, is_iri,
    is_literal, lexical, sh,
)  # fmt: skip
from whence.shacl.xsd import is_well_formed

NODE_KINDS = {
    sh("IRI"): ("IRI",),
    sh("BlankNode"): ("Blank",),
    sh("Literal"): ("Literal",),
    sh("BlankNodeOrIRI"): ("Blank", "IRI"),
    sh("BlankNodeOrLiteral"): ("Blank", "Literal"),
    sh("IRIOrLiteral"): ("IRI", "Literal"),
    sh("TripleTerm"): ("TRIPLE",),
}
_FALSE = f'"false"^^<{XSD}boolean>'
_BOOLEANS = (TRUE, _FALSE, f'"1"^^<{XSD}boolean>', f'"0"^^<{XSD}boolean>')


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Core parameter that stands alone.

    :ivar accepts: whether a value is well-formed
    :ivar wanted: what a well-formed value is, for the error
    :ivar many: whether a shape may have several values, each a constraint of its own
    :ivar property_only: whether only property shapes may have it
    """

    accepts: Callable[[str], bool]
    wanted: str
    many: bool = False
    property_only: bool = False


def _integer(term: str) -> bool:
    return is_literal(term) and datatype_of(term) == INTEGER and is_well_formed(lexical(term), f"{XSD}integer")


def _boolean(term: str) -> bool:
    return term in _BOOLEANS


_IRI = (is_iri, "an IRI")
_INTEGER = (_integer, "an xsd:integer")
_LITERAL = (is_literal, "a literal")
_BOOLEAN = (_boolean, "true or false")
_PATH = (lambda term: not is_literal(term), "a property path")

CORE: dict[str, Parameter] = {
    "class": Parameter(*_IRI, many=True),
    "datatype": Parameter(*_IRI),
    "nodeKind": Parameter(lambda term: term in NODE_KINDS, "one of the seven node kinds"),
    "minCount": Parameter(*_INTEGER, property_only=True),
    "maxCount": Parameter(*_INTEGER, property_only=True),
    "minExclusive": Parameter(*_LITERAL),
    "minInclusive": Parameter(*_LITERAL),
    "maxExclusive": Parameter(*_LITERAL),
    "maxInclusive": Parameter(*_LITERAL),
    "minLength": Parameter(*_INTEGER),
    "maxLength": Parameter(*_INTEGER),
    "uniqueLang": Parameter(*_BOOLEAN, property_only=True),
    "equals": Parameter(*_PATH, many=True),
    "disjoint": Parameter(*_PATH, many=True),
    "lessThan": Parameter(*_PATH, many=True, property_only=True),
    "lessThanOrEquals": Parameter(*_PATH, many=True, property_only=True),
    "subsetOf": Parameter(*_PATH, many=True, property_only=True),
    "singleLine": Parameter(*_BOOLEAN),
    "rootClass": Parameter(*_IRI, many=True),
    "minListLength": Parameter(*_INTEGER),
    "maxListLength": Parameter(*_INTEGER),
    "uniqueMembers": Parameter(*_BOOLEAN),
    "hasValue": Parameter(lambda term: True, "a term", many=True),
}


def _refused(pattern: str, flags: str) -> bool:
    """Whether the engine refuses a regular expression: one that grows too big."""
    arguments = ", ".join(str(Literal(text)) for text in (pattern, flags))
    solution: Any = next(iter(Store().query(f"SELECT (REGEX('', {arguments}) AS ?r) {{}}")))  # type: ignore[arg-type]
    return solution["r"] is None


def read_pattern(graph: ShapesGraph, node: str) -> tuple[tuple[str, str | None], dict[str, str]] | None:
    """Return the regular expression and flags of a shape as the engine takes them, and as written by name; or None.

    :raises ShapeError: they are no strings, or no regular expression the engine can judge
    """
    pattern, flags = graph.one(node, sh("pattern")), graph.one(node, sh("flags"))
    if pattern is None:
        return None
    for term in filter(None, (pattern, flags)):
        if not is_literal(term) or datatype_of(term) != STRING:
            raise ill_formed(node, "its sh:pattern or sh:flags is no plain string", predicate=sh("pattern"), value=pattern)
    text = lexical(pattern)
    shortened = text if len(text) < 80 else text[:77] + "..."
    try:
        engine_pattern, engine_flags = translated(text, lexical(flags) if flags else "")
        if _refused(engine_pattern, engine_flags):
            raise ValueError("it grows too big")
    except ValueError as error:
        problem = f"the regular expression {shortened!r} cannot be judged: {error}"
        raise ill_formed(node, problem, "Use the syntax of XPath.", predicate=sh("pattern"), value=pattern) from None
    said = {"pattern": pattern} | ({"flags": flags} if flags else {})
    return (literal(engine_pattern), literal(engine_flags) if engine_flags else None), said


#: Parameters of which a list holds several values, any of which will do (SHACL 1.2), with the kind of that constraint.
_LISTED = {"class": "classes", "datatype": "datatypes", "nodeKind": "nodeKinds"}
_FLAGS = ("uniqueLang", "singleLine")
#: Constraint components of DASH that are known without their declaration, with the kind that means the same.
_VENDORS = {"hasValueIn": "hasValueIn", "singleLine": "singleLine", "rootClass": "rootClass", "subSetOf": "subsetOf"}
_MOST_KEYS = 16
#: RDF4J's name of sh:targetWhere.
TARGET_SHAPE = "<http://rdf4j.org/shacl-extensions#targetShape>"
_ALL = {f"<{DASH}All{ends}{word}>": f"all {ends.lower()}" for ends in ("Subjects", "Objects") for word in ("", "Target")}
_TARGETS = {
    sh("targetNode"): "node",
    sh("targetClass"): "class",
    sh("targetSubjectsOf"): "subjects",
    sh("targetObjectsOf"): "objects",
}
_MAX_NESTING = 40


class ShapeReader:
    """Reads the shapes of one shapes graph.

    :param rules: whether rules are run
    :ivar custom: the constraint components of the graph
    """

    def __init__(self, graph: ShapesGraph, rules: bool = False) -> None:
        self._graph = graph
        self.rules = rules
        self.custom = CustomComponents(graph, self.shape)
        self._shapes: dict[str, Shape] = {}
        self._open: list[str] = []
        self.problems: dict[Problem, None] = {}

    def targeted(self) -> list[Shape]:
        """Return the shapes that have targets and are not deactivated; the others are read and checked too.

        A shape that cannot be read is left out, and so is one that needs it; `problems` says why.
        """
        graph = self._graph
        for iri in graph.subjects(sh("entailment")):
            regime = graph.objects(iri, sh("entailment"))[0]
            if self.rules and regime == sh("Rules"):
                continue
            problem = f"The shapes graph asks for the entailment {regime}, which is not supported."
            self._add(ShapeError(Problem("ill-formed", iri, problem, "Write the triples out.", sh("entailment"), regime)))
        for error in self.custom.ill_formed():
            self._add(error)
        nodes = {node for predicate in (*_TARGETS, sh("target"), sh("targetWhere"), TARGET_SHAPE) for node in graph.subjects(predicate)}
        nodes.update(node for node in graph.subjects(TYPE) if self._is_declared(node))
        shapes = []
        for node in sorted(nodes, key=lambda term: (is_blank(term), term)):
            try:
                shapes.append(self.shape(node))
            except ShapeError as error:
                self._add(error)
        return [shape for shape in shapes if shape.targets and not shape.deactivated]

    def _add(self, error: ShapeError) -> None:
        self.problems.update(dict.fromkeys(self._graph.worded(error.problems)))

    def _is_declared(self, node: str) -> bool:
        return any(self._graph.is_instance(node, sh(kind)) for kind in ("NodeShape", "PropertyShape", "ShapeClass"))

    def shape(self, node: str) -> Shape:
        """Return the shape of a node, reading it and every shape it refers to.

        :raises ShapeError: it is ill-formed, or refers to itself
        """
        if node in self._open:
            circle = " to ".join(shown(part) for part in [*self._open[self._open.index(node) :], node])
            problem = f"{THE_SHAPE} refers to itself ({circle}); recursive shapes are not supported, so it is not checked."
            raise ShapeError(Problem("recursive", node, problem, "Break the circle."))
        if node not in self._shapes:
            if is_literal(node):
                raise ill_formed(self._open[-1], f"it refers to the literal {node} as a shape", value=node)
            if len(self._open) > _MAX_NESTING:
                raise ill_formed(self._open[0], f"its shapes are nested more than {_MAX_NESTING} deep")
            self._open.append(node)
            try:
                self._shapes[node] = self._read(node)
            finally:
                self._open.pop()
        return self._shapes[node]

    def functions(self) -> dict[str, Function]:
        """Return the SPARQL-based functions of the graph."""
        try:
            return self.custom.functions()
        except ShapeError as error:
            self._add(error)
            return {}

    def vendors(self) -> dict[str, str]:
        """Return the predicates of DASH that are known here and not declared in the graph, each with its kind of constraint."""
        declared = self.custom.predicates()
        return {f"<{DASH}{name}>": kind for name, kind in _VENDORS.items() if f"<{DASH}{name}>" not in declared}

    def read_nodes(self) -> list[str]:
        """Return the nodes of all shapes that were read."""
        return list(self._shapes)

    def _read(self, node: str) -> Shape:
        graph = self._graph
        paths = graph.objects(node, sh("path"))
        if len(paths) > 1:
            raise ill_formed(node, "it has several values of sh:path", predicate=sh("path"), value=paths[1])
        if not paths and graph.is_instance(node, sh("PropertyShape")):
            raise ill_formed(node, "it is a property shape without sh:path")
        if paths and graph.is_instance(node, sh("NodeShape")):
            raise ill_formed(node, "it is a node shape with a sh:path")
        severity = graph.one(node, sh("severity")) or sh("Violation")
        if not is_iri(severity):
            raise ill_formed(node, "its sh:severity is no IRI", predicate=sh("severity"), value=severity)
        shape = Shape(node, graph.path(paths[0], node) if paths else None, severity)
        shape.messages = self._messages(node)
        shape.deactivated = self._boolean(node, "deactivated")
        shape.targets = self._targets(node)
        shape.name = self._label(node, "name")
        shape.description = self._label(node, "description")
        if not shape.deactivated:
            shape.constraints = [*self._single(shape), *self._combined(shape), *self._logical(shape), *self._of_vendors(shape)]
            shape.constraints += self.custom.constraints(shape)
        return shape

    def _messages(self, node: str) -> tuple[str, ...]:
        messages = self._graph.objects(node, sh("message"))
        for message in messages:
            if not is_literal(message) or datatype_of(message) not in (STRING, LANG_STRING):
                raise ill_formed(node, "its sh:message is no string", predicate=sh("message"), value=message)
        return tuple(sorted(messages))

    def _boolean(self, node: str, name: str) -> bool:
        value = self._graph.one(node, sh(name))
        if value is not None and not CORE["uniqueLang"].accepts(value):
            raise ill_formed(node, f"its sh:{name} is neither true nor false", predicate=sh(name), value=value)
        return value == TRUE

    def _label(self, node: str, name: str) -> str | None:
        """Return the English or unmarked value first, then any."""
        found = [term for term in self._graph.objects(node, sh(name)) if is_literal(term)]
        found.sort(key=lambda term: (not term.endswith(('"', "@en")), term))
        return lexical(found[0]) if found else None

    def _targets(self, node: str) -> tuple[Target, ...]:
        graph = self._graph
        targets = []
        for predicate, kind in _TARGETS.items():
            for term in graph.objects(node, predicate):
                if is_blank(term) or (kind != "node" and not is_iri(term)):
                    raise ill_formed(node, f"its {kind} target is {shown(term)}", predicate=predicate, value=term)
                targets.append(Target(kind, written(term)))
        for predicate in (sh("targetWhere"), TARGET_SHAPE):
            targets += [Target("where", term, self.shape(term)) for term in graph.objects(node, predicate)]
        for term in graph.objects(node, sh("target")):
            known = next((_ALL[kind] for kind in (term, *graph.objects(term, TYPE)) if kind in _ALL), None)
            if known and not graph.objects(term, sh("select")):
                targets.append(Target(known, term))
                continue
            query = self.custom.target(node, term)
            if query is not None:
                targets.append(Target("query", query))
        implicit = any(graph.is_instance(node, kind) for kind in (RDFS_CLASS, OWL_CLASS, sh("ShapeClass")))
        if implicit and self._is_declared(node):
            if not is_iri(node):
                raise ill_formed(node, "a shape that is also a class must have an IRI")
            targets.append(Target("class", node))
        return tuple(dict.fromkeys(targets))

    def _single(self, shape: Shape) -> list[Constraint]:
        """Read the constraints whose component has one parameter that is a term."""
        found = []
        for name, parameter in CORE.items():
            values = self._graph.objects(shape.node, sh(name))
            if values and shape.path is None and parameter.property_only:
                raise ill_formed(shape.node, f"sh:{name} belongs on a property shape")
            if len(values) > 1 and not parameter.many:
                raise ill_formed(shape.node, f"it has {len(values)} values of sh:{name}", "Keep one of them.")
            for value in values:
                listed = name in _LISTED and (value == NIL or bool(self._graph.objects(value, FIRST)))
                members = self._graph.members(value, shape.node, f"sh:{name}") if listed else [value]
                for member in members:
                    if not parameter.accepts(member):
                        problem = f"its sh:{name} is {shown(member)}, not {parameter.wanted}"
                        raise ill_formed(shape.node, problem, predicate=sh(name), value=value)
                if listed:
                    found.append(_constraint(name, tuple(members), {name: literal(", ".join(map(_short, members)))}, _LISTED[name]))
                elif name not in _FLAGS or value == TRUE:
                    found.append(self._with_argument(shape, name, value))
        return found

    def _with_argument(self, shape: Shape, name: str, value: str) -> Constraint:
        """Return the constraint of one value of a parameter."""
        if CORE[name].wanted == _PATH[1]:
            path = self._graph.path(value, shape.node)
            return _constraint(name, (path,), {name: value if is_iri(value) else literal(path_text(path))})
        if name in ("minListLength", "maxListLength") and len(lexical(value)) > 2:
            raise ill_formed(shape.node, f"its sh:{name} is beyond 99, of which more cannot be judged", predicate=sh(name), value=value)
        # The engine compares numbers at once, and takes some for numbers that are none.
        exact = name == "hasValue" or (is_literal(value) and not is_well_formed(lexical(value), datatype_of(value)[1:-1]))
        return _constraint(name, (written(value) if exact else value,), {name: value})

    def _of_vendors(self, shape: Shape) -> list[Constraint]:
        """Read the constraints of DASH that are known without their declaration."""
        found = []
        for predicate, kind in self.vendors().items():
            for value in self._graph.objects(shape.node, predicate):
                if kind == "hasValueIn":
                    members = self._graph.members(value, shape.node, "dash:hasValueIn")
                    constraint = _constraint(kind, tuple(map(written, members)), {})
                elif not CORE[kind].accepts(value) or (CORE[kind].property_only and shape.path is None):
                    raise ill_formed(shape.node, f"its {predicate} is {shown(value)}", predicate=predicate, value=value)
                else:
                    constraint = self._with_argument(shape, kind, value)
                name = predicate[len(DASH) + 1 : -1]
                component = f"<{DASH}{name[0].upper()}{name[1:]}ConstraintComponent>"
                if kind not in _FLAGS or value == TRUE:
                    found.append(replace(constraint, component=component))
        return found

    def _combined(self, shape: Shape) -> list[Constraint]:
        """Read the constraints with lists or several parameters: in, languageIn, pattern, closed."""
        graph, node = self._graph, shape.node
        found = []
        for name in ("in", "languageIn"):
            head = graph.one(node, sh(name))
            if head is not None:
                members = tuple(graph.members(head, node, f"sh:{name}"))
                if name == "languageIn" and not all(is_literal(m) and datatype_of(m) == STRING for m in members):
                    raise ill_formed(node, "a member of its sh:languageIn is no plain string")
                stored = tuple(map(written, members)) if name == "in" else members
                found.append(_constraint(name, stored, {name: ", ".join(members)}))
        pattern = read_pattern(graph, node)
        if pattern is not None:
            found.append(_constraint("pattern", *pattern))
        ignored = graph.one(node, sh("ignoredProperties"))
        ignored_properties = graph.members(ignored, node, "sh:ignoredProperties") if ignored else []
        if not all(is_iri(term) for term in ignored_properties):
            raise ill_formed(node, "a member of its sh:ignoredProperties is no IRI")
        if self._boolean(node, "closed"):
            allowed = {path for prop in graph.objects(node, sh("property")) for path in graph.objects(prop, sh("path"))}
            allowed = {path for path in allowed if is_iri(path)} | set(ignored_properties)
            found.append(_constraint("closed", tuple(sorted(allowed)), {}))
        return found

    def _logical(self, shape: Shape) -> list[Constraint]:
        """Read the constraints that refer to other shapes."""
        graph, node = self._graph, shape.node
        found = []
        problems: list[Problem] = []
        for name in ("node", "property", "not"):
            for term in graph.objects(node, sh(name)):
                try:
                    inner = self.shape(term)
                except ShapeError as error:  # the next property shape may be wrong too
                    problems += error.problems
                    continue
                if (name == "property") != (inner.path is not None) and name != "not":
                    wanted = "a property shape" if name == "property" else "a node shape"
                    raise ill_formed(node, f"the value {shown(term)} of sh:{name} is not {wanted}", predicate=sh(name), value=term)
                found.append(_constraint(name, (inner,), {name: term}))
        if problems:
            raise ShapeError(*problems)
        for name in ("someValue", "memberShape"):
            found += [_constraint(name, (self.shape(term),), {name: term}) for term in graph.objects(node, sh(name))]
        for name in ("and", "or", "xone"):
            for head in graph.objects(node, sh(name)):
                members = tuple(self.shape(term) for term in graph.members(head, node, f"sh:{name}"))
                found.append(_constraint(name, members, {}))
        return [*found, *self._qualified(shape), *self._reified(shape), *self._keys(shape)]

    def _reified(self, shape: Shape) -> list[Constraint]:
        """Read what the reifiers of the triples of a property must be (SHACL 1.2)."""
        graph, node = self._graph, shape.node
        found, required = graph.objects(node, sh("reifierShape")), self._boolean(node, "reificationRequired")
        if not found:
            return []
        if shape.path is None or shape.path[0] != "pred":
            raise ill_formed(node, "sh:reifierShape belongs on a property shape whose path is an IRI")
        path = shape.path[1]
        return [_constraint("reifierShape", (path, self.shape(term), required), {"reifierShape": term}) for term in found]

    def _keys(self, shape: Shape) -> list[Constraint]:
        """Read the properties whose values together are a key (SHACL 1.2)."""
        graph, node, found = self._graph, shape.node, []
        for value in graph.objects(node, sh("uniqueValuesFor")):
            members = [value] if is_iri(value) and value != NIL else graph.members(value, node, "sh:uniqueValuesFor")
            if not members or not all(map(is_iri, members)):
                raise ill_formed(node, "its sh:uniqueValuesFor is neither an IRI nor a list of IRIs", predicate=sh("uniqueValuesFor"), value=value)
            if len(members) > _MOST_KEYS:
                raise ill_formed(node, f"its sh:uniqueValuesFor has more than {_MOST_KEYS} properties", predicate=sh("uniqueValuesFor"), value=value)
            said = {"uniqueValuesFor": literal(", ".join(map(_short, members)))}
            found.append(_constraint("uniqueValuesFor", tuple(members), said))
        return found

    def _qualified(self, shape: Shape) -> list[Constraint]:
        graph, node = self._graph, shape.node
        qualified = graph.one(node, sh("qualifiedValueShape"))
        if qualified is None:
            return []
        if shape.path is None:
            raise ill_formed(node, "sh:qualifiedValueShape belongs on a property shape")
        siblings: tuple[Shape, ...] = ()
        if self._boolean(node, "qualifiedValueShapesDisjoint"):
            parents = [parent for parent in graph.subjects(sh("property")) if node in graph.objects(parent, sh("property"))]
            properties = {prop for parent in parents for prop in graph.objects(parent, sh("property"))}
            others = {term for prop in properties for term in graph.objects(prop, sh("qualifiedValueShape"))}
            siblings = tuple(self.shape(term) for term in sorted(others - {qualified}))
        found = []
        for name in ("qualifiedMinCount", "qualifiedMaxCount"):
            count = graph.one(node, sh(name))
            if count is not None:
                if not is_literal(count) or datatype_of(count) != INTEGER or not CORE["minCount"].accepts(count):
                    raise ill_formed(node, f"its sh:{name} is {shown(count)}, not an xsd:integer", predicate=sh(name), value=count)
                said = {name: count, "qualifiedValueShape": qualified}
                found.append(_constraint(name, (count, self.shape(qualified), siblings), said))
        return found


def _short(iri: str) -> str:
    return shorten(iri[1:-1])


def _constraint(name: str, arguments: tuple[object, ...], said: dict[str, str], kind: str | None = None) -> Constraint:
    return Constraint(kind or name, sh(name[0].upper() + name[1:] + "ConstraintComponent"), arguments, said)
