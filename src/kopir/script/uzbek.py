"""Uzbek from Latin to Cyrillic, by the usual rules, read backwards.

Source: the alphabet in force (law of 1993-09-02 with its change of 1995-05-06) and the main rules of spelling (Cabinet
resolution 339 of 1995-08-24) with their appendix on Cyrillic letters: `e` and `э`; `ya yo yu ye`; `ц` as `s` at the
beginning and after a consonant, as `ts` after a vowel; `ь` dropped; `ъ` as apostrophe, or dropped in loans. Latin has
lost `ь`, and `ц` and `я ё ю` after consonants in part: rules give back what is regular, `uzbek_words` the loans.
Unsure: loans that are in neither. `docs/why/script.md` lists them.
"""

from __future__ import annotations

import re

from kopir.script.letters import follow_case
from kopir.script.uzbek_words import find_stem

TURNED, APOSTROPHE = "\u02bb", "\u02bc"  # as the alphabet has them: oʻ gʻ, and maʼno
APOSTROPHES = "\u02bb\u02bc\u2018\u2019\u201b'`\u00b4"
_CLOSING = "'\u2019"  # these also end a quotation

LETTERS = {
    "a": "а", "b": "б", "d": "д", "f": "ф", "g": "г", "h": "ҳ", "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м",
    "n": "н", "o": "о", "p": "п", "q": "қ", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "x": "х", "y": "й",
    "z": "з", "ў": "ў", "ғ": "ғ", APOSTROPHE: "ъ",
}  # fmt: skip
PAIRS = {"sh": "ш", "ch": "ч", "ya": "я", "yo": "ё", "yu": "ю"}
_VOWELS = frozenset("aeiouў")
_ALPHABET = frozenset("abdefghijklmnopqrstuvxyz")  # and `c`, before `h` alone
_MERGED = {"o": "ў", "O": "Ў", "g": "ғ", "G": "Ғ"}
_SIGN = re.compile(f"[{APOSTROPHES}]")
_SIGNED = re.compile(f"([ogOG]?)[{APOSTROPHES}]")
# Cyrillic ц, where Latin has `ts` after a vowel (in older spelling also after n, k), unless a native ending begins
# with the `s`: ketsin, otsiz, otsimon.
_TS = re.compile(r"(?<=[aeiouўnk])ts(?=[ieo])(?!i(?:n(?:lar)?(?:chi|mi)?|z\w*|mon\w*)$)")
# … and where it has `s` after a consonant, in -tsiya and -tsion: funksiya, stansiya, korrupsiya, funksional.
_S = re.compile(r"(?<=[nkp])s(?=iya|ion)")


def mend(word: str) -> str:
    """One letter for oʻ and gʻ (`ў`, `ғ`), one apostrophe for the rest, however they were typed."""
    return _SIGNED.sub(lambda match: _MERGED.get(match[1], APOSTROPHE), word)


def is_foreign(word: str) -> bool:
    """Whether a word has a letter that Uzbek has not: `w`, `c` alone, `é`, Cyrillic."""
    return not _ALPHABET.issuperset(_SIGN.sub("", word.lower()).replace("ch", ""))


def trim(word: str, before: str) -> str:
    """Leave off an apostrophe at the end that closes a quotation; `before` is the character before the word.

    The alphabet's own signs are letters. Of others, none stands at the end but after `g` (togʻ, not tongʻ), and after
    `o` alone, the initial `Oʻ`.
    """
    last = word[-1]
    if last not in APOSTROPHES or last == APOSTROPHE:
        return word
    is_letter = word[-2] in "oOgG"
    if last in _CLOSING:
        is_quoted = before != "" and before in "'\u2018"
        is_last = word[:-1] in ("O", "o") or (word[-2] in "gG" and word[-3:-2] not in ("n", "N"))
        is_letter = is_last and not is_quoted
    return word if is_letter else word[:-1]


def to_cyrillic(word: str) -> str:
    """Write one word in Cyrillic. It holds letters of the Uzbek alphabet and apostrophes only."""
    source = mend(word)
    small = source.lower()
    length, form = find_stem(small)
    return follow_case(source[:length], form) + _spell(small, source, length)


def _spell(small: str, source: str, place: int) -> str:
    """Letters from `place` on, with the capitals of `source`, which is as long as `small`."""
    letters = []
    while place < len(small):
        letter, length = _letter(small, place)
        letters.append(_with_case(letter, source, place))
        place += length
    return "".join(letters)


def _letter(small: str, place: int) -> tuple[str, int]:
    """What stands at `place` in Cyrillic, and how many Latin letters it takes."""
    one, two = small[place], small[place : place + 2]
    before = small[place - 1 : place] if place else ""
    if two in PAIRS:
        return PAIRS[two], 2
    if two == "ye":
        return ("е" if before == "" or before in _VOWELS or before == APOSTROPHE else "ье"), 2
    if one == "e":
        return ("э" if before == "" or before in "aouў" else "е"), 1
    if two == "ts" and _TS.match(small, place):
        return "ц", 2
    if one == "s" and _S.match(small, place):
        return "ц", 1
    if one == APOSTROPHE and before == "s" and small.startswith("h", place + 1):
        return "", 1  # it only kept `s` and `h` apart
    return LETTERS[one], 1


def _with_case(letter: str, source: str, place: int) -> str:
    """Capitals of the source. A sign without a sound (ъ, ь) is a capital among capitals."""
    if source[place] == APOSTROPHE:
        return letter.upper() if source[max(place - 1, 0) : place + 2].isupper() else letter
    if not source[place].isupper():
        return letter
    return "ьЕ" if letter == "ье" and not source[place - 1].isupper() else letter.upper()
