"""Kazakh from Cyrillic to Latin, by the draft alphabet of 2021. PROVISIONAL: the alphabet is no law yet.

Source: the draft of 31 letters that the National Commission heard on 2021-01-28 (the Prime Minister's office;
`Ä Ğ Ñ Ö Ş Ū Ü`, and `I ı` for `І`, `İ i` for `И` and `Й`). The draft has no letters for `ё ц ч щ э ю я ъ ь`. What was
published with it names pairs: ё `io/ö`, ю `iu/ü`, я `ia/ä`, ц `ts/s`, ч `tş/ş`, щ `şş`, э `e`. We write the first of
each pair, since the second asks which word it is; a site's exceptions may name such words. `ъ` and `ь` are not written.
Unsure, therefore: loans with these letters. `docs/why/script.md` lists them.
"""

from __future__ import annotations

import unicodedata

LETTERS = {
    "а": "a", "ә": "ä", "б": "b", "в": "v", "г": "g", "ғ": "ğ", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
    "й": "i", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "ң": "ñ", "о": "o", "ө": "ö", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ұ": "ū", "ү": "ü", "ф": "f", "х": "h", "һ": "h", "ш": "ş", "ы": "y", "і": "ı",
    "э": "e", "ъ": "", "ь": "", "ё": "io", "ю": "iu", "я": "ia", "ц": "ts", "ч": "tş", "щ": "şş",
}  # fmt: skip
# Latin letters typed for Cyrillic ones that many keyboards lack. They count only if no other Latin letter is near.
LOOKALIKES = {"i": "і", "h": "һ", "ə": "ә", "ɵ": "ө"}


def _upper(latin: str) -> str:
    """Capitals of this alphabet: `i` has its dot, `ı` has none."""
    return latin.replace("i", "İ").upper()


_SINGLE = {ord(letter): latin for letter, latin in LETTERS.items() if len(latin) < 2}
_SINGLE |= {ord(letter.upper()): _upper(latin) for letter, latin in LETTERS.items() if len(latin) < 2}
_DOUBLE = {letter: latin for letter, latin in LETTERS.items() if len(latin) == 2}
_DOUBLE_LETTERS = frozenset(_DOUBLE) | frozenset(letter.upper() for letter in _DOUBLE)
_LOOKALIKES = {ord(latin): letter for latin, letter in LOOKALIKES.items()}
_LOOKALIKES |= {ord(latin.upper()): letter.upper() for latin, letter in LOOKALIKES.items()}
_CYRILLIC = frozenset(LETTERS) | frozenset(letter.upper() for letter in LETTERS)


def to_latin(word: str) -> str:
    """Write one word in Latin; what is not Kazakh Cyrillic in it stays."""
    word = mend(word)
    if not _DOUBLE_LETTERS.isdisjoint(word):
        word = "".join(_double(word, place) for place in range(len(word)))
    return word.translate(_SINGLE)


def is_foreign(word: str) -> bool:
    """Whether a word has no letter of ours."""
    return _CYRILLIC.isdisjoint(word)


def mend(word: str) -> str:
    """Compose letters, and put Cyrillic ones where look-alikes were typed."""
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word)
    if any(ord(letter) in _LOOKALIKES for letter in word) and _is_cyrillic(word):
        return word.translate(_LOOKALIKES)
    return word


def _is_cyrillic(word: str) -> bool:
    """Whether look-alikes are all that is not Cyrillic, and something is."""
    others = [letter for letter in word if letter not in _CYRILLIC]
    return len(others) < len(word) and all(ord(letter) in _LOOKALIKES for letter in others)


def _double(word: str, place: int) -> str:
    """A letter that takes two: both are capitals beside another capital (`ЮНЕСКО`), else the first alone (`Юсуп`)."""
    letter = word[place]
    latin = _DOUBLE.get(letter.lower())
    if latin is None:
        return letter
    if not letter.isupper():
        return latin
    beside = word[max(place - 1, 0) : place] + word[place + 1 : place + 2]
    return _upper(latin) if any(other.isupper() for other in beside) else _upper(latin[0]) + latin[1]
