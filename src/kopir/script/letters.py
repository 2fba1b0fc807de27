"""What both converters share: capitals that follow the source, and numerals that are no words."""

from __future__ import annotations

import re

# Roman numerals of law and calendar: I to CCCXCIX, and years. `MIX`, `LI` or `DIM` are words or abbreviations.
_ROMAN = re.compile(r"(?=[IVXLCDM])(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
# Cyrillic letters that look like numerals and are typed for them.
_LOOKALIKES = str.maketrans("ІХ", "IX")
_LONGER = set("LCDM")
_SURE_LENGTH = 4
# Names of people after an initial: «I. Karimov», and not the heading «I. Umumiy qoidalar».
_SURNAMES = "[oe]va?|ina?|skiy|zoda|[ое]ва?|ина?|ский|ұлы|қызы"
_SURNAME = re.compile(rf"\.\s?(?:[^\W\d_]\.|[^\W\d_]+(?:{_SURNAMES})\b)")


def is_upper(text: str) -> bool:
    """Whether a text is written in capitals: two letters or more, none of them small."""
    return len(text) > 1 and text.isupper()


def follow_case(source: str, form: str) -> str:
    """Give `form` the capitals of `source`: ALL, First, or its own. A form with capitals inside (eGov) stays."""
    if form[1:] != form[1:].lower():
        return form
    if is_upper(source):
        return form.upper()
    return form[:1].upper() + form[1:] if source[:1].isupper() else form


def may_be_numeral(word: str) -> bool:
    """Whether a word is written as Roman numerals are."""
    return word[0] in "IVXLCDMІХ" and _ROMAN.fullmatch(word.translate(_LOOKALIKES)) is not None


def is_numeral(word: str, text: str, end: int) -> bool:
    """Whether `word`, which ends at `end` of `text`, is a Roman numeral in Latin capitals.

    One letter is a numeral (I, V, X) unless a full stop makes it somebody's initial; a heading «I. …» is one again.
    """
    if not may_be_numeral(word):
        return False
    word = word.translate(_LOOKALIKES)
    if len(word) == 1:
        return word in "IVX" and not (text.startswith(".", end) and _is_initial(word, text, end))
    return len(word) >= _SURE_LENGTH or not _LONGER & set(word) or ("X" in word and "M" not in word)


def _is_initial(word: str, text: str, end: int) -> bool:
    """A heading's number stands at the beginning and no surname follows it."""
    return bool(text[: end - len(word)].strip()) or _SURNAME.match(text, end) is not None
