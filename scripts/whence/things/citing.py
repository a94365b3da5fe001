"""Citing a claim: as text, BibTeX and CSL-JSON; and the claim with its positions as Turtle, with the query that gets it.

CSL-JSON is as the schema of the Citation Style Language 1.0.2 has it. BibTeX is plain: every character that TeX takes for a
command is escaped, all others stand as they are, for biber and for BibTeX on UTF-8.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from unicodedata import category

from pyoxigraph import NamedNode, Quad

from whence.namespaces import local
from whence.rdf import graphs
from whence.things import sentences
from whence.things.claims import Claim
from whence.things.dates import in_words
from whence.things.index import CLOSURES, Index, wh

#: What TeX takes for commands, as it is written to be printed; BibTeX counts a brace behind a backslash, too.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
#: What follows from a claim and its positions by rules, and is left out where they are shown.
_DERIVED = ("involves", "involvedIn", "aboutWork", "workOfClaim", "attestedBy", "moreSpecificThan", "speaksIn", "answeredIn", *CLOSURES)


@dataclass(frozen=True, slots=True)
class Citation:
    """One claim, or one position on it, to cite.

    :ivar text: a sentence for a list of works cited
    :ivar bibtex: one entry
    :ivar csl: a JSON array of one item
    """

    text: str
    bibtex: str
    csl: str


def cite(index: Index, claim: Claim, iri: str, address: str, accessed: date, version: str, graph: str = "whence") -> Citation:
    """Return how to cite a claim with the positions it has.

    :param iri: what is cited: the claim, or the one position it is told with
    :param address: where it is read
    :param accessed: on which day
    :param version: the digest of the graph
    :param graph: what the graph is called
    """
    work = f"{graph}, a graph of claims and of who makes them"
    title = claim.label.rstrip(".")
    said = sentences.said(index, [claim]) if claim.positions else "Nobody takes a position on it here"
    evidence = f"{said[:1].upper()}{said[1:]}."
    key = re.sub(r"[^A-Za-z0-9-]", "-", local(iri))
    text = f"“{title}.” {evidence} In {work}, version {version[:12]}. {address}, accessed {in_words(accessed.isoformat())}."
    fields = {"title": f"{{{_tex(title)}}}", "howpublished": _tex(work), "version": _tex(version), "url": _address(address), "urldate": accessed.isoformat(), "note": _tex(evidence)}
    bibtex = f"@misc{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
    item = {
        "id": key, "type": "entry", "title": title, "container-title": work, "version": version, "URL": address,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]}, "note": evidence,
    }  # fmt: skip
    return Citation(text, bibtex, json.dumps([item], ensure_ascii=False, indent=2))


def query(iri: str, graph: str = "") -> str:
    """Return the query that gets a claim with all positions on it.

    :param graph: of the pack whose claim it is, or an empty text
    """
    left_out = ", ".join(f"wh:{name}" for name in _DERIVED)
    return f"""\
CONSTRUCT {{ ?s ?p ?o }}{f" FROM <{graph}>" if graph else ""}
WHERE {{
  VALUES ?claim {{ <{iri}> }}
  {{ ?claim ?p ?o BIND (?claim AS ?s) }}
  UNION
  {{ ?s wh:attests ?claim ; ?p ?o }}
  FILTER (?p NOT IN ({left_out}))
}}
"""


def turtle(index: Index, iri: str) -> str:
    """Return what `query` gets, as Turtle in the house style; empty for what is no claim of the graph."""
    claim, left_out = NamedNode(iri), {wh(name) for name in _DERIVED}
    found = (quad for one in (claim, *index.positions(claim)) for quad in index.match(one, None, None) if quad.predicate not in left_out)
    return graphs.turtle(graphs.canonical(Quad(one.subject, one.predicate, one.object) for one in found))


def _tex(text: str) -> str:
    """Return a text for a field; of control characters, which TeX refuses, only white space stays."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(one) == "Cc" and one not in "\t\n\r" else _TEX.get(one, one) for one in text)


def _address(address: str) -> str:
    """Return an address for a field of BibTeX, which takes it as it is but for braces and backslashes."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
