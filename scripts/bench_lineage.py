"""Measures lineage, paths and disagreements on a generated graph, against direct SPARQL on its claims in the same run.

    scripts/bench lineage                   a graph of 1,000,000 triples
    scripts/bench lineage --triples 100000  another size
    scripts/bench lineage --things 10       so many things are asked about

The graph is opened as a validated one is: read-only, from the disk. Times are of the processor, since others may use the machine. We are
asked twice: with an index that knows nothing yet, and with the same again, as a server keeps it. SPARQL is asked for the same answer
(through parts, and more specific and more general claims), and plainly, without these, which finds less; the things it reaches are
compared with ours. Neither gives paths, speakers or places. What SPARQL has not done after 10 seconds counts as 10. Exits 1 when a
median of ours is above 100 ms at first, when SPARQL for the same answer is less than 10 times slower, or when the answers differ.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Store

from claims_graph import write_lineage_graph
from whence import lineage
from whence.namespaces import ID, WH
from whence.things import Index, disagreements

PATIENCE = 10
ALLOWED, RATIO = 0.1, 10.0
DEPTH = 5
Ask = Callable[[Index, str, str], set[str]]


def lineage_query(thing: str, near: str, far: str, whole: bool) -> str:
    """Return the query for all that is reached in at most `DEPTH` steps, with the weakest commitment of the best path.

    :param whole: through parts, and more specific claims
    """
    branches = []
    for steps in range(1, DEPTH + 1):
        parts, ranks, rank = [], [], ""
        for step in range(1, steps + 1):
            before = f"?n{step - 1}" if step > 1 else f"<{thing}>"
            part, specific = (f"?part{step}", f"?s{step}") if whole else (before, f"?c{step}")
            parts.append(f"{part} wh:partOf* {before} ." if whole else "")
            parts.append(f"?c{step} wh:{near} {part} ; wh:{far} ?n{step} ; a wh:Influence .")
            parts.append(f"{specific} wh:moreSpecificThan* ?c{step} ." if whole else "")
            parts.append(f"?a{step} wh:attests {specific} ; wh:polarity wh:Affirmed ; wh:commitment ?k{step} .")
            ranks.append(f"BIND (IF(?k{step} = wh:Stated, 1, IF(?k{step} = wh:Hedged, 2, IF(?k{step} = wh:Implied, 3, 4))) AS ?r{step})")
            rank = f"IF({rank} > ?r{step}, {rank}, ?r{step})" if rank else f"?r{step}"
        branches.append(f"{{ {' '.join(parts + ranks)} BIND (?n{steps} AS ?reached) BIND ({rank} AS ?rank) }}")
    return f"PREFIX wh: <{WH}> SELECT ?reached (MIN(?rank) AS ?weakest) WHERE {{ {' UNION '.join(branches)} }} GROUP BY ?reached"


def path_query(one: str, other: str, whole: bool) -> str:
    """Return the query for what stands in the middle of the paths of at most four steps by influence and credits.

    :param whole: through parts, and only by what is affirmed
    """
    branches = []
    for length in range(1, 5):
        nodes = [f"<{one}>", *(f"?m{number}" for number in range(1, length)), f"<{other}>"]
        branches.append(f"{{ {' '.join(_hop(number, nodes[number], nodes[number + 1], whole) for number in range(length))} }}")
    return f"PREFIX wh: <{WH}> SELECT DISTINCT ?m1 ?m2 ?m3 WHERE {{ {' UNION '.join(branches)} }}"


def _hop(number: int, one: str, other: str, whole: bool) -> str:
    if not whole:
        return f"{one} ^wh:influencer/wh:influenced|^wh:influenced/wh:influencer|^wh:agent/wh:work|^wh:work/wh:agent {other} ."
    roles = ("influencer influenced", "influenced influencer", "agent work", "work agent")
    ways = (f"{{ ?c{number} wh:{pair.split()[0]} ?part{number} ; wh:{pair.split()[1]} {other} }}" for pair in roles)
    return f"?part{number} wh:partOf* {one} . {' UNION '.join(ways)} ?a{number} wh:attests ?c{number} ; wh:polarity wh:Affirmed ."


def disagreements_query(thing: str, whole: bool) -> str:
    """Return the query for what of a work is affirmed and denied, by whom and where.

    :param whole: through more specific and more general claims
    """
    ends = ("?specific", "?general") if whole else ("?claim", "?claim")
    through = "?specific wh:moreSpecificThan* ?claim . ?claim wh:moreSpecificThan* ?general ." if whole else ""
    return (
        f"PREFIX wh: <{WH}> SELECT ?claim ?who ?document ?other ?place WHERE {{ {{ ?claim wh:involves <{thing}> }} UNION {{ ?claim wh:aboutWork <{thing}> }} {through} "
        f"?yes wh:attests {ends[0]} ; wh:polarity wh:Affirmed ; wh:speaker ?who ; wh:document ?document . "
        f"?no wh:attests {ends[1]} ; wh:polarity wh:Denied ; wh:speaker ?other ; wh:document ?place }}"
    )


def answer(store: str, queries: list[str], pipe: Connection) -> None:
    """Answer queries one after another; of each, send the first values and the seconds. The system ends it when one takes too long."""
    opened = Store.read_only(store)
    for query in queries:
        start = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(start) + PATIENCE, resource.RLIM_INFINITY))
        found = {row[0].value for row in opened.query(query) if row[0] is not None}
        pipe.send((found, time.process_time() - start))


def by_sparql(store: str, queries: list[str]) -> Iterator[tuple[set[str] | None, float]]:
    """Yield the first values and seconds of each query; None and `PATIENCE` where it took longer."""
    context = get_context("spawn")
    while queries:
        here, there = context.Pipe(duplex=False)
        worker = context.Process(target=answer, args=(store, queries, there))
        worker.start()
        there.close()
        try:
            while queries:
                result = here.recv()
                queries = queries[1:]
                yield result
        except EOFError:
            queries = queries[1:]
            yield None, PATIENCE
        worker.join()


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the work returns, and its seconds of processor time."""
    start = time.process_time()
    outcome = work()
    return outcome, time.process_time() - start


def resident() -> int:
    """Return the bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def compare(name: str, store: str, ask: Ask, things: list[tuple[str, str]], query: Callable[[str, str, bool], str], same: bool) -> bool:
    """Ask us and SPARQL, print a row, and return whether ours is fast enough.

    :param same: whether what we find must be what SPARQL finds
    """
    index = Index(Store.read_only(store))
    first = [timed(lambda: ask(index, *pair)) for pair in things]  # noqa: B023
    again = [timed(lambda: ask(index, *pair)) for pair in things]  # noqa: B023
    whole, plain = (list(by_sparql(store, [query(*pair, full) for pair in things])) for full in (True, False))
    medians = [statistics.median(seconds for _, seconds in one) for one in (first, again, whole, plain)]
    worst = max(seconds for _, seconds in first)
    ratios = [medians[2] / medians[0], medians[2] / medians[1]]
    unlike = [pair for pair, (ours, _), (theirs, _) in zip(things, first, whole, strict=True) if same and theirs is not None and ours != theirs - {pair[0]}]
    cells = " ".join(f"{seconds * 1000:9.1f}" for seconds in (medians[0], worst, *medians[1:]))
    found = statistics.median(len(found) for found, _ in first)
    late = sum(found is None for found, _ in whole)
    notes = (f"  {late} not done" if late else "") + (f"  {len(unlike)} differ" if unlike else "")
    print(f"{name:14}{cells} {ratios[0]:8.0f} {ratios[1]:8.0f} {found:8.0f}{notes}", flush=True)
    return medians[0] <= ALLOWED and ratios[0] >= RATIO and not unlike


def traced(forward: bool) -> Ask:
    """Return what asks us for the lineage of a thing."""
    return lambda index, thing, _: {one.thing for one in lineage.trace(index, thing, depth=DEPTH, forward=forward, limit=100_000).reached}


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench lineage", description=__doc__.splitlines()[0])
    parser.add_argument("--triples", type=int, default=1_000_000, help="of the graph (default: 1000000)")
    parser.add_argument("--things", type=int, default=5, help="asked about (default: 5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, store = Path(folder) / "graph.nq", str(Path(folder) / "store")
        works = write_lineage_graph(data, arguments.triples)
        made = Store(store)
        made.bulk_load(path=str(data), format=RdfFormat.N_QUADS)
        made.optimize()
        triples = len(made)
        del made
        _, seconds = timed(lambda: Index(Store.read_only(store)))
        chance = random.Random(2)
        late, early = ([(f"{ID}work-{chance.randrange(*span)}", "") for _ in range(arguments.things)] for span in ((works // 4, works), (1, works // 10)))
        pairs = [(one[0], other[0]) for one, other in zip(late, [*late[1:], late[0]], strict=True)]
        before = resident()
        print(f"{triples:,} triples, opened in {seconds * 1000:.1f} ms; nothing is read before it is asked for. Medians in ms of processor time:\n")
        heads = ("first", "worst", "again", "SPARQL", "plain")
        print(f"{'':14}{' '.join(f'{head:>9}' for head in heads)} {'SPARQL':>8} {'SPARQL':>8} {'found':>8}\n{'':63} {'/ first':>8} {'/ again':>8}")
        fine = [
            compare("lineage up", store, traced(False), late, lambda one, _, whole: lineage_query(one, "influenced", "influencer", whole), True),
            compare("lineage down", store, traced(True), early, lambda one, _, whole: lineage_query(one, "influencer", "influenced", whole), True),
            compare("path", store, lambda index, one, other: {hop.end for path in lineage.find(index, one, other).found for hop in path.hops}, pairs, path_query, False),
            compare("disagreements", store, lambda index, one, _: {claim.iri for found in disagreements.about(index, one) for claim in found.sides},
                    early, lambda one, _, whole: disagreements_query(one, whole), False),
        ]  # fmt: skip
        print(f"\nThe memory of this process grew by {(resident() - before) / 1e6:.0f} MB; SPARQL was given up after {PATIENCE} s.")
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
