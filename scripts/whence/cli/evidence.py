"""`whence evidence` and `whence cite`: both hold the graph against the source texts."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Quad, Store

from whence import catalog, evidence, export, packs, report
from whence.cli import console, process
from whence.cli.arguments import Parser, folder_of_texts, packs_option, positive, texts_option
from whence.errors import InputError, ValidationError
from whence.evidence import Status
from whence.findings import Report
from whence.namespaces import WH, shorten
from whence.packs.pack import sentence
from whence.packs.texts import check
from whence.store import layout
from whence.validation import located_in
from whence.validation.stages import Outcome

_FORMATS = ("text", "turtle", "json", "sarif", "junit", "html")


def declare(parser: Parser, command: str) -> None:
    """Declare the arguments of either command."""
    if command == "cite":
        parser.add_argument("document", metavar="DOCUMENT", help="a document by number, id:document-..., or file name")
        parser.add_argument("words", nargs="+", metavar="WORDS", help="the words of the passage, as printed")
        parser.add_argument("--occurrence", type=positive, metavar="N", help="which one, where the words stand several times")
    else:
        parser.add_argument("--format", choices=_FORMATS, default="text", help="the form of the report (default: text)")
        parser.add_argument("--all", action="store_true", help="list what holds, too (text only)")
        packs_option(parser, "check this pack, too, against the published files that it was made from (default: those of whence.toml)")
        parser.add_argument("--limit", type=positive, default=5, metavar="N", help="examples shown of each fault (default: 5)")
    texts_option(parser, ", else the working directory")


def _folder(arguments: Namespace, files: layout.GraphFiles) -> str:
    return folder_of_texts(files, arguments.texts) or "."


def _cite(arguments: Namespace) -> int:
    """Print the place of the words, the document named as the graph names it."""
    files = layout.locate(arguments.graph)
    words, texts = " ".join(arguments.words), _folder(arguments, files)
    try:
        place = evidence.cite(arguments.document, words, texts, occurrence=arguments.occurrence)
    except evidence.UnknownDocument:
        place = evidence.cite(_file_called(files, arguments.document), words, texts, occurrence=arguments.occurrence)
    if files.settings.file:
        for quad in export.of_files(files, files.own):
            if quad.predicate.value == WH + "fileName":
                place = place.replace(f"id:document-{evidence.key_of(quad.object.value)} ", f"{shorten(quad.subject.value)} ")
    console.write(place)
    return 0


def _file_called(files: layout.GraphFiles, name: str) -> str:
    """Return the file name of the document that the graph calls so."""
    from whence.curation import Workspace
    from whence.curation.naming import document_named

    workspace = Workspace.open(files)
    return workspace.value(document_named(workspace, name), "fileName")


def run(arguments: Namespace, command: str) -> int:
    """Check the digests, or print the place of the words."""
    if command == "cite":
        return _cite(arguments)
    process.stage("checking digests")
    files = layout.locate(arguments.graph)
    outcome = evidence.check(with_citations(files, export.asserted(files)), _folder(arguments, files))
    if not arguments.pack and _nothing_checked([outcome]):
        documents = sum(outcome.count("document", status) for status in evidence.Status)
        raise InputError(f"{_folder(arguments, files)} holds none of the {documents} source texts.", fix="Name their folder with --texts.")
    checked = [("", outcome, located_in(files, outcome.report())), *_packs(files, arguments)]
    process.stage(None)
    if arguments.format == "text":
        text = "\n".join(_text(of, found, arguments, f"Pack {name}. " if name else "") for name, of, found in checked)
    else:
        whole = Report([one for _, _, found in checked for one in found.report])
        text = report.render(whole, arguments.format, sources={name: text for _, _, found in checked for name, text in found.texts.items()}, limit=arguments.limit)
    console.write(text)
    if any(of.fails for _, of, _ in checked):
        return ValidationError.exit_code
    return InputError.exit_code if arguments.pack and _nothing_checked([of for _, of, _ in checked[1:]]) else 0


def _nothing_checked(outcomes: list[evidence.Outcome]) -> bool:
    """Report whether there are documents, and the text of none is there."""
    documents, unchecked = (sum(of.count("document", one) for of in outcomes for one in told) for told in (evidence.Status, [evidence.Status.UNCHECKED]))
    return documents > 0 and unchecked == documents


def _packs(files: layout.GraphFiles, arguments: Namespace) -> Iterator[tuple[str, evidence.Outcome, Outcome]]:
    """Yield what came of checking each pack; one that cannot be used is told of."""
    for name, pack in packs.chosen(files, arguments.pack).items():
        process.stage(f"checking digests of the pack {name}")
        try:
            if not isinstance(pack, packs.Pack):
                raise pack
            outcome = check(pack, _folder(arguments, files))
        except InputError as error:
            if name in (arguments.pack or ()):
                raise
            console.say(sentence(name, error))
            continue
        told = outcome.report()
        yield name, outcome, located_in(pack.files, told) if outcome.fails else Outcome(told, {}, None, pack.root)


def with_citations(files: layout.GraphFiles, quads: list[Quad]) -> list[Quad]:
    """Return what is asserted with what its documents are called."""
    store = Store()
    store.bulk_extend(quads)
    found = list(quads)
    for path in files.queries_in("inference"):
        if path.endswith("-citation-of-a-document.rq"):
            found += [Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) for triple in store.query(catalog.parse_bytes(files.read(path), files.display(path)).text)]
    return found


def _text(outcome: evidence.Outcome, found: Outcome, arguments: Namespace, of: str = "") -> str:
    """What holds, fails and was not checked, in numbers; what was not and why; then what fails."""
    words = dict(zip(Status, ("hold", "fail", "could not be checked"), strict=True))
    counts = [[f"{outcome.count(kind, one):,} {word}" for one, word in words.items()] for kind in ("document", "passage")]
    lines = [f"{of}Documents: {', '.join(counts[0])}.", f"Passages: {', '.join(counts[1])}."]
    lines += [f"{one.message} {one.fix}" for one in found.report if one.rule == "evidence:not-checked"]
    if arguments.all:
        lines += [f"holds  {shorten(one.iri)}  {one.file}" for one in outcome.checked if one.status is Status.HOLDS]
    wrong = Report([one for one in found.report if one.rule != "evidence:not-checked"])
    told = report.render(wrong, "text", sources=found.texts, limit=arguments.limit) if wrong.findings else ""
    return "\n".join([*lines, ""]) + (f"\n{told}" if told else "")
