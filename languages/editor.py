"""Gathers what Wagtail and Django say to whoever writes on a website, for the languages in which they lack it.

Wagtail brings Russian, nearly whole, but no Kazakh, Tajik or Uzbek. What is said stands in the English catalogues of
the packages, those of the browser (djangojs) among them; src/kopir/websites/wagtail_locale holds what a linguist wrote
for each sentence. editor.toml says which packages, and which places of theirs nobody sees here; every other place asks
for words. These catalogues stand behind ours (LOCALE_PATHS): where both know a sentence, ours is said. Run by `make
messages`, after messages.py.

The file is not called after Wagtail, because a script shadows the package that has its name.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from messages import SOURCE, Found, Key, key_of, renew, strings_of

LOCALE: Final = SOURCE / "websites" / "wagtail_locale"
CLOSED: Final = Path(__file__).resolve().parent / "editor.toml"
LANGUAGES: Final = ("kk", "ru", "tg", "uz")
# Where Wagtail has the language, what packages say in it is left to them. Else all words are ours: what Django has in
# Kazakh, Tajik and Uzbek is half of it, and not spelled as our pages are.
LEFT_TO_PACKAGES: Final = frozenset({"ru"})
DOMAINS: Final = ("django", "djangojs")
SPEAKER: Final = "the editor's interface"


@cache
def read_closed() -> dict[str, dict[str, str]]:
    """By package, the places that nobody sees here, each with its reason."""
    return tomllib.loads(CLOSED.read_text("utf-8"))


def gather(domain: str) -> dict[Key, Found]:
    """Every sentence of a domain that an open place says; places are "package/path"."""
    found: dict[Key, Found] = {}
    for package, closed in read_closed().items():
        for message in read_own(package, "en", domain):
            places = {place for place, _line in message.locations if not any(fnmatchcase(place, one) for one in closed)}
            if message.id and places:
                entry = found.setdefault(key_of(message), Found(set(), []))
                entry.places.update(f"{package}/{place}" for place in places)
                entry.comments.extend(one for one in message.auto_comments if one not in entry.comments)
    return found


def list_lacking(language: str, domain: str) -> dict[Key, Found]:
    """Of those sentences, the ones whose words have to be ours."""
    if language not in LEFT_TO_PACKAGES:
        return gather(domain)
    said = {
        key_of(message)
        for package in read_closed()
        for message in read_own(package, language, domain)
        if not message.fuzzy and all(strings_of(message))
    }
    return {key: places for key, places in gather(domain).items() if key not in said}


def read_own(package: str, language: str, domain: str) -> Catalog:
    """The catalogue that a package brings; an empty one where it has none. Raises ModuleNotFoundError without it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed; take it out of {CLOSED.name}, or install it")
    return _read(Path(spec.origin).parent / "locale" / language / "LC_MESSAGES" / f"{domain}.po", language)


def po_path(language: str, domain: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalog(language: str, domain: str) -> Catalog:
    """The catalogue as it lies on the disk; an empty one where there is none. Raises PoFileError for a broken one."""
    return _read(po_path(language, domain), language)


def read_words(language: str, domain: str) -> dict[Key, tuple[str, ...]]:
    """What a catalogue holds: by key, a text for each plural form."""
    return {key_of(one): strings_of(one) for one in read_catalog(language, domain) if one.id}


def list_gaps(language: str, domain: str) -> list[Key]:
    """What a catalogue has no words for."""
    return [key for key, strings in read_words(language, domain).items() if not all(strings)]


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)


def main(arguments: Iterable[str] | None = None) -> None:
    """Renew the catalogues and say what each lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=LANGUAGES, help="which catalogues; all of them otherwise")
    languages = parser.parse_args(None if arguments is None else list(arguments)).languages
    for domain in DOMAINS:
        for language in languages:
            found = list_lacking(language, domain)
            if not found:
                continue
            path = po_path(language, domain)
            po, mo = renew(language, found, read_words(language, domain), SPEAKER)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po)
            path.with_suffix(".mo").write_bytes(mo)
            missing = list_gaps(language, domain)
            print(f"{language}, {domain}: {len(found)} sentences, {len(missing)} without words")
            for key in missing:
                print(f"    {key.singular}")


if __name__ == "__main__":
    main()
