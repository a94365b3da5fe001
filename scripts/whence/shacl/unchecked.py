"""What a shapes graph says and this engine does not look at: each is told, so that no report is silent about it."""

from __future__ import annotations

from collections.abc import Iterator

from whence.namespaces import PREFIXES, SH
from whence.nearest import meant
from whence.shacl.reader import TARGET_SHAPE, ShapeReader
from whence.shacl.shapes_graph import THE_SHAPE, Problem, ShapesGraph
from whence.shacl.vocabulary import OWL_CLASS, RDFS_CLASS, TRUE, TYPE, VOCABULARIES, is_iri, sh

#: Terms of SHACL and SHACL-AF that are understood, or that another term brings along.
_UNDERSTOOD = set(
    "path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath targetNode targetClass targetSubjectsOf "
    "targetObjectsOf target property node not and or xone in hasValue class datatype nodeKind minCount maxCount minExclusive "
    "minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan "
    "lessThanOrEquals expression qualifiedValueShape qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount closed "
    "ignoredProperties severity message deactivated name description order group defaultValue sparql select ask prefixes "
    "declare prefix namespace parameter optional labelTemplate validator nodeValidator propertyValidator returnType "
    "resultAnnotation annotationProperty annotationValue annotationVarName shapesGraph suggestedShapesGraph entailment "
    "shapesGraphWellFormed conforms result detail focusNode value resultPath resultMessage resultSeverity sourceShape "
    "sourceConstraint sourceConstraintComponent targetWhere shape singleLine someValue subsetOf rootClass uniqueValuesFor memberShape "
    "minListLength maxListLength uniqueMembers reifierShape reificationRequired "
    "subject predicate object condition construct update jsFunctionName jsLibrary jsLibraryURL nodes filterShape intersection "
    "union if then else exists count sum min max distinct orderBy desc limit offset concat groupConcat separator".split()
)
#: What is in the namespace of SHACL, and in those that are written by mistake for it.
_NEAR = "w3.org/ns/shacl"
_REASONS = {
    "js": "a constraint in JavaScript", "rule": "a rule, which infers triples of files given with --data only",
    "values": "values to be inferred",
}  # fmt: skip
#: Parameters that say nothing without another one.
_INCOMPLETE = {
    "qualifiedMinCount": ("qualifiedValueShape",), "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"), "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
    "flags": ("pattern",), "ignoredProperties": ("closed",), "reificationRequired": ("reifierShape",),
}  # fmt: skip
_ANNOTATIONS = (
    *(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos")), "http://purl.org/dc/terms/", "http://purl.org/dc/elements/1.1/",
    "http://schema.org/", "https://schema.org/", "http://www.w3.org/ns/prov#", "http://xmlns.com/foaf/0.1/",
    "http://purl.org/vocab/vann/", "http://www.w3.org/ns/adms#", "http://www.w3.org/2003/06/sw-vocab-status/ns#",
)  # fmt: skip
#: Terms of DASH for user interfaces.
_PRESENTATION = {
    f"<{VOCABULARIES[1]}{name}>"
    for name in (
        "editor viewer propertyRole hidden readOnly abstract icon detailsEditor detailsGraph defaultLang defaultViewForRole "
        "applicableToClass shapeScript constructor includedIn indexed neverMaterialize composite contextFree hasShape dimensions "
        "propertySuggestionGenerator reifiableBy x y resourceAction localConstraint symbol"
    ).split()
}
_ANNOTATION_KINDS = tuple(f"<{PREFIXES['owl']}{kind}Property>" for kind in ("Annotation", "Object", "Datatype")) + (f"<{PREFIXES['rdf']}Property>",)


def unchecked(graph: ShapesGraph, reader: ShapeReader, any_target: bool) -> Iterator[Problem]:
    """Yield what was not understood, and what checks nothing.

    :param any_target: whether some active shape has a target
    """
    yield from (problem for part in reader.custom.unused for problem in _worded(graph, part))
    shapes = set(reader.read_nodes())
    for node in graph.all_subjects():
        if not node[1:].startswith(VOCABULARIES) and TRUE not in graph.objects(node, sh("deactivated")):
            for predicate in graph.predicates(node):
                yield from _worded(graph, _of_term(graph, reader, node, predicate, node in shapes))
    if not any_target:
        fix = "Give a shape sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf, or take sh:deactivated away."
        near = [term for node in graph.all_subjects() for term in graph.predicates(node) if _NEAR in term and not term[1:].startswith(SH)]
        if near:
            fix = f"The terms of SHACL begin with {SH}, unlike {min(near)}: mend the prefix."
        named = next((node for node in sorted(shapes) if is_iri(node)), "")
        yield Problem("unchecked", named, "No active shape has a target, so nothing was checked.", fix, anchor=named or None)
        return
    for node in sorted(shapes):
        if is_iri(node) and not graph.predicates(node) and not node[1:].startswith(VOCABULARIES):
            subject, predicate, _ = min(triple for triple in graph.triples if triple[2] == node)
            message = f"{THE_SHAPE} refers to the shape {node}, of which the shapes graph says nothing, so it checks nothing."
            yield from _worded(graph, Problem("unchecked", subject, message, "Define it, or add its file.", predicate, node))
    referred = {term for _, predicate, term in graph.triples if predicate != TYPE}
    for node in sorted(shapes):
        if is_iri(node) and node not in referred and not node[1:].startswith(VOCABULARIES) and not _has_target(graph, node):
            yield Problem("unknown", node, f"The shape {node} has no target and no shape refers to it, so it checks nothing.", anchor=node)


def _has_target(graph: ShapesGraph, node: str) -> bool:
    implicit = any(graph.is_instance(node, kind) for kind in (RDFS_CLASS, OWL_CLASS, sh("ShapeClass")))
    declared = implicit or graph.is_instance(node, sh("ConstraintComponent")) or graph.is_instance(node, sh("Parameter"))
    return declared or any("#target" in predicate for predicate in graph.predicates(node))


def _of_term(graph: ShapesGraph, reader: ShapeReader, node: str, predicate: str, is_shape: bool) -> Problem | None:
    """Return what there is to say of a predicate of a node, or None."""
    iri = predicate[1:-1]
    value = graph.objects(node, predicate)[0]
    if iri.startswith(SH):
        name = iri.removeprefix(SH)
        others = _INCOMPLETE.get(name)
        if is_shape and others and not any(graph.objects(node, sh(other)) for other in others):
            message = f"{THE_SHAPE} has sh:{name} without {' or '.join(f'sh:{other}' for other in others)}, so it checks nothing."
            return Problem("unchecked", node, message, "Add what is missing, or take it away.", predicate, value)
        if name in _UNDERSTOOD or (name == "rule" and reader.rules) or predicate in reader.custom.predicates():
            return None
        kind = _REASONS.get(name, "a target" if name.startswith("target") else "a term that SHACL 1.0 does not have")
        message = f"{THE_SHAPE} has sh:{name} ({kind}), which is not supported, so it is not checked."
        fix = meant(f"sh:{name}", [f"sh:{one}" for one in sorted(_UNDERSTOOD)], 0.8) if name not in _REASONS else None
        return Problem("unchecked", node, message, fix or "Say it with SHACL Core or SPARQL.", predicate, value)
    if not is_shape or iri.startswith(_ANNOTATIONS) or predicate in reader.custom.predicates() | _PRESENTATION:
        return None
    if predicate in reader.vendors() or predicate == TARGET_SHAPE:
        return None
    if iri.startswith(VOCABULARIES):
        message = f"{THE_SHAPE} has {predicate}, a term of another vendor that is not declared here, so it is not checked."
        fix = "Add the file that declares its constraint component in SPARQL, or say it with SHACL Core."
        return Problem("unchecked", node, message, fix, predicate, value)
    is_class = graph.is_instance(node, RDFS_CLASS) or graph.is_instance(node, OWL_CLASS)
    if is_class or any(graph.is_instance(predicate, kind) for kind in _ANNOTATION_KINDS):
        return None
    message = f"{THE_SHAPE} has {predicate}, which is no term of SHACL and no parameter of a component declared here; it is taken for an annotation."
    return Problem("unknown", node, message, None, predicate, value)


def _worded(graph: ShapesGraph, problem: Problem | None) -> list[Problem]:
    return [] if problem is None else graph.worded([problem])
