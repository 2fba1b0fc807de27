"""Searching: pages of what may be shown now, honest numbers, and an answer whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import Mock, create_autospec

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors import NOW
from kopir.base import clock
from kopir.base.events import subscribe, unsubscribe
from kopir.search import queries
from kopir.search.events import SearchedInVain
from kopir.search.index import get_reader
from kopir.search.models import Change
from kopir.search.queries import Count, find_faults, search
from shelves import get_path, keep_up


def keys(results):
    return [hit.key for hit in results.hits]


@pytest.fixture
def thirty(shelf):
    """Thirty notes about water, on three sites, the odd ones letters of last year."""
    for number in range(30):
        is_odd = number % 2
        shelf.put(
            f"{number:02}",
            "Су қоймасы",
            f"Хабар {number}",
            site=number % 3 + 1,
            kind="letter" if is_odd else "note",
            date=date(2025 if is_odd else 2026, 3, 5),
            facets={"topic": ["су", "өзен"] if is_odd else ["су"]},
        )
    keep_up()
    return shelf


def test_a_hit_says_what_is_shown_of_it(shelf):
    shelf.put("1", "Су қоймасы", "Жазда толады.", site=7, date=date(2026, 3, 5), summary="Қысқаша.")
    keep_up()
    (hit,) = search("қойманың", "kk").hits
    assert (hit.source, hit.key, hit.language, hit.kind, hit.site) == ("tests.note", "1", "kk", "note", 7)
    assert (hit.address, hit.date) == ("/kk/notes/1/", date(2026, 3, 5))
    assert hit.title.as_html == "Су <mark>қоймасы</mark>"
    assert str(hit.passage) == "Қысқаша. Жазда толады."


def test_pages_follow_one_another_without_gap_or_double(thirty):
    pages = [search("су қоймасы", "kk", page=page, size=8) for page in range(1, 6)]
    found = [key for page in pages for key in keys(page)]
    assert sorted(found) == sorted(thirty)
    assert [len(page.hits) for page in pages] == [8, 8, 8, 6, 0]
    assert {page.total for page in pages} == {30}


def test_what_is_unpublished_is_gone_at_once_and_pages_stay_whole(thirty):
    everything = keys(search("су қоймасы", "kk", size=30))
    thirty.hidden |= set(everything[::2])
    pages = [search("су қоймасы", "kk", page=page, size=4) for page in (1, 2, 3, 4)]
    assert [key for page in pages for key in keys(page)] == everything[1::2]
    assert pages[-1].total == 15


def test_where_everything_is_unpublished_nothing_is_told_of_it(thirty):
    thirty.hidden |= set(thirty)
    results = search("су қоймасы", "kk")
    assert (results.hits, results.total, results.counts, results.is_loose) == ((), 0, {}, False)


def test_where_much_is_hidden_the_database_is_asked_seldom(shelf):
    for number in range(100):
        shelf.put(str(number), "Су қоймасы")
    keep_up()
    shelf.hidden |= set(shelf)
    visible, asked = shelf.source.visible, []

    def count(ids):
        asked.append(len(ids))
        return visible(ids)

    object.__setattr__(shelf.source, "visible", count)
    assert search("су қоймасы", "kk").hits == ()
    assert asked == 2 * [10, 10, 40, 20, 20], "strictly, and once more what comes near"


def test_what_left_the_database_is_gone_too(thirty):
    del thirty["00"]
    assert search("су қоймасы", "kk").total == 29


def test_finds_are_counted_by_kind_site_year_and_facet(thirty):
    counts = search("су", "kk").counts
    assert counts["kind"] == [Count("letter", 15), Count("note", 15)]
    assert sorted(counts["site"], key=lambda each: each.value) == [Count(str(site), 10) for site in (1, 2, 3)]
    assert sorted(counts["year"], key=lambda each: each.value) == [Count("2025", 15), Count("2026", 15)]
    assert counts["topic"] == [Count("су", 30), Count("өзен", 15)]
    assert search("су", "kk", site=1, kinds=["note"]).total == 5


def test_one_question_to_the_database_for_each_source(thirty):
    asked: list[int] = []
    visible = thirty.source.visible

    def count(ids):
        asked.append(len(ids))
        return visible(ids)

    object.__setattr__(thirty.source, "visible", count)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        search("су", "kk")
    assert asked == [10]  # those of the page; more only where some of these are hidden
    assert len(captured) == 0  # the shelf asks nothing, and nobody else does


def test_where_nothing_fits_well_what_comes_nearest_is_shown_and_said_so(shelf):
    shelf.put("1", "Су қоймасы")
    keep_up()
    results = search("қойма туралы толық мәлімет беріңізші", "kk")
    assert (keys(results), results.is_loose) == (["1"], True)
    assert not search("қоймасы", "kk").is_loose


def test_a_better_spelling_is_offered_only_if_it_finds_more(shelf):
    shelf.put("1", "Сауда министрлігі")
    keep_up()
    results = search("миинстр", "kk")
    assert (results.hits, results.suggestion) == ((), "министрлігі")
    assert search("миинстрлігі", "kk").suggestion == ""  # it is found as it is
    assert search("министрлігі", "kk").suggestion == ""
    shelf.hidden.add("1")
    assert search("қарлығаш", "kk").suggestion == ""


def test_what_another_language_has_is_counted_without_spreading_it(shelf, monkeypatch):
    shelf.put("1", "Транзит", language="ru")
    shelf.put("2", "Транзит")
    keep_up()
    shelf.hidden.add("2")
    spread = create_autospec(queries._Search._count, side_effect=queries._Search._count)
    monkeypatch.setattr(queries._Search, "_count", spread)
    assert search("транзит", "kk").elsewhere == (Count("ru", 1),)
    assert spread.call_count == 2, "what was looked for, strictly and loosely"


def test_what_another_language_has_is_counted(shelf):
    shelf.put("1", "Транзит", language="ru")
    shelf.put("1", "Tranzit", language="uz")
    keep_up()
    results = search("транзит", "kk")
    assert results.hits == ()
    assert sorted(results.elsewhere, key=lambda each: each.value) == [Count("ru", 1), Count("uz", 1)]
    assert search("транзит", "ru").elsewhere == ()
    assert search("қарлығаш", "kk").elsewhere == ()


@pytest.mark.parametrize("text", ["", "  ", "…", "\0", "\ud800"])
def test_nothing_to_look_for_finds_nothing(thirty, text):
    results = search(text, "kk")
    assert (results.hits, results.total, results.is_available) == ((), 0, True)


@pytest.mark.parametrize(
    "text",
    ["су " * 5000, "щ" * 10_000, "\0су\0", "су\udc80\ud800", '"' * 500, '"су', "(" * 300 + "су", "<script>су</script>"],
)
def test_hostile_words_are_words(thirty, text):
    results = search(text, "kk")
    assert results.is_available
    results.text.encode()


def test_a_page_is_neither_empty_nor_endless(thirty):
    assert [len(search("су", "kk", size=size).hits) for size in (-1, 0, 10**9)] == [1, 1, 30]


@pytest.mark.parametrize(("page", "shown"), [(-5, 1), (0, 1), (10**18, 50)])
def test_a_page_beyond_is_the_nearest(thirty, page, shown):
    assert search("су", "kk", page=page).page == shown


def test_a_missing_or_broken_index_is_said_and_never_raised(shelf, folder, caplog):
    assert not search("су", "kk").is_available
    shelf.put("1", "Су")
    keep_up()
    assert search("су", "kk").is_available
    (get_path(folder) / "meta.json").write_bytes(b"{")
    results = search("су", "kk")
    assert (results.is_available, results.hits, results.text) == (False, (), "су")
    assert [record.levelname for record in caplog.records if record.name == "kopir.search.queries"] == [
        "WARNING",
        "ERROR",
    ]
    keep_up()
    assert search("су", "kk").is_available


def test_files_of_an_index_that_are_gone_raise_nothing(shelf, folder):
    shelf.put("1", "Су")
    keep_up()
    for path in get_path(folder).iterdir():
        if path.suffix == ".store":
            path.unlink()  # another file in its place: the former may be mapped, and its end must not move
            path.write_bytes(b"\0" * 10)
    get_reader(folder)._index = None
    assert not search("су", "kk").is_available


def test_a_fault_inside_the_engine_is_said_and_whoever_stops_the_process_is_heard(shelf, monkeypatch):
    panic = type("PanicException", (BaseException,), {})
    shelf.put("1", "Су")
    keep_up()
    monkeypatch.setattr("kopir.search.queries.read_stored", Mock(side_effect=[panic, KeyboardInterrupt]))
    assert not search("су", "kk").is_available
    with pytest.raises(KeyboardInterrupt):
        search("су", "kk")


def test_an_operator_is_told_what_is_wrong(shelf, folder, monkeypatch):
    now = clock.now()
    assert "there is no index" in find_faults(now=now)[0]
    shelf.put("1", "Су")
    keep_up()
    assert find_faults(now=now) == []
    shelf.put("2", "Су")
    assert find_faults(now=now) == []
    (waiting,) = find_faults(now=now + timedelta(minutes=2))
    assert waiting.startswith("1 changes wait to be found: start the worker")
    Change.objects.update(created_at=NOW, number=1)
    assert find_faults(now=now) == []
    with monkeypatch.context() as patch:
        patch.setattr("kopir.search.queries.is_known", lambda _: False)
        assert "not of this database" in find_faults(now=now)[0]
    (get_path(folder) / "meta.json").write_bytes(b"{")
    assert "cannot be read" in find_faults(now=now)[0]
    for error in (ValueError, type("PanicException", (BaseException,), {})):
        monkeypatch.setattr("kopir.search.index.read_mark", Mock(side_effect=error("torn")))
        monkeypatch.setattr("kopir.search.index.Reader.get_searcher", Mock(return_value=(1, 2)))
        assert "cannot be read (torn)" in find_faults(now=now)[0]
    monkeypatch.setattr("kopir.search.index.read_mark", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        find_faults(now=now)


@pytest.fixture
def vain(monkeypatch):
    """What was told of searches in vain."""
    told = []
    subscribe(SearchedInVain, told.append)
    monkeypatch.setattr("kopir.base.events.transaction.on_commit", lambda tell: tell())
    yield told
    unsubscribe(SearchedInVain, told.append)


def test_what_was_looked_for_in_vain_is_told(thirty, vain):
    search("zzzz  qqqq", "kk")
    search("zzzz", "ru", site=1)
    assert vain == [SearchedInVain("zzzz qqqq", "kk", None), SearchedInVain("zzzz", "ru", 1)]


def test_what_only_comes_near_was_looked_for_in_vain_too(thirty, vain):
    assert search("су аспан", "kk").is_loose
    assert [event.text for event in vain] == ["су аспан"]


def test_what_was_found_or_narrowed_or_is_a_later_page_is_not_told(thirty, vain):
    search("су", "kk")
    search("", "kk")
    search("zzzz", "kk", kinds=["note"])
    search("zzzz", "kk", since=date(2026, 1, 1))
    search("zzzz", "kk", facets={"topic": "су"})
    search("zzzz", "kk", page=2)
    search("zzzz", "kk", is_read=False)
    assert vain == []
