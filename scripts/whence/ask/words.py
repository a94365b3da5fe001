"""The words of a question: tokens with their places, stems, and what the question is after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile, takewhile

from snowballstemmer.english_stemmer import EnglishStemmer

from whence.things import plain

#: Words that tell no question from another.
STOP = frozenset(
    "a about all also am an and any are as at be been being but by can could did do does doing had has "
    "have he her him his how i if in into is it its itself just me my of on or our please s she should so some such t than that "
    "the their them themselves then there these they this those to us was we were what when where which who whom whose why will with would "
    "many much long often far you your according accordingly w etc please anyone anybody someone somebody everyone everybody everything exactly actually really mr mrs san dr ever give list tell know toward towards s ll re ve d too well already altogether quite even lot need total overall".split()
)
_NUMBERS = {word: str(number) for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen".split())}
_NOT = frozenset("no nor not never neither without don didn doesn isn aren wasn weren hasn haven hadn wouldn couldn shouldn".split())
_WORD = re.compile(r"[^\W_]+")
_AUXILIARIES = frozenset("is are was were do does did has have had can could will would should isn aren wasn didn doesn hasn".split())
_ACTING = frozenset("do does did has have had can could will would should".split())
_ASKING = {"who": "@who", "whom": "@who", "whose": "@who", "when": "@when", "where": "@where", "why": "@why"}
#: What follows "how".
_HOW = {"often": "@howoften", "many times": "@howoften", "many": "@howmany", "much": "@howmany", "far": "@howmany", "long": "@howlong"} | {
    f"many {unit}": "@howlong" for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
}
#: Nouns after "what" or "which" that ask as another word does.
NOUNS = {
    "person": "@who", "peopl": "@who", "actor": "@who", "actress": "@who", "artist": "@who", "colleagu": "@who", "man": "@who", "woman": "@who", "speaker": "@who", "year": "@when", "date": "@when", "day": "@when", "month": "@when", "season": "@when", "weekday": "@when", "number": "@howmany",
    "document": "@document", "reason": "@why", "motiv": "@why", "streaming": "@where", "broadcast": "@where", "channel": "@where", "network": "@where", "platform": "@where", "place": "@where", "station": "@where", "servic": "@where", "countri": "@where", "citi": "@where",
}  # fmt: skip
#: Words before a name that ask for others than what it names.
APART = re.compile(r",?\s*\b(?:before|besides|except(?: for)?|excluding|beyond|(?:apart|aside) from|in addition to|not counting|other than|(?<=\bother )(?P<noun>\w+) than)\s+(?:the\s+)?$", re.IGNORECASE)
#: Words that ask for others than what most questions are about.
ELSE = frozenset("else elsewhere other others another previous previously earlier former formerly".split())
#: Words for what was said before.
POINTING = frozenset("that this these those so".split())
#: Another way to ask how many.
_NUMBER_OF = re.compile(r"\b(?:what(?: is| was| are| were|['’]s) )?(?:the )?(?:total |exact |overall )?(?:number|count|amount) of\b", re.IGNORECASE)
_COUNT_OF = re.compile(r"(?:^\W*(?:what(?: is|['’]s) )?(?:the )?)?\b(?!(?:do|does|did|that|which|who|what|how|when|where|why|not|to)\b)(\w+) count\b(?= (?:of|in|for)\b|\W*$)", re.IGNORECASE)
#: Words that tell that something is said, where it is asked what is said.
_SAID_TO = re.compile(r"\b(?:said|reported|claimed|known) to (?=(?:be|have)\b)", re.IGNORECASE)
#: A noun that only stands for what is asked for.
_ONE = re.compile(r"\b(which|this|that|each|any|other) ones?\b", re.IGNORECASE)
#: Another way to ask which.
_NAME_OF = re.compile(r"^\W*(?:the )?(?:full )?names? of (?:the )?", re.IGNORECASE)
_ITS_NAME = re.compile(r"\bwhat(?:['’]s| is| are| was| were) the names? of (?=the\b|\S+['’]s? )", re.IGNORECASE)
#: A beginning that tells nothing of what is asked.
_LEAD = re.compile(
    r"^\W*(?:(?:i (?:wonder|wanted to know|want to know|would like to know|am curious|saw|heard|read)|i['’]d like to know|i['’]m curious|(?:can|could) you (?:please )?tell me|"
    r"please tell me|tell me|do you know|does anybody know|does anyone know)\b,?\s*)+(?:(?P<whether>if|whether)\b\s*)?|^\W*(?P<true>is it (?:true|so|correct|right|a fact) that\b)\s*", re.IGNORECASE)  # fmt: skip
_SO = "is it so that "
#: An end that asks whether it is so, and a denial before it, which only leads to that.
_IS_IT = re.compile(r",\s*(?:right|correct|true|no|yes|(?:is|are|was|were|do|does|did|has|have)(?:n['’]t)? (?:it|he|she|they|this|that))\s*\?*\s*$", re.IGNORECASE)
_NOT_SO = re.compile(r"^((?:(?!\b(?:that|who|which|why|said|known|say|says)\b).)*?\b(?:is|are|was|were|do|does|did|has|have))(?:n['’]t| not)\b", re.IGNORECASE)
#: A denial in a question whether something is so, which asks the same without it.
_WHETHER_NOT = re.compile(r"^(\W*(?:is|are|was|were|do|does|did|has|have))(?:n['’]?t\b|((?: (?!that |who |which |why |said |known )[^\s,:?]+){1,6}?) not\b)", re.IGNORECASE)
#: A beginning that takes up a question before.
_SEQUEL = re.compile(r"^\W*(?:(?:ok|okay|so|and|or|but|then|now)\b\W*)+", re.IGNORECASE)
#: A pronoun for a person.
_PRONOUN = re.compile(r"\b(?:he|she|him|her(?=\W*$|,| (?:in|on|for|to|and|or|with|from|at|as|by)\b)|(?P<of>his|hers?))\b", re.IGNORECASE)
_stemmer = EnglishStemmer()
#: Stems of verbs for taking a position.
SPEAKING = frozenset(
    "say said mention claim explain bring think believ deni insist compar liken call suggest state tell told express feel admit talk reject argu predict "
    "hope wish expect promis describ prais recommend".split()
)
#: A question who says, or where it is said, that something is so: who or where, the verb, and what is said.
_SPEECH = re.compile(
    r"^\W*(?:(?P<who>who|which (?:person|people|speakers?|makers?|creators?))|(?:in )?(?:where|which (?:document|article|text|passage|interview|piece)s?))\b"
    r"(?: (?:exactly|else|first|originally|actually|really|also|does|do|did|is|was|has|have|it|the|articles?|documents?|texts?|been|anyone|one|i|we|can|find|read))* "
    r"(?:(?<!is )(?<!was )(?<!been )(?P<calls>call(?:s|ed)?(?! (?:off|up|on|for)\b)|describe[sd]?(?=.* as ))\b|(?P<verb>\w+)(?: in \w+)?,?(?: (?:that|how)\b|:?(?= *[\"“])))(?P<clause>(?: +[^\s?]+){2,})", re.IGNORECASE)  # fmt: skip
_ORDINALS = frozenset("first second third fourth fifth last final latest".split())
#: Stems of words for the most and the fewest, with what chooses it of numbers.
SUPERLATIVES = {"most": max, "fewest": min, "least": min}
#: The stem that stands for denials.
DENIED = "deni"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a question, or a phrase that stands for one.

    :ivar plain: without case, accents and differences of width
    :ivar start: its first character; `end` is the one after its last
    :ivar content: whether it tells one question from another
    """

    plain: str
    stem: str
    start: int
    end: int
    content: bool


@cache
def stem(word: str) -> str:
    """Return what the forms of a word have in common; of a number in words its digits.

    >>> stem("composed"), stem("composer"), stem("nine")
    ('compos', 'compos', '9')
    """
    return _NUMBERS.get(word) or (_stemmer.stemWord(word) if word.isascii() else word)


class Words:
    """Reads texts as words: with the forms and synonyms that stand for a word in a graph.

    :param forms: forms that no stemmer brings back, to the word that each is of
    :param meant: words and phrases to the word that each stands for

    >>> words = Words({"sang": "sing", "came": "come"}, {"come out": "release"})
    >>> [one.stem for one in words.tokens("Who sang when Naomi's song came out?") if one.content]
    ['sing', 'naomi', 'song', 'releas']
    """

    def __init__(self, forms: Mapping[str, str], meant: Mapping[str, str]) -> None:
        self._forms = forms
        self._meant: dict[str, str] = {}
        self._phrases: dict[tuple[str, ...], str] = {}
        self._read: dict[str, tuple[tuple[str, str], ...]] = {}
        self.mean({self._stem(other): stem(word) for other, word in meant.items() if " " not in other})
        self._phrases = {tuple(map(self.stem, other.split())): self.stem(word) for other, word in meant.items() if " " in other}
        self._longest = max(map(len, self._phrases), default=0)

    def mean(self, stems: Mapping[str, str]) -> None:
        """Let stems stand for others, and so for what these stand for."""
        self._meant = {other: stems.get(word, word) for other, word in self._meant.items()} | dict(stems)
        self._read.clear()

    def stem(self, word: str) -> str:
        """Return the stem of the word that a plain word stands for."""
        return self._meant.get(root := self._stem(word), root)

    def _stem(self, word: str) -> str:
        return "not" if word in _NOT else stem(self._forms.get(word, word))

    def tokens(self, text: str) -> list[Token]:
        """Return the words of a text in their order; the ending of a possessive is none."""
        found = []
        for match in _WORD.finditer(text):
            if match[0] in ("s", "S") and text[match.start() - 1 : match.start()] in ("'", "’"):
                continue
            for part, root in self._parts(match[0]):
                found.append(Token(part, root, match.start(), match.end(), part not in STOP))
        for place in range(len(found) if self._phrases else 0):
            for length in range(min(self._longest, len(found) - place), 1, -1):
                these = found[place : place + length]
                if word := self._phrases.get(tuple(one.stem for one in these)):
                    found[place : place + length] = [Token(" ".join(one.plain for one in these), word, these[0].start, these[-1].end, True)]
                    break
        return found

    def stems(self, text: str) -> frozenset[str]:
        """Return the stems of the words that tell a text from others."""
        return frozenset(one.stem for one in self.tokens(text) if one.content)

    def _parts(self, word: str) -> tuple[tuple[str, str], ...]:
        """Return a word without case and accents, with its stem; several where it is several."""
        if word not in self._read:
            parts = (word.lower(),) if word.isascii() else tuple(plain(word).split())
            self._read[word] = tuple((part, self.stem(part)) for part in parts)
        return self._read[word]


#: Reads words as they are written.
PLAIN = Words({}, {})


def focus(words: Sequence[Token]) -> str:
    """Return what a question is after, a word that starts with `@`; empty where it does not say.

    >>> [focus(PLAIN.tokens(text)) for text in ("How many questions are there?", "How often?", "Did he say so?", "On which day?", "premiere date of it")]
    ['@howmany', '@howoften', '@yes', '@when', '@when']
    """
    if words and words[0].plain in _AUXILIARIES:
        return "@yes"
    for place, word in enumerate(words):
        if word.plain in ("how", "what", "which"):
            after, then = (words[place + far].plain if place + far < len(words) else "" for far in (1, 2))
            if word.plain == "how":
                return _HOW.get(f"{after} {then}") or _HOW.get(after, "@how")
            begun = dropwhile(lambda one: not one.content or one.plain in _NUMBERS, words[place + 1 :])
            nouns = [*takewhile(lambda one: one.content, begun)][:3]
            asked = next((NOUNS[key] for one in nouns for key in (one.plain, one.stem) if key in NOUNS), f"@{nouns[0].stem}" if nouns else "@")
            return "@" if after in _ACTING and asked == "@document" else asked  # which say it, and are not asked for
        if word.plain in _ASKING:
            return "@" if word.plain == "where" and words[-1].plain == "from" else _ASKING[word.plain]  # that is no place
    catchwords = takewhile(lambda one: one.content, dropwhile(lambda one: not one.content, words))
    return next((NOUNS[word.stem] for word in catchwords if word.stem in NOUNS), "")


def _led(text: str) -> str:
    return _LEAD.sub(lambda match: _SO if match["whether"] or match["true"] else "", text)


def reworded(text: str) -> str:
    """Return a question with "how many" where it asks for the number of something, "which" where it asks for the name, and as a plain one where its end asks whether it is so,
    without what only leads to it.

    >>> reworded("Number of songs?"), reworded("Naomi isn't an android, is she?"), reworded("I wonder whether she is human.")
    ('how many songs?', 'is it so that Naomi is an android', 'is it so that she is human.')
    >>> reworded("Metallic Rouge episode count?"), reworded("What is the episode count of it?"), reworded("One is left out. Which one?")
    ('Metallic Rouge how many episodes?', 'how many episodes of it?', 'One is left out. Which?')
    >>> reworded("Isn't Naomi human?"), reworded("Does she not sing?"), reworded("What's the name of Rouge's partner?")
    ('Is Naomi human?', 'Does she sing?', "what is Rouge's partner?")
    >>> reworded("What is it said to be a blend of?")
    'What is it be a blend of?'
    """
    text = _SAID_TO.sub("", _led(text))
    if text.startswith(_SO):
        text = _SO + _NOT_SO.sub(r"\1", text.removeprefix(_SO))
    text = _WHETHER_NOT.sub(lambda match: match[1] + (match[2] or ""), text)
    text = _ITS_NAME.sub("what is ", _NAME_OF.sub("which ", _NUMBER_OF.sub("how many", _COUNT_OF.sub(r"how many \1s", _ONE.sub(r"\1", text)))))
    if asked := _IS_IT.search(text):
        text = _SO + _NOT_SO.sub(r"\1", text[: asked.start()])
    return text


@dataclass(frozen=True, slots=True)
class Speech:
    """A question who says that something is so, or where.

    :ivar who: whether it asks who; else it asks where
    :ivar denied: whether it asks who denies it
    :ivar clause: a question whether it is so
    """

    who: bool
    denied: bool
    clause: str

    @property
    def asking(self) -> str:
        """What is asked of that question."""
        return f"{'Who' if self.who else 'Where does a document'} {'denie' if self.denied else 'say'}{'s' * self.who}:"


def speech(text: str) -> Speech | None:
    """Return how a question asks who says that something is so, or where; None if it does not.

    >>> speech("Who said that Naomi is human?"), speech("Who sings?")
    (Speech(who=True, denied=False, clause='is it so that Naomi is human'), None)
    >>> speech("Which articles call Naomi a human?")
    Speech(who=False, denied=False, clause='is it so that Naomi a human')
    """
    found = _SPEECH.match(text)
    verb = PLAIN.stem((found["verb"] or found["calls"]).lower()) if found else ""
    if not found or (found["who"] and found["calls"]) or verb not in SPEAKING | {"written", "print", "read"}:
        return None
    return Speech(bool(found["who"]), verb in ("deni", "reject"), "is it so that" + found["clause"])


def without_source(text: str, names: Iterable[str]) -> str:
    """Return what a question asks that says to which source it is put, or an empty text where it is put to none of these.

    >>> without_source("What does Wikidata say about the director of Ran?", ["Wikidata"]), without_source("According to MADB, who drew Ran?", ["madb"])
    ('what of the director of Ran?', 'who drew Ran?')
    """
    name = rf"(?:the )?(?:{'|'.join(map(re.escape, names))})(?:['’]s)?(?: (?:catalogue|database|entry|record))?"
    verb = r"(?:say|tell|know|have|list|record|give|name|call)s?"
    asked = re.sub(rf"^\W*(?:what (?:does|do|did) {name} {verb} (?:about|of|on|for|to be|as)|(who)m? (?:does|do|did) {name} {verb}(?: (?:as|for|to be))?)\b", lambda match: match[1] or "what of", text, flags=re.IGNORECASE)
    asked = re.sub(rf",?\s*\b(?:according to|in|by|from|per|says|on) {name}(?=\W|$),?", "", asked, flags=re.IGNORECASE)
    return asked.strip() if asked != text else ""


def is_denial(text: str) -> bool:
    """Report whether a question asks whether something is not so.

    >>> [is_denial(text) for text in ("Is Naomi not a human?", "Is it true that Naomi isn't a human?", "Is it true that the one who does not sing is she?")]
    [True, True, False]
    """
    text = _led(text)
    return bool(_NOT_SO.match(text.removeprefix(_SO)) if text.startswith(_SO) else _WHETHER_NOT.match(text))


def is_sequel(text: str, words: Sequence[Token]) -> bool:
    """Report whether a text goes on from a question before it, and does not say what it asks.

    >>> [is_sequel(text, PLAIN.tokens(text)) for text in ("And in English?", "And who directs it?")]
    [True, False]
    """
    return bool(_SEQUEL.match(text)) and not focus(words)


def with_name(text: str, name: str) -> str:
    """Return a text with a name in the place of each pronoun for a person; the text itself where it has none.

    >>> with_name("What else did she do, and what did her producer say?", "Naomi")
    "What else did Naomi do, and what did Naomi's producer say?"
    """
    return _PRONOUN.sub(lambda match: name + ("'s" if match["of"] else ""), text)


def restrictions(words: Sequence[Token]) -> tuple[frozenset[str], ...]:
    """Return the stems of each phrase that tells which of several is asked for: an ordinal with its noun, and what something is outside of.

    >>> [sorted(one) for one in restrictions(PLAIN.tokens("When was the first teaser shown outside of Asia for the first time?"))]
    [['first', 'teaser'], ['asia', 'outsid']]
    """
    found = []
    for place, word in enumerate(words[:-1]):
        then = next((one for one in words[place + 1 :] if one.content), None)
        ordinal = word.plain in _ORDINALS and (not place or words[place - 1].plain == "the")
        if then and then.plain not in ("time", *_ORDINALS) and (ordinal or word.plain == "outside"):
            found.append(frozenset((word.stem, then.stem)))
    return tuple(found)


def is_question(text: str) -> bool:
    """Report whether a text asks something, and is not just a name.

    >>> is_question("who directs it"), is_question("Who Framed"), is_question("Metallic Rouge")
    (True, False, False)
    """
    words = PLAIN.tokens(text)
    return len(words) > 2 and (bool(focus(words)) or text.rstrip().endswith("?"))
