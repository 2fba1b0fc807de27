"""Gathers what Kopir says to people and keeps one catalogue of it per language; `make messages` runs it.

The sentences stand in the code and the templates, in English; src/kopir/locale/<language>/LC_MESSAGES/django.po holds
what a linguist wrote for each, and the .mo beside it is the same for the program. Both are committed, so that nobody
who only runs Kopir needs a tool for them. A translation is kept as long as its English stays the same to the letter; a
sentence that changed is asked for anew, never guessed. English itself needs no catalogue. What Django and allauth say
on our pages is listed in borrowed.toml, because their own catalogues lack most of it in our languages.
"""

from __future__ import annotations

import argparse
import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

FOLDER: Final = Path(__file__).resolve().parent
SOURCE: Final = FOLDER.parent / "src" / "kopir"
LOCALE: Final = SOURCE / "locale"
BORROWED: Final = FOLDER / "borrowed.toml"

# Language: how many plural forms, and which one a number takes. As Django has them, so that both agree on a page; in
# Russian its fourth form, for fractions, is left out. An Uzbek noun stays the same after every number.
PLURALS: Final = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "tg": "nplurals=2; plural=(n != 1);",
    "uz": "nplurals=1; plural=0;",
}
# The words by which the code marks a sentence, and how many texts each is given: context, singular, plural.
_SHAPES: Final = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
_WORDS: Final = dict.fromkeys(
    ("_", "gettext_noop", *_SHAPES, *(f"{word}_lazy" for word in _SHAPES)),
)
_TEMPLATES: Final = {".html", ".txt"}
_LINE: Final = re.compile(r'(#.*|(msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)? *"([^"\\]|\\.)*")?')


class Key(NamedTuple):
    """What a catalogue knows a sentence by; `plural` and `context` are empty where there is none."""

    singular: str
    plural: str = ""
    context: str = ""


class Found(NamedTuple):
    """Where a sentence stands, as paths below src/kopir, and what was said there to whoever translates it."""

    places: set[str]
    comments: list[str]


class _Kept(Catalog):
    """A catalogue whose header holds no dates and no names of programs, so that equal words give equal bytes."""

    def __init__(self, language: str, speaker: str) -> None:
        super().__init__(locale=language, header_comment=f"# What {speaker} says, in {language}.", fuzzy=False)

    @property
    def num_plurals(self) -> int:
        return int(PLURALS[str(self.locale_identifier)][len("nplurals=")])

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", PLURALS[str(self.locale_identifier)]),
        ]


def gather() -> dict[Key, Found]:
    """Every sentence of the code, the templates and the list of borrowed ones."""
    found: dict[Key, Found] = {}
    for key, place, comments in (*_read_source(), *read_borrowed()):
        entry = found.setdefault(key, Found(set(), []))
        entry.places.add(place)
        entry.comments.extend(comment for comment in comments if comment not in entry.comments)
    return found


def read_borrowed() -> Iterator[tuple[Key, str, list[str]]]:
    """What libraries say on our pages: key, the library, and where it is seen."""
    for library, table in tomllib.loads(BORROWED.read_text("utf-8")).items():
        for row in table["sentences"]:
            key = Key(row["id"], row.get("plural", ""), row.get("context", ""))
            yield key, library, [f"{library}: {row['seen']}"]


def _read_source() -> Iterator[tuple[Key, str, list[str]]]:
    for path in sorted(SOURCE.rglob("*")):
        place = path.relative_to(SOURCE).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from _read_python(path.read_text("utf-8"), place)
        elif path.suffix in _TEMPLATES and "templates" in path.parts:
            # Django turns a template into calls and fills the rest with X; in brackets no indentation counts.
            yield from _read_python(f"(\n{templatize(path.read_text('utf-8'))}\n)", place)


def _read_python(text: str, place: str) -> Iterator[tuple[Key, str, list[str]]]:
    calls = extract_python(io.BytesIO(text.encode()), _WORDS, ["Translators:"], {"encoding": "utf-8"})
    for _line, word, arguments, comments in calls:
        shape = str(word).removesuffix("_lazy")
        count = _SHAPES.get(shape, 1)
        given = [arguments] if isinstance(arguments, str) else list(arguments or ())
        texts = [text for text in given[:count] if isinstance(text, str) and text]
        if len(texts) != count:
            continue  # what is handed on by name is marked where it stands
        yield _key(shape, texts), place, [comment.removeprefix("Translators:").strip() for comment in comments or ()]


def _key(shape: str, texts: list[str]) -> Key:
    if shape == "npgettext":
        return Key(texts[1], texts[2], texts[0])
    if shape == "pgettext":
        return Key(texts[1], "", texts[0])
    return Key(texts[0], texts[1] if shape == "ngettext" else "")


def po_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalog(language: str) -> Catalog:
    """The catalogue as it lies on the disk; an empty one where there is none. Raises ValueError for a broken one."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    text = path.read_text("utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            raise ValueError(f'{path}, line {number}: close the quotation mark, and write one within a text as \\"')
    return read_po(io.BytesIO(text.encode()), locale=language, abort_invalid=True)


def key_of(message: Message) -> Key:
    """What a message of a catalogue is known by."""
    singular, plural = message.id if isinstance(message.id, tuple) else (message.id, "")
    return Key(str(singular), str(plural), message.context or "")


def strings_of(message: Message) -> tuple[str, ...]:
    """Its translation: one string, or one for each plural form."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def renew(
    language: str, found: dict[Key, Found], written: dict[Key, tuple[str, ...]], speaker: str = "Kopir"
) -> tuple[bytes, bytes]:
    """The .po and .mo of a language: the sentences of `found`, each with what is `written` for it."""
    catalog = _Kept(language, speaker)
    for key, (places, comments) in sorted(found.items(), key=lambda entry: (_room(entry[1]), entry[0])):
        strings = written.get(key, ())
        count = catalog.num_plurals if key.plural else 1
        fitting = strings if len(strings) == count else ("",) * count
        catalog.add(
            (key.singular, key.plural) if key.plural else key.singular,
            fitting if key.plural else fitting[0],
            [(place, 0) for place in sorted(places)],
            auto_comments=comments,
            context=key.context or None,
        )
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=100, include_lineno=False)
    write_mo(mo, catalog)
    return po.getvalue().rstrip() + b"\n", mo.getvalue()


def _room(found: Found) -> str:
    """By rooms, and by the alphabet within one: a sentence that moves from file to file stays in its place."""
    return min(found.places).split("/")[0]


def list_gaps(language: str) -> list[Key]:
    """What a catalogue has no words for."""
    return [key_of(message) for message in read_catalog(language) if message.id and not all(strings_of(message))]


def main(arguments: Iterable[str] | None = None) -> None:
    """Renew the catalogues and say what each lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=sorted(PLURALS), help="which catalogues; all of them otherwise")
    languages = parser.parse_args(None if arguments is None else list(arguments)).languages
    found = gather()
    for language in languages:
        written = {key_of(message): strings_of(message) for message in read_catalog(language) if message.id}
        po, mo = renew(language, found, written)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po)
        path.with_suffix(".mo").write_bytes(mo)
        missing = list_gaps(language)
        print(f"{language}: {len(found)} sentences, {len(missing)} without words")
        for key in missing:
            print(f"    {key.singular}")


if __name__ == "__main__":
    main()
