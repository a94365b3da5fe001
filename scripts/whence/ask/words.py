"""The words of a question: tokens with their places, stems, and what the question is after."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    "many much long often far you your according accordingly w etc please anyone anybody someone somebody everyone everybody everything exactly actually really mr mrs san dr ever give list tell know toward towards s ll re ve d".split()
)
_NUMBERS = {word: str(number) for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen".split())}
_NOT = frozenset("no nor not never neither without don didn doesn isn aren wasn weren hasn haven hadn wouldn couldn shouldn".split())
_WORD = re.compile(r"[^\W_]+")
_AUXILIARIES = frozenset("is are was were do does did has have had can could will would should isn aren wasn didn doesn hasn".split())
_ASKING = {"who": "@who", "whom": "@who", "whose": "@who", "when": "@when", "where": "@where", "why": "@why"}
#: What follows "how".
_HOW = {"often": "@howoften", "many times": "@howoften", "many": "@howmany", "much": "@howmany", "far": "@howmany", "long": "@howlong"} | {
    f"many {unit}": "@howlong" for unit in ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
}
#: Nouns after "what" or "which" that ask as another word does.
_NOUNS = {
    "person": "@who", "peopl": "@who", "actor": "@who", "actress": "@who", "artist": "@who", "colleagu": "@who", "man": "@who", "woman": "@who", "speaker": "@who", "year": "@when", "date": "@when", "day": "@when", "month": "@when", "season": "@when", "window": "@when", "weekday": "@when", "number": "@howmany",
    "document": "@document", "streaming": "@where", "broadcast": "@where", "channel": "@where", "network": "@where", "platform": "@where", "place": "@where", "station": "@where", "servic": "@where", "countri": "@where", "citi": "@where",
}  # fmt: skip
#: Words before a name that ask for others than what it names.
APART = frozenset("before besides except beyond than".split())
#: Words that ask for others than what most questions are about.
ELSE = frozenset("else elsewhere other others another previous previously earlier former formerly".split())
#: Another way to ask how many.
_NUMBER_OF = re.compile(r"\b(?:what(?: is| was| are| were|['’]s) )?(?:the )?(?:total |exact |overall )?(?:number|count|amount) of\b", re.IGNORECASE)
#: Another way to ask which.
_NAME_OF = re.compile(r"^\W*(?:the )?(?:full )?names? of (?:the )?", re.IGNORECASE)
#: A beginning that tells nothing of what is asked.
_LEAD = re.compile(
    r"^\W*(?:(?:i (?:wonder|wanted to know|want to know|would like to know|am curious|saw|heard|read)|i['’]d like to know|i['’]m curious|(?:can|could) you (?:please )?tell me|"
    r"please tell me|tell me|do you know|does anybody know|does anyone know)\b,?\s*)+(?:(?P<whether>if|whether)\b\s*)?", re.IGNORECASE)  # fmt: skip
#: An end that asks whether it is so, and a denial before it, which only leads to that.
_IS_IT = re.compile(r",\s*(?:right|correct|true|no|yes|(?:is|are|was|were|do|does|did|has|have)(?:n['’]t)? (?:it|he|she|they|this|that))\s*\?*\s*$", re.IGNORECASE)
_NOT_SO = re.compile(r"\b(is|are|was|were|do|does|did|has|have)(?:n['’]t| not)\b", re.IGNORECASE)
#: A denial in a question whether something is so, which asks the same without it.
_WHETHER_NOT = re.compile(r"^(\W*(?:is|are|was|were|do|does|did|has|have))(?:n['’]?t\b|((?: (?!that |who |which |why |said |known )[^\s,:?]+){1,6}?) not\b)", re.IGNORECASE)
#: A beginning that takes up a question before.
_SEQUEL = re.compile(r"^\W*(?:(?:ok|okay|so|and|or|but|then|now)\b\W*)+", re.IGNORECASE)
_stemmer = EnglishStemmer()
#: Each base of a verb with those of its forms that no stemmer brings back to it.
_FORMS = """
become became; begin began begun; bring brought; build built; buy bought; choose chose chosen; come came; draw drew drawn; drive drove driven; eat ate eaten;
fall fell fallen; feel felt; fight fought; find found; forget forgot forgotten; get got gotten; give gave given; go went gone; grow grew grown; hear heard;
hide hid hidden; hold held; keep kept; lead led; lend lent; lose lost; mean meant; meet met; pay paid; rise rose risen; run ran; say said;
sell sold; send sent; shoot shot; sing sang sung; speak spoke spoken; spell spelt; take took taken; teach taught; think thought; throw threw thrown;
wear wore worn; win won; write wrote written
"""
_IRREGULAR = {form: base for base, *forms in (group.split() for group in _FORMS.split(";")) for form in forms}
#: Stems of verbs for taking a position.
SPEAKING = frozenset(
    "say said mention claim explain bring think believ deni insist compar liken call suggest state tell told express feel admit talk reject argu predict "
    "hope wish expect promis describ prais recommend".split()
)
#: Stems of words that narrow down which of several is asked for, or of how many something holds.
QUANTIFYING = frozenset("onli sole exclus first second third last final most best worst least fewest half major none alway".split())
_ORDINALS = frozenset("first second third fourth fifth last final latest".split())
#: Words that ask whether something holds of each of several.
EVERY = frozenset("all each every everyone everybody everything both".split())


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a question.

    :ivar plain: without case, accents and differences of width
    :ivar start: its first character; `end` is the one after its last
    """

    plain: str
    stem: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the words of a text in their order; the ending of a possessive is none.

    >>> [token.plain for token in tokens("Who is Naomi's partner?")]
    ['who', 'is', 'naomi', 'partner']
    """
    found = []
    for match in _WORD.finditer(text):
        if match[0] in ("s", "S") and text[match.start() - 1 : match.start()] in ("'", "’"):
            continue
        for part, root in _parts(match[0]):
            found.append(Token(part, root, match.start(), match.end()))
    return found


@cache
def _parts(word: str) -> tuple[tuple[str, str], ...]:
    """Return a word without case and accents, with its stem; several where it is several."""
    parts = (word.lower(),) if word.isascii() else tuple(plain(word).split())
    return tuple((part, "not" if part in _NOT else stem(part)) for part in parts)


@cache
def stem(word: str) -> str:
    """Return what the forms of a word have in common; of a number in words its digits.

    >>> stem("composed"), stem("composer"), stem("wrote"), stem("nine")
    ('compos', 'compos', 'write', '9')
    """
    return _NUMBERS.get(word) or (_stemmer.stemWord(_IRREGULAR.get(word, word)) if word.isascii() else word)


#: Each word that wordings of questions use, with others that people use for it.
_SAME = """
say utter remark declare; mention cite; picture snapshot; singer vocalist songstress; song tune track; actor actress dubber thespian; begin start commence;
enemy foe adversary antagonist; choose pick select opt; soft gentle tender; protagonist hero heroine; kill murder slay assassinate; create invent devise;
minute mins; convention con; reason motive; wrong incorrect mistaken; staff crew; person folk
"""
SYNONYMS = {stem(word): stem(first) for first, *others in (group.split() for group in _SAME.split(";")) for word in others}


def focus(words: list[Token], canonical: dict[str, str] | None = None) -> str:
    """Return what a question is after, a word that starts with `@`; empty where it does not say.

    :param canonical: stems to the stems that stand for them

    >>> focus(tokens("How many questions are there?")), focus(tokens("How often?")), focus(tokens("Did he say so?")), focus(tokens("On which day?"))
    ('@howmany', '@howoften', '@yes', '@when')
    """
    if words and words[0].plain in _AUXILIARIES:
        return "@yes"
    for place, word in enumerate(words):
        if word.plain in ("how", "what", "which"):
            after, then = (words[place + far].plain if place + far < len(words) else "" for far in (1, 2))
            if word.plain == "how":
                return _HOW.get(f"{after} {then}") or _HOW.get(after, "@how")
            begun = dropwhile(lambda one: one.plain in STOP or one.plain in _NUMBERS, words[place + 1 :])
            after_it = [*takewhile(lambda one: one.plain not in STOP, begun)][:3]
            nouns = [one.plain if one.plain in _NOUNS else (canonical or {}).get(one.stem, one.stem) for one in after_it] or [""]
            return next((_NOUNS[one] for one in nouns if one in _NOUNS), f"@{nouns[0]}")
        if word.plain in _ASKING:
            return _ASKING[word.plain]
    first = next((word.stem for word in words if word.plain not in STOP), "")  # of a question in catchwords
    return _NOUNS.get((canonical or {}).get(first, first), "")


def reworded(text: str) -> str:
    """Return a question with "how many" where it asks for the number of something, "which" where it asks for the name, and as a plain one where its end asks whether it is so,
    without what only leads to it.

    >>> reworded("Number of songs?"), reworded("Naomi isn't an android, is she?"), reworded("I wonder whether she is human.")
    ('how many songs?', 'is it so that Naomi is an android', 'is it so that she is human.')
    >>> reworded("Isn't Naomi human?"), reworded("Does she not sing?")
    ('Is Naomi human?', 'Does she sing?')
    """
    text = _LEAD.sub(lambda match: "is it so that " if match["whether"] else "", text)
    text = _WHETHER_NOT.sub(lambda match: match[1] + (match[2] or ""), text)
    text = _NAME_OF.sub("which ", _NUMBER_OF.sub("how many", text))
    if asked := _IS_IT.search(text):
        text = "is it so that " + _NOT_SO.sub(r"\1", text[: asked.start()], count=1)
    return text


def is_denial(text: str) -> bool:
    """Report whether a question asks whether something is not so.

    >>> is_denial("Is Naomi not a human?"), is_denial("Is Naomi a human?")
    (True, False)
    """
    return bool(_WHETHER_NOT.match(_LEAD.sub("", text)))


def is_sequel(text: str, words: list[Token]) -> bool:
    """Report whether a text goes on from a question before it, and does not say what it asks.

    >>> is_sequel("And in English?", tokens("And in English?")), is_sequel("And who directs it?", tokens("And who directs it?"))
    (True, False)
    """
    return bool(_SEQUEL.match(text)) and not focus(words)


def restrictions(words: Sequence[Token]) -> tuple[frozenset[str], ...]:
    """Return the stems of each phrase that tells which of several is asked for: an ordinal with its noun, and what something is outside of.

    >>> [sorted(one) for one in restrictions(tokens("When was the first teaser shown outside of Asia for the first time?"))]
    [['first', 'teaser'], ['asia', 'outsid']]
    """
    found = []
    for place, word in enumerate(words[:-1]):
        then = next((one for one in words[place + 1 :] if one.plain not in STOP), None)
        ordinal = word.plain in _ORDINALS and place and words[place - 1].plain == "the"
        if then and then.plain not in ("time", *_ORDINALS) and (ordinal or word.plain == "outside"):
            found.append(frozenset((word.stem, then.stem)))
    return tuple(found)


def is_question(text: str) -> bool:
    """Report whether a text asks something, and is not just a name.

    >>> is_question("who directs it"), is_question("Who Framed"), is_question("Metallic Rouge")
    (True, False, False)
    """
    words = tokens(text)
    return len(words) > 2 and (bool(focus(words)) or text.rstrip().endswith("?"))
