"""Addresses of documents: which domains and words in an address drop its document, and which domains are let through.

datatrove's URLFilter lets no domain through, refuses documents without an address and fetches the list of public
suffixes; a listed name that stands for all below it needs no such list.
"""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from stages.cleaning.settings import Urls
from stages.errors import BadInput

_MARKS = re.compile(r"[^a-z0-9]+")
_MARKS_AND_DIGITS = re.compile(r"[^a-z]+")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def url_rule(settings: Urls, more_blocked_domains: Collection[str] = ()) -> Callable[[str], bool | tuple[bool, str]]:
    """A rule on an address: True, or False with `url_blocked_domain` or `url_blocked_word`; no address passes.

    A listed name stands for itself and all names below it. A host has a blocked word between marks or digits, a blocked
    part anywhere, whatever the marks; a blocked phrase counts in the whole address, with any marks between its words.
    Single words are looked for in the host alone: without diacritics, those of a path are ambiguous.

    >>> rule = url_rule(Urls(("x.example",), ("lode",), ("nhacai",), ("nha cai uy tin",), ("bao.example",)))
    >>> [rule(url) for url in ("https://m.x.example/1", "http://lode88.vn", "http://top-nha-cai.vn", "http://a.vn/nha-cai")]
    [(False, 'url_blocked_domain'), (False, 'url_blocked_word'), (False, 'url_blocked_word'), True]
    """
    blocked, allowed = frozenset(settings.blocked_domains) | frozenset(more_blocked_domains), settings.allowed_domains
    host_words = frozenset(settings.blocked_host_words)
    phrases = [f" {_MARKS.sub(' ', phrase)} " for phrase in settings.blocked_phrases]

    def rule(url: str) -> bool | tuple[bool, str]:
        if not url:
            return True
        url = url.lower()
        names = _names(url)
        if names.intersection(allowed):
            return True
        if names & blocked:
            return False, "url_blocked_domain"
        words = _MARKS_AND_DIGITS.split(max(names, key=len, default=""))
        host, address = "".join(words), f" {_MARKS.sub(' ', url)} "
        is_blocked = (
            not host_words.isdisjoint(words)
            or any(part in host for part in settings.blocked_host_parts)
            or any(phrase in address for phrase in phrases)
        )
        return not is_blocked or (False, "url_blocked_word")

    return rule


def _names(url: str) -> set[str]:
    """The host of an address in lower case and every domain that it stands under."""
    host = _HOST.search(url.partition("://")[2] or url)
    parts = host[0].split(".") if host else []
    return {".".join(parts[start:]) for start in range(len(parts))}


def read_domains(file: Path) -> frozenset[str]:
    """The domains of a list, one a line; what follows a `#` is left out. Raises `BadInput` for a line that is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: no readable list of domains ({error}). Expected UTF-8, one domain a line.") from None
    domains = set()
    for number, line in enumerate(lines, start=1):
        if domain := line.partition("#")[0].strip().lower():
            if not _HOST.fullmatch(domain):
                raise BadInput(f"{file}, line {number}: {domain!r} is no domain. Write it as in `example.com`.")
            domains.add(domain)
    return frozenset(domains)
