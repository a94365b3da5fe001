"""Lineages and paths as documents for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whence.lineage.paths import Hop, Paths
from whence.lineage.steps import Step
from whence.lineage.tracing import Lineage, Reached
from whence.things import Index
from whence.things.records import thing

Record = dict[str, Any]


def record(index: Index, lineages: Iterable[Lineage]) -> Record:
    """Return lineages of one thing as a document: what is reached up and down, and each step once.

    Up is where the thing comes from. A path names its steps by their claims; `steps` has those that no path walks too. Offsets
    are in code points of the document's text, the end exclusive.
    """
    lineages = list(lineages)
    steps = {step.claim: step for lineage in lineages for step in lineage.steps}
    return {
        "thing": thing(index, lineages[0].of),
        "policy": lineages[0].policy,
        "aspect": thing(index, lineages[0].aspect) if lineages[0].aspect else None,
        "reached": [_reached(index, one, lineage.forward) for lineage in lineages for one in lineage.reached],
        "steps": [step_record(index, steps[claim]) for claim in sorted(steps)],
        "leftOut": len({step for lineage in lineages for step in lineage.left_out}),
        "truncated": any(lineage.truncated for lineage in lineages),
    }


def path_record(index: Index, paths: Paths) -> Record:
    """Return paths as a document, best supported first; `length` is how many steps were looked for, `beside` what else is said of the two."""
    return {
        "from": thing(index, paths.start),
        "to": thing(index, paths.end),
        "policy": paths.policy,
        "part": paths.part,
        "length": paths.length,
        "truncated": paths.truncated,
        "paths": [
            {
                "kind": path.kind,
                "commitment": path.commitment,
                "contested": path.contested,
                "documents": [thing(index, iri) for iri in path.documents],
                "speakers": [thing(index, iri) for iri in path.speakers],
                "hops": [_hop(index, hop) for hop in path.hops],
            }
            for path in paths.found
        ],
        "beside": [claim.as_dict() for claim in paths.beside],
    }


def step_record(index: Index, step: Step) -> Record:
    """Return one step with every position that bears on it."""
    return {
        "claim": step.claim,
        "kind": step.kind,
        "source": thing(index, step.source),
        "target": thing(index, step.target),
        "aspect": thing(index, step.aspect) if step.aspect else None,
        "stance": step.stance,
        "commitment": step.commitment,
        "contested": step.contested,
        **({"catalogue": step.catalogue, "crossed": [thing(index, iri) for iri in step.crossed]} if step.catalogue else {}),
        "speakers": [thing(index, iri) for iri in step.speakers],
        "documents": [thing(index, iri) for iri in step.documents],
        "positions": [one.as_dict() for one in step.positions],
    }


def _reached(index: Index, one: Reached, forward: bool) -> Record:
    return {
        **thing(index, one.thing),
        "direction": "down" if forward else "up",
        "commitment": one.commitment,
        "contested": one.contested,
        "path": [step.claim for step in one.path],
    }


def _hop(index: Index, hop: Hop) -> Record:
    return {
        "from": thing(index, hop.start),
        "to": thing(index, hop.end),
        "onward": hop.onward,
        "steps": [step_record(index, step) for step in hop.steps],
    }
