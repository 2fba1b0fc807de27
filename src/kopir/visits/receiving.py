"""Laying down a search that found nothing, in the process that answered it: a file, no database.

It lies beside what the page store has counted and is taken with it.
"""

from __future__ import annotations

from django.conf import settings

from kopir.base import clock
from kopir.edge import Note, Tray
from kopir.search.events import SearchedInVain
from kopir.visits.rules import choose_words

VAIN = "vain"


def lay_search(event: SearchedInVain) -> None:
    """Lay down what may be kept of it."""
    words = choose_words(event.text)
    if words is not None:
        note = Note(VAIN, clock.now().timestamp(), [[event.site, event.language, words]])
        Tray(settings.KOPIR_PAGES_FOLDER).lay(note)
