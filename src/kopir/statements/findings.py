"""What the gate finds, as readers of a statement are told; the gate itself speaks to who writes. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOLD: Final[Mapping[str, Promise]] = {
    "alt_missing": _("Pictures without words that stand for them"),
    "alt_empty": _("Pictures whose words do not say what is to be seen"),
    "heading_empty": _("Headings without words"),
    "heading_level": _("Headings that stand below none of the level above"),
    "link_empty": _("Links without words"),
    "link_words": _("Links that do not say where they lead"),
    "link_bare": _("Links that show an address instead of words"),
    "table_head": _("Tables with a column that has no heading"),
    "table_caption": _("Tables that do not say what they are about"),
    "subtitles": _("Films without subtitles"),
    "contrast": _("Colors that are too close to each other"),
}
