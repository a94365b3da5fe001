"""Identifiers that other databases give to a thing, as far as the graph says where each was verified, with their addresses there."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from whence.things.index import Index, wh

#: The address of what a scheme identifies, `{}` for the identifier; schemes whose databases have no pages any more are left out.
_ADDRESSES = {
    "ANN-anime": "https://www.animenewsnetwork.com/encyclopedia/anime.php?id={}",
    "AniDB": "https://anidb.net/anime/{}",
    "AniList-anime": "https://anilist.co/anime/{}",
    "AniList-staff": "https://anilist.co/staff/{}",
    "Kitsu": "https://kitsu.app/anime/{}",
    "MADB": "https://mediaarts-db.artmuseums.go.jp/id/{}",
    "MAL-anime": "https://myanimelist.net/anime/{}",
    "MAL-people": "https://myanimelist.net/people/{}",
    "MAL-producer": "https://myanimelist.net/anime/producer/{}",
    "TMDB": "https://www.themoviedb.org/{}",
    "TVDB": "https://thetvdb.com/dereferrer/series/{}",
    "VIAF": "https://viaf.org/viaf/{}",
    "Wikidata": "https://www.wikidata.org/entity/{}",
}
#: Schemes whose identifiers begin with what kind of thing they are of.
_BY_KIND = {
    "AllMusic": {"mn": "https://www.allmusic.com/artist/{}", "mw": "https://www.allmusic.com/album/{}"},
    "IMDb": {"tt": "https://www.imdb.com/title/{}/", "nm": "https://www.imdb.com/name/{}/", "co": "https://www.imdb.com/company/{}/"},
}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One identifier.

    :ivar scheme: the name of the database, with the kind of entry where it has several
    :ivar address: of its page there, or an empty text
    :ivar caution: what to mind, or an empty text
    """

    scheme: str
    value: str
    address: str
    caution: str


def of(index: Index, iri: str) -> list[Identifier]:
    """Return the verified identifiers of a thing, sorted by scheme; empty when it has none."""
    found = []
    for node in index.things(NamedNode(iri), wh("identifier")):
        scheme, value = index.value(node, wh("scheme")), index.value(node, wh("identifierValue"))
        if scheme and value and index.value(node, wh("verifiedIn")):
            found.append(Identifier(scheme, value, address(scheme, value), index.value(node, wh("caution"))))
    return sorted(found)


def address(scheme: str, value: str) -> str:
    """Return the address of the page that an identifier leads to, or an empty text where the scheme has none.

    >>> address("TMDB", "tv:222787"), address("IMDb", "tt0083658"), address("Freebase", "/m/017n9")
    ('https://www.themoviedb.org/tv/222787', 'https://www.imdb.com/title/tt0083658/', '')
    """
    pattern = _ADDRESSES.get(scheme) or _BY_KIND.get(scheme, {}).get(value[:2], "")
    return pattern.format(value.replace(":", "/") if scheme == "TMDB" else value)
