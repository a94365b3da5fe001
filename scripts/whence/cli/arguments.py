"""argparse with errors in our words: one sentence, and what was probably meant."""

from __future__ import annotations

import argparse
import os
import re

from whence.did_you_mean import meant
from whence.errors import UsageError

TYPE_CHECKING = False  # importing typing would cost more than answering a query
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, NoReturn

    from whence.store.layout import GraphFiles


class Parser(argparse.ArgumentParser):
    """A parser of one command, which raises `UsageError` instead of ending the process.

    :ivar intermixed: whether options may stand between the words of an argument that takes several
    """

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False, formatter_class=_Formatter)
        self.intermixed = False
        self._others: str | None = None
        self._more: Callable[[list[str]], str] = lambda _: ""
        self._told = self._shown = ""

    def others(self, name: str, shown: str, told: str, more: Callable[[list[str]], str]) -> None:
        """Let options that are not declared be given, each with a value, as pairs of name and value.

        :param name: the attribute that takes the pairs
        :param shown: how the help writes such an option, and `told` what it says of it
        :param more: returns what the help says first, where these words are given with --help
        """
        self._others, self._more, self._shown = name, more, shown
        self.add_argument(shown.partition(" ")[0], metavar=shown.partition(" ")[2], dest=argparse.SUPPRESS, help=told)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse a command line, with the options that are not declared where the command takes such."""
        ending = next((word for word in args if re.fullmatch(r"--[A-Za-z][\w-]*=--", word)), None)  # argparse would take the value away
        if ending:
            self.error(f"argument {ending[:-3]}: it cannot be --")
        if self.intermixed or self._others is None:
            return super().parse_intermixed_args(args, namespace) if self.intermixed else super().parse_args(args, namespace)
        declared = {option for action in self._actions for option in action.option_strings if action.dest != argparse.SUPPRESS or action.nargs == 0}
        kept: list[str] = []
        pairs: list[tuple[str, str]] = []
        words = list(args)
        while words:
            word = words.pop(0)
            name, equals, value = word.partition("=")
            if word == "--":
                kept += [word, *words]
                break
            if not re.fullmatch(r"--[A-Za-z][\w-]*", name) or name in declared:
                kept.append(word)
            elif equals or (words and not words[0].startswith("--")):
                pairs.append((name[2:], value if equals else words.pop(0)))
            elif not {"-h", "--help"} & {*words}:
                raise UsageError(f"{name} is no option of {self.prog}; as {self._shown} it takes a value.", fix=meant(name, declared) or f"See {self.prog} --help.")
        if {"-h", "--help"} & {*kept}:
            self._told = self._more([word for word in kept if word not in ("-h", "--help")])
        found = super().parse_args(kept, namespace)
        setattr(found, self._others, pairs)
        return found

    def format_help(self) -> str:
        return self._told + super().format_help()

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        choice = re.match(r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", message, re.DOTALL)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            word = unknown[1]
            problem = f"{self.prog} does not take {word}."
            fix = meant(word.partition("=")[0], options) or f"See {self.prog} --help."
            if not word.startswith("-") and any(not action.option_strings for action in self._actions):
                fix = f"Put words that belong together in quotation marks; see {self.prog} --help."
            raise UsageError(problem, fix=fix)
        if choice:
            choices = re.findall(r"[\w.-]+", choice[3])
            hint = meant(choice[2], choices)
            fix = f"{hint + ' ' if hint else ''}Choose from {', '.join(choices)}."
            raise UsageError(f"{choice[1]} cannot be {choice[2]!r}.", fix=fix)
        raise UsageError(self._in_words(message), fix=f"See {self.prog} --help.")

    def _in_words(self, message: str) -> str:
        """Return what argparse complains of as a sentence."""
        lacking = re.match(r"argument ([^\s:/]+).*: expected (?:at least )?one argument", message)
        if lacking:
            value = next((str(one.metavar) for one in self._actions if lacking[1] in one.option_strings and one.metavar), "a value")
            return f"{lacking[1]} stands alone: write {lacking[1]} {value}."
        missing = re.match(r"the following arguments are required: (.*)", message)
        if missing:
            known = {str(one.metavar): one.help for one in self._actions if not one.option_strings}
            first = missing[1].split(", ")[0]
            return f"{self.prog} lacks {missing[1].replace(', ', ' and ')}: {known.get(first, first)}."
        invalid = re.match(r"argument ([^\s:/]+): (.*)", message)
        return f"{invalid[1]}: {invalid[2]}." if invalid else f"{message[:1].upper()}{message[1:]}."


class _Formatter(argparse.HelpFormatter):
    """A formatter with our words for the headings, and of fixed width: argparse would import a lot to ask the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "Usage: ")

    def start_section(self, heading: str | None) -> None:
        super().start_section({"positional arguments": "Arguments", "options": "Options"}.get(heading or "", heading))


def language_option(parser: Parser) -> None:
    """Declare the option that names the language in which things are called."""
    parser.add_argument("--language", metavar="TAG", default="", type=_language, help="call things in this language where they have a name in it (ja, en); else in English, else in any")


def _language(text: str) -> str:
    from whence.rdf.terms import is_language

    if text and not is_language(text):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a language tag such as en, ja or pt-BR")
    return text


def texts_option(parser: Parser, otherwise: str = "") -> None:
    """Declare where the texts are.

    :param otherwise: what the help says of where they are looked for when nothing tells
    """
    where = f"the folder with the texts (default: WHENCE_TEXTS of the environment, else texts/ of the graph{otherwise})"
    parser.add_argument("--texts", metavar="DIR", default=os.environ.get("WHENCE_TEXTS") or None, help=where)


def folder_of_texts(files: GraphFiles, given: str | None) -> str | None:
    """Return the folder of texts: the one that is given, else that of the graph where there is one, else None."""
    if given is not None:
        return given
    return files.settings.texts if os.path.isdir(files.settings.texts) else None


def by_ending(output: str | None, endings: Mapping[str, str], default: str) -> str:
    """Return the format that the ending of a file's name stands for; the default where the name has none.

    :param endings: each with its format
    :raises UsageError: the ending stands for no format
    """
    ending = os.path.splitext(output or "")[1][1:].lower()
    if ending and ending not in endings:
        raise UsageError(f"The ending .{ending} stands for no format.", fix=f"Known are {', '.join(f'.{one}' for one in endings)}; or name the format with --format.")
    return endings[ending] if ending else default


def packs_option(parser: Parser, told: str = "ask this pack besides the graph (default: those of whence.toml)") -> None:
    """Declare the option that names packs.

    :param told: what becomes of them
    """
    parser.add_argument("--pack", action="append", metavar="NAME", help=f"{told}; all for every one; may be given again")


def seconds(text: str) -> float:
    """Return a positive number of seconds; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return value


def size(text: str) -> int:
    """Return a number of bytes written like 500M or 2G; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one

    >>> size("2G")
    2147483648
    """
    match = re.fullmatch(r"([0-9]+)([KMG])", text, re.IGNORECASE)
    if match is None or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500M or 2G")
    return int(match[1]) << {"K": 10, "M": 20, "G": 30}[match[2].upper()]


def positive(text: str) -> int:
    """Return a positive whole number, of at most 18 digits, which every counter holds; for argparse.

    :raises argparse.ArgumentTypeError: when it is not one
    """
    if not text.isdecimal() or len(text) > 18 or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a positive whole number{' of at most 18 digits' if len(text) > 18 else ''}")
    return int(text)


def port(text: str) -> int:
    """Read a port, 0 for any."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)
