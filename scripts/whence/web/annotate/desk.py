"""What the annotator's page asks, answered from one workspace; one request at a time.

The sentence of each class of claims, words with blanks, is taken from the query that labels its claims: `queries/inference/*label*.rq`
write a label from the fillers of the roles. Asked of a claim whose fillers are named after their roles, they tell where in the sentence
each role stands. So a class that a graph brings itself has the sentence of its own query, or, where it has none, its name and its roles.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store

from whence.curation import Problem, Refused as SaveRefused, Saved, Unresolved, Workspace, drafts, propose, resolve, save, undo
from whence.curation.role_suggestions import Filler, Reader
from whence.curation.forms import Form, Forms, Role
from whence.curation.records import NewThing
from whence.did_you_mean import is_misspelt
from whence.errors import UsageError, WhenceError
from whence.findings import Finding
from whence.inference import construct
from whence.namespaces import PREFIXES, WH, local, shorten
from whence.rdf.terms import RDF_TYPE, whole_number
from whence.store.journal import Journal
from whence.store.layout import GraphFiles
from whence.things import STANCES, Index, claims
from whence.things.names import plain

_LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
_CLAIM, _FILLER = "urn:x-whence:claim:", "urn:x-whence:role:"
_BLANK = re.compile(r"⟦(\w+)⟧")
#: Texts of these roles take more than a line.
_LONG = ("gloss",)
#: What a speaker does with a claim, where the sentence has a verb.
_VERBS = {"Affirmed": "affirms", "Denied": "denies"}


def forms(known: Forms, index: Index, labels: Iterable[str]) -> list[dict[str, Any]]:
    """Return the form of each class of claims as JSON: its names, the parts of its sentence, its roles; by label."""
    found = _sentences(known, labels)
    return sorted((_form(known, index, form, found.get(name, "")) for name, form in known.claims.items()), key=lambda form: form["label"])


def choices(known: Forms, index: Index, role: Role) -> list[dict[str, str]]:
    """Return the values of a role that lists them, each with its words and what they mean."""
    return [_choice(known, index, value) for value in role.values]


def _choice(known: Forms, index: Index, value: str) -> dict[str, str]:
    if ":" not in value:  # a plain text
        return {"value": value, "label": value, "hint": ""}
    means = index.value(NamedNode(value), NamedNode(PREFIXES["skos"] + "definition"))
    return {"value": local(value), "label": _VERBS.get(local(value)) or known.label(value), "hint": means}


def _form(known: Forms, index: Index, form: Form, sentence: str) -> dict[str, Any]:
    roles = {role.name: _role(known, index, role) for role in form.roles}
    return {"name": form.name, "label": form.label, "definition": form.definition, "sentence": _parts(form, sentence), "roles": roles}


def _role(known: Forms, index: Index, role: Role) -> dict[str, Any]:
    values = choices(known, index, role) if role.values else None
    return {
        "label": role.label, "definition": role.definition, "required": role.required, "values": values, "literal": role.literal,
        "long": role.name in _LONG,
    }  # fmt: skip


def _parts(form: Form, sentence: str) -> list[dict[str, str]]:
    """Return the words and blanks of a sentence; required roles that it lacks stand behind it."""
    sentence = re.sub(r" \((⟦aspect⟧)\)", r" in \1", sentence)
    stands = set(_BLANK.findall(sentence))
    others = [f"{role.label} ⟦{role.name}⟧" for role in form.roles if role.required and role.name not in stands]
    whole = ", ".join(filter(None, (sentence, *others))) if sentence else f"{form.label}: {', '.join(others)}"
    pieces = _BLANK.split(whole)
    return [{"role": piece} if at % 2 else {"text": piece} for at, piece in enumerate(pieces) if piece]


def _sentences(known: Forms, labels: Iterable[str]) -> dict[str, str]:
    """Return the labels of claims whose fillers are called after their roles, by the name of the class."""
    store = Store()
    for name, form in known.claims.items():
        claim = NamedNode(_CLAIM + name)
        for kind in (form.iri, *known.superclasses.get(form.iri, ())):
            store.add(Quad(claim, NamedNode(RDF_TYPE), NamedNode(kind)))
        for role in form.roles:
            words, filler = f"⟦{role.name}⟧", NamedNode(_FILLER + role.name)
            store.add(Quad(claim, NamedNode(role.iri), Literal(words) if role.literal else filler))
            store.extend(Quad(filler, NamedNode(label), Literal(words, language="en")) for label in _LABELS)
    construct(store, labels)
    found: dict[str, str] = {}
    for name in known.claims:
        label = store.quads_for_pattern(NamedNode(_CLAIM + name), NamedNode(_LABELS[0]), None)
        found[name] = min((quad.object.value for quad in label), key=len, default="")
    return found


_PLACE = ("document", "quote", "start", "end")


def accept(workspace: Workspace, id: str, record: dict[str, Any], curator: str) -> Saved:
    """Change a draft to the record of a card and accept it.

    :raises UsageError: there is no such draft, it was decided on, the record is none of a card, or nobody is named
    :raises Unresolved: something lacks or is unclear
    :raises Refused: the graph would have violations
    """
    old = drafts.one(workspace.files, id).record
    changes: dict[str, Any] = {name: record.get(name) for name in (*old, *record) if name not in (*_PLACE, "roles", "new")}
    for name in ("roles", "new"):
        given = record.get(name) or {}
        if not isinstance(given, dict):
            raise UsageError(f"The card has no object as its {name}.", fix="Send one, with a value for each name.")
        changes[name] = {one: given.get(one) for one in (*(old.get(name) or {}), *given)}
    place = {name: record.get(name) for name in ("quote", "start", "end")}
    if (place["start"], place["end"]) != (old["start"], old["end"]):
        if None in place.values():
            raise UsageError("The card does not say which words it is about.", fix="Send quote, start and end.")
        changes |= place
    drafts.change(workspace, id, changes)
    return drafts.accept(workspace, id, curator)


#: So many things are offered in a row, and so many classes before them of which one may be created.
_SHOWN, _LIKELY = 8, 3
#: What a card has besides the roles of its claim, and takes agents.
_AGENTS = ("speaker", "ascribedTo")
_NO_BLANKS = ("document", "start", "end", "quote", "occurrence", "new", "roles")
_VALUES = ("polarity", "commitment", "mood", "mode", "answerStance")


class Refused(WhenceError):
    """A card that cannot be saved as it is.

    :ivar problems: the field, the sentence and the choices of each
    """

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(" ".join(problem["sentence"] for problem in problems))
        self.problems = problems


def _alone(method: Any) -> Any:
    """Let one request at a time see or change the workspace, read anew when its files changed."""

    @wraps(method)
    def run(desk: Desk, *arguments: Any) -> Any:
        with desk.lock:
            desk.follow()
            return method(desk, *arguments)

    return run


class Desk:
    """The workspace behind the page.

    :raises InputError: the graph cannot be read, or there is no such folder
    """

    def __init__(self, files: GraphFiles, texts: str) -> None:
        self.lock = threading.Lock()
        self._workspace = Workspace.open(files, texts)
        self._version = 1
        self._index: Index | None = None
        self._saved: dict[str, tuple[dict[str, Any], Saved]] = {}

    def follow(self) -> None:
        """Read the graph again when a file of it changed.

        :raises InputError: it cannot be read as it is now
        """
        if self._workspace.changed:
            self._workspace.reload()
            self._renew()

    def _renew(self) -> None:
        self._version += 1
        self._index = None

    @property
    def index(self) -> Index:
        """What is known of the things: what is asserted and what follows from it, whether or not the graph has violations."""
        if self._index is None:
            files, store = self._workspace.files, Store()
            store.bulk_extend(self._workspace.index.store)
            for path in files.queries_in("inference"):
                with suppress(SyntaxError):  # whence validate tells of it
                    construct(store, [files.read(path).decode("utf-8", "replace")])
            self._index = Index(store)
        return self._index

    @_alone
    def version(self) -> str:
        """Return what changes with every change of the files."""
        return f"{id(self)}-{self._version}"

    @_alone
    def session(self) -> dict[str, Any]:
        """Return what the page needs once: the documents, the forms of the classes, the values of a position."""
        workspace = self._workspace
        labels = [workspace.files.read(path).decode() for path in workspace.files.queries_in("inference") if "label" in local(path)]
        attestation = workspace.forms.attestation
        roles = {name: role for name in _VALUES if (role := attestation.role(name))}
        documents = [{"iri": iri, "name": self.index.label(iri), "held": workspace.text(iri) is not None} for iri in workspace.documents]
        return {
            "title": workspace.files.settings.title, "curator": workspace.files.settings.creator, "graph": sha256(workspace.files.root.encode()).hexdigest()[:16],
            "documents": sorted(documents, key=lambda one: (not one["held"], one["name"])),
            "classes": forms(workspace.forms, self.index, labels),
            "values": {name: choices(workspace.forms, self.index, role) for name, role in roles.items()},
        }  # fmt: skip

    @_alone
    def document(self, iri: str) -> dict[str, Any]:
        """Return a document: its text, its positions in text order, its questions.

        :raises UsageError: there is none, or its text is not held
        """
        text = self._text(iri)
        workspace = self._workspace
        questions = [
            {
                "iri": question, "number": number, "start": whole_number(workspace.value(question, "start")) or 0, "end": whole_number(workspace.value(question, "end")) or 0,
                "asker": self._name(workspace.value(question, "askedBy")), "addressee": self._name(workspace.value(question, "addressee")),
            }
            for number, question in sorted(workspace.questions(iri).items())
        ]  # fmt: skip
        return {
            "iri": iri, "name": self.index.label(iri), "text": text, "positions": list(self._positions(iri)), "questions": questions, "drafts": self._drafts(iri),
            "writer": self._name(workspace.value(iri, "writer")), "undo": bool(Journal.begun), "version": f"{id(self)}-{self._version}",
        }  # fmt: skip

    def _positions(self, iri: str) -> Iterable[dict[str, Any]]:
        found = []
        for claim in claims.held(self.index, iri, "document"):
            for position in claim.in_order:
                sign, words, _ = STANCES[position.stance]
                told = f"{position.speaker_name or 'Nobody named'} {position.verb}: {claim.label}"
                for place in position.passages:
                    if place.document == iri:
                        found.append(
                            {"iri": position.iri, "start": place.start, "end": place.end, "stance": position.stance, "sign": sign, "words": words, "told": told}
                        )
        return sorted(found, key=lambda one: (one["start"], -one["end"], one["iri"]))

    @_alone
    def complete(self, asked: dict[str, str]) -> dict[str, Any]:
        """Return the things that fit a blank of a card: what is named near the words, or by the letters that were typed."""
        iri, typed = asked.get("document", ""), asked.get("q", "").strip()
        text = self._text(iri)
        start, end = _span(asked, text)
        kind, name = asked.get("class", ""), asked.get("field", "")
        role = self._role(kind, name)
        if role is None:
            raise UsageError(f"A claim of class {kind!r} has no role {name!r}.", fix="Choose another class.")
        reader = Reader(self._workspace, iri, text)
        if role.properties:
            known = sorted((self._workspace.label(one), one) for one in self._workspace.properties)
            options = [Filler(label, one) for label, one in known if typed.casefold() in label.casefold()][: 4 * _SHOWN]
        elif typed:
            options = self._by_name(role, typed, reader, start, end)
        else:
            options = reader.candidates(role, start, end)
        return {"options": [self._option(one) for one in options]}

    def _by_name(self, role: Role, typed: str, reader: Reader, start: int, end: int) -> list[Filler]:
        """Return things by their names: those that begin so or are written nearly so, then the likeliest offers to create one, then others that are near, then all offers."""
        workspace = self._workspace
        exact = [match.iri for match in workspace.names.find(typed)]
        found = workspace.names.search(typed, 60)
        near = [match.iri for match in found]
        begun = [one for one in near if workspace.label(one).casefold().startswith(typed.casefold())]
        known = [one for one in dict.fromkeys([*exact, *begun, *near]) if workspace.is_one(one, role.classes)]
        slips = {match.iri for match in found if is_misspelt(typed, match.name)}
        first = [one for one in known if one in exact or one in begun or one in slips]
        made = reader.created(role, typed, start, end) if not set(exact) & set(known) else []
        others = [one for one in known if one not in first]
        return [*map(self._known, first[:_SHOWN]), *made[:_LIKELY], *map(self._known, others[:_SHOWN]), *made[_LIKELY:]]

    def _known(self, iri: str) -> Filler:
        return Filler(self._workspace.label(iri), iri)

    def _option(self, filler: Filler) -> dict[str, Any]:
        if filler.iri:
            kinds = ", ".join(self._workspace.forms.label(kind) for kind in self._workspace.classes(filler.iri)[:2])
            return {"text": filler.text, "iri": filler.iri, "detail": kinds}
        if filler.new is None:
            return {"text": filler.text, "detail": ""}
        spec = filler.new[filler.text]
        whole = spec.get("partOf") or spec.get("inWorld")
        where = f" {'of' if 'partOf' in spec else 'in the world of'} {self._workspace.label(whole)}" if whole else ""
        return {"text": filler.text, "new": filler.new, "detail": f"new: {self._workspace.forms.label(WH + spec['class'])}{where}"}

    def _role(self, kind: str, name: str) -> Role | None:
        """Return the role that a blank is for: of the claim, the position or the question, or one that a new thing needs; or None."""
        known = self._workspace.forms
        if name.startswith("new."):
            entities = (known.of(one) for one in known.below(WH + "Entity"))
            return next((role for form in entities if (role := form.role(name.rpartition(".")[2])) is not None), None)
        form: Form | None = known.question if kind == "Question" else known.claims.get(kind)
        return (form.role(name) if form is not None else None) or known.attestation.role(name)

    @_alone
    def propose(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what is proposed for the words of a span; nothing of it is saved."""
        iri = str(asked.get("document", ""))
        text = self._text(iri)
        start, end = _span(asked, text)
        proposed = propose(self._workspace, iri, start, end)
        form = self._workspace.forms.claims.get(str(proposed["class"]))
        fillers = Reader(self._workspace, iri, text).proposals(form, start, end) if form is not None else {}
        blanks = self._blanks(proposed)
        return {**blanks, "roles": {name: self._in_blank(form, name, self._option(one)) for name, one in fillers.items()}}

    def _blanks(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record as the blanks of a card take it: things with their IRIs, listed values by their local names."""
        known, new = self._workspace.forms, record.get("new") or {}
        kind = _local(str(record.get("class", "")), known.claims)
        found: dict[str, Any] = {name: value for name, value in record.items() if name not in _NO_BLANKS}
        for name in _AGENTS:
            if name in found:
                found[name] = self._named(_first(found[name]), new)
        for name in _VALUES:
            role = known.attestation.role(name)
            if name in found and role is not None:
                found[name] = _local(str(found[name]), map(local, role.values))
        form = known.claims.get(kind)
        roles = {role.name: self._named(_first(value), new) for name, value in (record.get("roles") or {}).items() if form is not None and (role := form.role(name))}
        return {**found, "class": kind, "roles": {name: self._in_blank(form, name, one) for name, one in roles.items()}}

    def _in_blank(self, form: Form | None, name: str, option: dict[str, Any]) -> dict[str, Any] | str:
        """Return an option as the blank of a role takes it: a listed value by its local name."""
        role = form.role(name) if form is not None else None
        return _local(local(option.get("iri") or option["text"]), map(local, role.values)) if role is not None and role.values else option

    def _named(self, name: str, new: dict[str, Any]) -> dict[str, Any]:
        """Return a name or an IRI as an option; one that a record creates as it does."""
        if name in new:
            spec = new[name] if isinstance(new[name], dict) else {"class": new[name]}
            return {"text": name, "new": {name: spec}, "detail": ""}
        found = [match.iri for match in self._workspace.index.find(name)]
        return self._option(self._known(found[0])) if len(found) == 1 else {"text": name, "detail": ""}

    @_alone
    def save(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Save the position of a card; the same card again, after an answer that was lost, saves nothing more.

        :raises Refused: it cannot be saved as it is
        """
        card, record = str(asked.get("card", "")), asked.get("record")
        if not isinstance(record, dict):
            raise UsageError("There is no record to save.", fix="Send an object with the keys card and record.")
        if card in self._saved:
            before, saved = self._saved[card]
            if record != before:
                raise UsageError("This card was saved before it was changed, and that answer was lost.", fix="Take the save back with Undo and save again, or begin another card.")
            return _told(saved)
        draft = str(asked.get("draft") or "")
        self._ask_of_slips(record)
        saved = self._writing(record, lambda: accept(self._workspace, draft, record, str(asked.get("curator", "")))) if draft else self._save(record)
        if card:
            self._saved[card] = record, saved
        return _told(saved)

    @_alone
    def question(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Save a question of an interview, by its words, who asks and who is asked."""
        return _told(self._save({**asked, "class": "question"}))

    @_alone
    def draft(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return a draft as a card takes it, with what the graph says of it; or, with `refuse`, refuse it.

        :raises UsageError: there is no such draft, or it was decided on
        """
        found = drafts.one(self._workspace.files, str(asked.get("id", "")))
        if asked.get("refuse"):
            drafts.refuse(self._workspace.files, found.id, str(asked.get("curator", "")))
            self._renew()
            return {"sentences": ["The draft is refused. It is kept as refused, so that it does not come back as a new one."]}
        judged = drafts.judged(self._workspace, found)
        problems = [self._problem(found.record, problem) for problem in judged.problems]
        same = [f"The graph has this position already: {shorten(judged.same)}."] if judged.same else []
        return {"proposal": self._blanks(found.record), "notes": [*found.notes, *judged.notes, *same], "problems": problems}

    def _drafts(self, iri: str) -> list[dict[str, Any]]:
        """Return the drafts of a document that wait, in text order."""
        return [
            {
                "id": one.id, "start": one.record["start"], "end": one.record["end"],
                "told": f"{one.record.get('class', '')}: {', '.join(str(_first(value)) for value in (one.record.get('roles') or {}).values())}",
            }
            for one in drafts.listed(self._workspace.files, iri)
        ]  # fmt: skip

    def _save(self, record: dict[str, Any]) -> Saved:
        return self._writing(record, lambda: save(self._workspace, [resolve(self._workspace, record)]))

    def _ask_of_slips(self, record: dict[str, Any]) -> None:
        """Ask whether a thing that is to be created is one of which its name is nearly the name.

        :raises Refused: it may be, and the card does not say that it is another
        """
        with suppress(Unresolved):  # which is told when it is saved
            things = resolve(self._workspace, record).new
            problems = [self._slip(record, thing) for thing in things if not thing.kept_apart]
            if told := [problem for problem in problems if problem is not None]:
                raise Refused(told)

    def _slip(self, record: dict[str, Any], thing: NewThing) -> dict[str, Any] | None:
        """Return the question whether a known thing was meant by a new one, at the blank that names it; or None where none is near."""
        new: dict[str, Any] = record.get("new") or {}
        name = next((one for one in new if plain(one) in {plain(value.value) for of, values in thing.values if of == _LABELS[1] for value in values}), "")
        near = self._workspace.nearly(name) if name else ""
        if not near:
            return None
        blanks = {**record, **record.get("roles", {}), **{f"new.{one}.{of}": value for one, spec in new.items() if isinstance(spec, dict) for of, value in spec.items()}}
        field = next((field for field, value in blanks.items() if value == name), f"new.{name}")
        spec = new[name] if isinstance(new[name], dict) else {"class": new[name]}
        other = Filler(name, new={name: {**spec, "differentFrom": near}})
        known = self._option(self._known(near))
        return {"field": field, "sentence": f"{name!r} is nearly the name of {known['text']}. Which is meant?", "choices": [known, self._option(other)]}

    def _writing(self, record: dict[str, Any], write: Callable[[], Saved]) -> Saved:
        """Write something into the graph, each problem told at its blank."""
        try:
            written = write()
        except Unresolved as error:
            raise Refused([self._problem(record, problem) for problem in error.problems]) from None
        except SaveRefused as error:
            raise Refused([{"field": _blank_of(finding), "sentence": _sentence(finding), "choices": []} for finding in error.report]) from None
        finally:
            self._index = None
        self._version += 1
        return written

    def _problem(self, record: dict[str, Any], problem: Problem) -> dict[str, Any]:
        """Return a problem at the blank it is about, with what may be put there: things, values, or things to be created."""
        field = problem.field.removeprefix("roles.")
        role = self._role("Question" if record.get("class") == "question" else str(record.get("class", "")), field)
        if role is not None and role.values:
            values = {local(value): value for value in role.values}
            listed = [{"text": self._workspace.forms.label(values[name]), "value": name} for name in (_local(choice, values) for choice in problem.choices) if name in values]
            return {"field": field, "sentence": problem.sentence, "choices": listed}
        found = [self._workspace.names.find(choice) for choice in problem.choices[:_SHOWN]]
        options = [self._known(one[0].iri) if one else Filler(choice) for one, choice in zip(found, problem.choices, strict=False)]
        if problem.offers and role is not None:
            typed = str((record.get("roles") or {}).get(field) or record.get(field) or "")
            document = str(record.get("document", ""))
            text = self._text(document)
            options += Reader(self._workspace, document, text).created(role, typed, *_span(record, text))[:_SHOWN]
        return {"field": field, "sentence": problem.sentence, "choices": [self._option(one) for one in options]}

    @_alone
    def undo(self) -> dict[str, Any]:
        """Take the last save back.

        :raises InputError: there is none, the last change of the graph was not made here, or a file of it was changed since
        """
        told = _told(undo(self._workspace, ours=True))
        self._saved.clear()
        self._renew()
        return told

    def _text(self, iri: str) -> str:
        if iri not in self._workspace.documents:
            raise UsageError(f"There is no document {shorten(iri)!r}.", fix="Choose one of the list.")
        text = self._workspace.text(iri)
        if text is None:
            raise UsageError(self._workspace.why_not_held(iri))
        return text

    def _name(self, iri: str) -> str:
        return self._workspace.label(iri) if iri else ""


def _blank_of(finding: Finding) -> str:
    """Return the blank that a finding is about: the property that it names, or an empty text."""
    return local(finding.path[1].strip("<>")) if finding.path is not None and finding.path[0] == "pred" else ""


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.fix}" if finding.fix else finding.message


def _span(asked: dict[str, Any], text: str) -> tuple[int, int]:
    """Return the span of a request, in code points."""
    start, end = (whole_number(str(asked.get(name))) for name in ("start", "end"))
    if start is None or end is None or start >= end:
        raise UsageError("There is no span of words.", fix="Give start and end, in code points.")
    if end > len(text):
        raise UsageError(f"The span {start}-{end} does not lie in the text, which has {len(text)} code points.", fix="Reload the page.")
    return start, end


def _local(name: str, names: Iterable[str]) -> str:
    """Return that one of the names that is written so but for case, spaces and hyphens, or the name itself."""
    wanted = name.casefold().replace("-", "").replace(" ", "")
    return next((one for one in names if one.casefold() == wanted), name)


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value)


def _told(saved: Saved) -> dict[str, Any]:
    return {"ids": list(saved.ids), "files": list(saved.files), "sentences": list(saved.sentences) or ["Saved."]}
