"""What no converter may touch in running text: addresses, identifiers, placeholders; and where words are.

Plain text and the text inside HTML differ in character references alone. No pattern here takes more than linear time:
each begins only where nothing before belongs to it.
"""

from __future__ import annotations

import re

_ENDS_OF_HOSTS = "uz|kz|tj|kg|tm|ru|com|org|net|gov|edu|info|int|eu|io|dev|localhost|қаз|рф"
_ENDS_OF_FILES = "pdf|docx?|xlsx?|pptx?|od[ts]|rtf|txt|csv|json|xml|html?|zip|rar|jpe?g|png|gif|svg|webp|mp[34]|p7s|sig"
_CAPITALS = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІЎҲӢӮҶ"
_TAIL = r"[^\s<>\"«»“”]"
_KEPT = rf"""
    (?<![\w.+\-])[a-zA-Z][a-zA-Z0-9+.\-]*://{_TAIL}+                   # addresses
  | (?<![\w.+\-])(?:mailto|tel|urn|data):{_TAIL}+
  | (?<![\w.+\-])www\.{_TAIL}+
  | (?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+                         # e-mail
  | (?<![\w.\-])(?:[\w\-]+\.)+(?i:{_ENDS_OF_HOSTS}|{_ENDS_OF_FILES})\b(?::\d+)?(?:[/?\#]{_TAIL}*)?
  | (?<![\w/.])/(?:[\w\-.~%]+/)+[\w\-.~%]*                             # paths
  | [@\#]\w+                                                           # accounts and tags
  | \{{[^{{}}\s]*\}} | %\(\w+\)[a-z]                                   # placeholders
  | (?<!\w)(?:[^\W\d_]+\d\w*|\d+[{_CAPITALS}]\w*|[^\W_]*_\w*)          # identifiers: letters before digits, 5G, a_b
"""
_REFERENCE = r"| &(?:\#\w+|\w+);? | <[^<>]*>"
_LETTERS = r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*"
_NO_ADDRESS = r"(?=[\s,;!?)»”]|\Z)"  # what may follow a word that needs no second look


def pattern_of_words(apostrophe: str = "", *, html: bool = False) -> re.Pattern[str]:
    """The pattern of words (groups `quick` and `word`) and of what is kept (neither).

    `apostrophe` is a pattern, fit for re.VERBOSE, of what may stand inside a word and at its end.
    """
    word = rf"{_LETTERS}(?:(?:{apostrophe})+{_LETTERS})*(?:{apostrophe})?" if apostrophe else _LETTERS
    kept = _KEPT + (_REFERENCE if html else "")
    return re.compile(rf"(?P<quick>(?<!\w){word}{_NO_ADDRESS}) | (?:{kept}) | (?P<word>{word})", re.VERBOSE)
