"""A search in vain is laid down without whoever asked, and without what may name a person."""

from __future__ import annotations

from kopir.base.events import emit
from kopir.edge import taking
from kopir.search.events import SearchedInVain
from kopir.visits.receiving import VAIN


def test_a_search_in_vain_is_laid_down(pages, db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        emit(SearchedInVain("Мектеп асханасы?", "kk", 7))
        emit(SearchedInVain("a@example.org", "kk", None))
        emit(SearchedInVain("8 701 123 45 67", "kk", None))
    with taking(pages) as taken:
        assert [(note.kind, note.rows) for note in taken.notes] == [(VAIN, [[7, "kk", "мектеп асханасы"]])]
