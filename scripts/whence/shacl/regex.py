"""Regular expressions of XPath in the dialect of the engine.

`sh:pattern` is matched as SPARQL's REGEX does, which follows XPath F&O section 7.6.1 and so XSD 1.1 Part 2 appendix G.
The engine has another dialect: there `\\s` and `\\w` are other sets, `-[` is no subtraction, and `\\i` and `\\c` are
unknown. What it cannot do at all, back-references and Unicode blocks, is refused.
"""

from __future__ import annotations

from whence.shacl.xsd import NAME_CHARACTERS, NAME_START

_WORD = r"\p{P}\p{Z}\p{C}"
_SETS = {
    "s": r"[\t\n\r ]", "S": r"[^\t\n\r ]", "d": r"\p{Nd}", "D": r"\P{Nd}", "w": f"[^{_WORD}]", "W": f"[{_WORD}]",
    "i": f"[{NAME_START}]", "I": f"[^{NAME_START}]", "c": f"[{NAME_CHARACTERS}]", "C": f"[^{NAME_CHARACTERS}]",
}  # fmt: skip
_SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{mark: mark for mark in "\\|.?*+(){}-[]^$"}}
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: What means something in one dialect or the other, somewhere.
_MEANING = frozenset("\\|.?*+(){}-[]^$&~#")
_CATEGORIES = set(
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn".split()
)
_SPACE = "\t\n\r "
_MOST_NESTED = 100


def translated(pattern: str, flags: str = "") -> tuple[str, str]:
    """Return the pattern and the flags for the engine.

    :raises ValueError: it is no regular expression of XPath, or one that the engine cannot judge; says why

    >>> translated("[a-z-[aeiou]]+")
    ('[[a-z]--[aeiou]]+', '')
    """
    if set(flags) - set("smixq"):
        raise ValueError("a flag is none of s, m, i, x and q")
    kept = "".join(flag for flag in "smi" if flag in flags and ("q" not in flags or flag == "i"))
    if "q" in flags:
        return "".join(map(_literal, pattern)), kept
    reader = _Reader(pattern, "x" in flags)
    text = reader.alternatives(0)
    if reader.peek():
        raise ValueError("a ) closes nothing")
    return text, kept


def _literal(character: str) -> str:
    return _NAMED.get(character) or (f"\\{character}" if character in _MEANING else character)


class _Reader:
    """Recursive descent over the grammar of XSD 1.1 appendix G, with the additions of XPath."""

    def __init__(self, text: str, spaced: bool) -> None:
        self._text = text
        self._at = 0
        self._spaced = spaced

    def peek(self) -> str:
        """Return the character ahead, an empty text at the end."""
        while self._spaced and self._text[self._at : self._at + 1] in tuple(_SPACE):
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise ValueError("it ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def alternatives(self, depth: int) -> str:
        """Read branches up to a closing bracket or the end."""
        if depth > _MOST_NESTED:
            raise ValueError(f"its groups are nested more than {_MOST_NESTED} deep")
        found = ""
        while (ahead := self.peek()) not in ("", ")"):
            self._at += 1
            found += "|" if ahead == "|" else self._atom(ahead, depth) + self._quantifier()
        return found

    def _atom(self, mark: str, depth: int) -> str:
        if mark == "(":
            if self.peek() == "?":
                if self._text[self._at : self._at + 2] != "?:":
                    raise ValueError("(? begins nothing that XPath knows")
                self._at += 2
            inside = self.alternatives(depth + 1)
            if self.peek() != ")":
                raise ValueError("a ( is not closed")
            self._at += 1
            return f"(?:{inside})"
        if mark == "[":
            return self._class(depth)
        if mark == "\\":
            return self._escape()[0]
        if mark in "^$.":
            return mark
        if mark in "?*+{}]":
            raise ValueError(f"{mark} stands where a character must, or needs a backslash")
        return _literal(mark)

    def _quantifier(self) -> str:
        mark = self.peek()
        if not mark or mark not in "?*+{":
            return ""
        self._at += 1
        if mark == "{":
            inside, closing, rest = self._text[self._at :].partition("}")
            low, comma, high = inside.partition(",")
            digits = [part for part in (low, high) if part]
            if not closing or not low or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in digits):
                raise ValueError("a quantity in braces is not {n}, {n,} or {n,m}")
            if high and int(low) > int(high):
                raise ValueError("a quantity in braces ends before it begins")
            self._at = len(self._text) - len(rest)
            mark = f"{{{low}{comma}{high}}}"
        if self.peek() == "?":
            self._at += 1
            mark += "?"
        return mark

    def _escape(self) -> tuple[str, str | None]:
        """Read what follows a backslash: the text of it, and the character when it is a single one."""
        mark = self._next()
        if mark in _SINGLE:
            return _literal(_SINGLE[mark]), _SINGLE[mark]
        if mark in _SETS:
            return _SETS[mark], None
        if mark in "pP":
            name, closing, rest = self._text[self._at :].partition("}")
            self._at = len(self._text) - len(rest)
            if closing and name[:1] == "{" and name[1:] in _CATEGORIES:
                return f"\\{mark}{name}}}", None
            kind = "Unicode blocks are not supported" if name[:3] == "{Is" else "it is no Unicode category"
            raise ValueError(f"\\{mark}{name}{closing}: {kind}")
        raise ValueError("back-references are not supported" if mark.isdigit() else f"XPath has no \\{mark}")

    def _class(self, depth: int) -> str:
        """Read a character class after its [ (appendix G.4.2), with what is subtracted."""
        if depth > _MOST_NESTED:
            raise ValueError(f"its classes are nested more than {_MOST_NESTED} deep")
        negated = "^" if self._text[self._at : self._at + 1] == "^" else ""
        self._at += len(negated)
        items, subtracted = "", None
        while (mark := self._next()) != "]" or not items:
            if subtracted is not None:
                raise ValueError("a subtraction is not at the end of its class")
            if mark == "-" and self._text[self._at : self._at + 1] == "[" and items:
                self._at += 1
                subtracted = self._class(depth + 1)
            elif mark in "[]":
                raise ValueError(f"{mark} in a class needs a backslash")
            else:
                items += self._item(mark)
        whole = f"[{negated}{items}]"
        return whole if subtracted is None else f"[{whole}--{subtracted}]"

    def _item(self, mark: str) -> str:
        """Read one member of a class: a set, a character, or a range."""
        text, start = self._escape() if mark == "\\" else (_literal(mark), mark)
        ahead = self._text[self._at : self._at + 2]
        if start is None or ahead[:1] != "-" or ahead in ("-[", "-]", "-"):
            return text
        self._at += 1
        last = self._next()
        end_text, end = self._escape() if last == "\\" else (_literal(last), last)
        if end is None or end < start:
            raise ValueError("a range in a class ends before it begins or in a set")
        return f"{text}-{end_text}"
