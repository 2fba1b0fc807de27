"""One converter for each pair of language and script: words, running text, pages.

It converts one way only, from the script in which a language is written first (its source) to the other. The other is
made for reading; nobody edits it and nothing is converted back.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kopir.script import kazakh, uzbek
from kopir.script.letters import follow_case, is_numeral, may_be_numeral
from kopir.script.markup import convert_page
from kopir.script.spans import pattern_of_words

_CACHED_WORDS = 16_384
_STEM = "*"


class UnknownScriptError(ValueError):
    """No converter writes this language in this script."""

    def __init__(self, language: str, script: str) -> None:
        self.language, self.script = language, script
        known = ", ".join(f"{one.language} in {one.script}" for one in RULES)
        super().__init__(f"no converter writes {language!r} in {script!r}; there is {known}")


class ExceptionWordError(ValueError):
    """An exception is not one word of letters."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(f"an exception must be one word of letters, with * at its end for any ending: {word!r}")


@dataclass(frozen=True)
class Rules:
    """What one language brings. `mend` gives a word the letters that were meant and keeps its capitals."""

    language: str
    source: str
    script: str
    is_provisional: bool
    write: Callable[[str], str]
    mend: Callable[[str], str]
    is_foreign: Callable[[str], bool]
    trim: Callable[[str, str], str]
    plain: re.Pattern[str]
    html: re.Pattern[str]

    @property
    def tag(self) -> str:
        """The language tag of what comes out (RFC 5646): `kk-Latn`."""
        return f"{self.language}-{self.script}"


# How templates and editors may write an apostrophe in HTML.
_REFERENCES = r"&(?:\#(?:x27|39|x2018|8216|x2019|8217|x2[bB][bB]|699|x2[bB][cC]|700)|apos|lsquo|rsquo);"
_MARKS = f"[{uzbek.APOSTROPHES}]"
RULES = (
    Rules(
        language="kk",
        source="Cyrl",
        script="Latn",
        is_provisional=True,
        write=kazakh.to_latin,
        mend=kazakh.mend,
        is_foreign=kazakh.is_foreign,
        trim=lambda word, _before: word,
        plain=pattern_of_words(),
        html=pattern_of_words(html=True),
    ),
    Rules(
        language="uz",
        source="Latn",
        script="Cyrl",
        is_provisional=False,
        write=uzbek.to_cyrillic,
        mend=uzbek.mend,
        is_foreign=uzbek.is_foreign,
        trim=uzbek.trim,
        plain=pattern_of_words(_MARKS),
        html=pattern_of_words(f"{_MARKS}|{_REFERENCES}", html=True),
    ),
)


def find_rules(language: str, script: str) -> Rules:
    """The rules that write `language` (`kk`, `uz`) in `script` (ISO 15924: `Latn`, `Cyrl`).

    Raises:
        UnknownScriptError: there are none, as for a language's source script.
    """
    for rules in RULES:
        if (rules.language, rules.script) == (language, script):
            return rules
    raise UnknownScriptError(language, script)


class Converter:
    """Writes a language in its other script. Make one for each site and keep it: it remembers words. Safe in threads.

    `exceptions` maps a word to its fixed form, whatever the rules say. Capitals follow the text. A word that ends with
    `*` stands for every word that begins so; the rest follows the rules: `{"kopir*": "Көпір"}`.

    Raises:
        UnknownScriptError: nothing writes `language` in `script`.
        ExceptionWordError: an exception is no single word.
    """

    def __init__(self, language: str, script: str, exceptions: Mapping[str, str] | None = None) -> None:
        self._rules = find_rules(language, script)
        self.language, self.script, self.tag = language, script, self._rules.tag
        self.is_provisional = self._rules.is_provisional
        self._words: dict[str, str] = {}
        self._stems: list[tuple[str, str]] = []
        for word, form in (exceptions or {}).items():
            self._add(word, form)
        self._stems.sort(key=lambda stem: -len(stem[0]))
        self._write = lru_cache(_CACHED_WORDS)(self._write_anew)
        self._write_alone = lru_cache(_CACHED_WORDS)(self._write_alone_anew)
        self._write_alone_in_html = lru_cache(_CACHED_WORDS)(self._write_alone_in_html_anew)

    def _add(self, word: str, form: str) -> None:
        stem = word.removesuffix(_STEM)
        match = self._rules.plain.fullmatch(stem)
        if match is None or match.lastgroup is None:
            raise ExceptionWordError(word)
        key = self._rules.mend(stem).lower()
        if stem == word:
            self._words[key] = form
        else:
            self._stems.append((key, form))

    def convert_text(self, text: str) -> str:
        """Convert running text: a title, a name, the text of a mail."""
        return self._rules.plain.sub(self._convert_plain, text)

    def convert_html(self, page: str) -> str:
        """Convert a page or a part of one: text, `alt`, `aria-label`, `placeholder`, `title`, and the language tags.

        All that is not converted stays as it is, byte for byte.
        """
        return convert_page(page, self._convert_markup, language=self.language, tag=self.tag)

    def _convert_markup(self, text: str) -> str:
        """Convert the text between two tags, or the value of an attribute, with its character references."""
        pattern = self._rules.html if "&" in text or "<" in text else self._rules.plain
        return pattern.sub(self._convert_html, text)

    def _convert_plain(self, match: re.Match[str]) -> str:
        raw = match[0]
        if match.lastgroup is None:
            return raw
        if (known := self._write_alone(raw)) is not None:
            return known
        word = self._rules.trim(raw, match.string[match.start() - 1 : match.start()])
        return raw if self._is_numeral(word, match) else self._write(word) + raw[len(word) :]

    def _convert_html(self, match: re.Match[str]) -> str:
        raw = match[0]
        if match.lastgroup is None:
            return raw
        if (known := self._write_alone_in_html(raw)) is not None:
            return known
        text = entities.unescape(raw)
        word = self._rules.trim(text, _character_before(match.string, match.start()))
        written = word if self._is_numeral(word, match) else self._write(word)
        if written == word:
            return raw
        end = text[len(word) :] and (raw[raw.rindex("&") :] if raw.endswith(";") else raw[-1])
        return entities.escape(written) + end

    def _write_alone_anew(self, raw: str) -> str | None:
        """The other form of a word, or None if what stands beside it decides."""
        return self._write(raw) if raw[-1].isalpha() and not may_be_numeral(raw) else None

    def _write_alone_in_html_anew(self, raw: str) -> str | None:
        """The same, for a word without references, with what HTML has to escape in it escaped."""
        written = None if "&" in raw else self._write_alone(raw)
        return entities.escape(written) if written is not None and written != raw else written

    def _is_numeral(self, word: str, match: re.Match[str]) -> bool:
        return is_numeral(word, match.string, match.end())

    def _write_anew(self, word: str) -> str:
        mended = self._rules.mend(word)
        small = mended.lower()
        if small in self._words:
            return follow_case(mended, self._words[small])
        for stem, form in self._stems:
            rest = mended[len(stem) :]
            if small.startswith(stem) and not (rest and self._rules.is_foreign(rest)):
                return follow_case(mended[: len(stem)], form) + (self._rules.write(rest) if rest else "")
        return word if self._rules.is_foreign(word) else self._rules.write(word)


def _character_before(text: str, place: int) -> str:
    """The character before `place`, if written as a reference then that which it means."""
    before = text[max(place - 8, 0) : place]
    return entities.unescape(before[before.rindex("&") :]) if before.endswith(";") and "&" in before else before[-1:]
