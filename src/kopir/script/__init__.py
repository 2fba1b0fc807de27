"""Kazakh and Uzbek in their other script, and the folding by which a search finds both. Pure: text in, text out.

Each language is written and kept in one script, its source: Kazakh in Cyrillic, Uzbek in Latin. A `Converter` makes
the other one for reading, one way only: nothing is ever converted back. It knows languages, no countries and no sites;
which of them a page is shown in, and which words a site fixes, the caller says.

Doors: `Converter` (`convert_text`, `convert_html`), `find_rules`, `RULES`, `fold`, `list_tokens`, `WORD`, and the
errors. What is unsure: `docs/why/script.md`.
"""

from kopir.script.converter import RULES, Converter, ExceptionWordError, Rules, UnknownScriptError, find_rules
from kopir.script.folding import WORD, Token, fold, list_tokens

__all__ = [
    "RULES",
    "WORD",
    "Converter",
    "ExceptionWordError",
    "Rules",
    "Token",
    "UnknownScriptError",
    "find_rules",
    "fold",
    "list_tokens",
]
