"""What counts as a visit and what does not, within bounds, and nothing of who it was."""

from __future__ import annotations

from collections import Counter

import pytest

from kopir.edge import LACKED, SEEN, taking
from kopir.edge.tray import FOLDER
from kopir.edge.visits import MISSING, MISSING_CHARACTERS, Visits, is_program, make_visit
from pageworker import STAFF, Says, get
from people import CHROME, FIREFOX

HTML = [("Content-Type", "text/html; charset=utf-8")]


@pytest.fixture
def ask(store, clock):
    """Ask as a browser does."""

    def ask(path="/kk/", **given):
        return get(store, path, **{"USER_AGENT": FIREFOX, **given})

    return ask


@pytest.fixture
def counted(store, folder, clock):
    """What was counted until now, by kind, host and path; the second before and this one."""

    def counted():
        clock.now += 1
        get(store, "/static/a.css")  # any request tells
        found: Counter[tuple[str, str, str]] = Counter()
        with taking(folder) as taken:
            taken.remove()
        for note in taken.notes:
            for host, path, count in note.rows:
                found[note.kind, host, path] += count
        return dict(found)

    return counted


@pytest.fixture
def page(app):
    app.says["/kk/"] = Says("<p>text</p>" * 100, tags=["page:1"])
    return "/kk/"


def test_a_page_is_counted_however_it_is_found(ask, page, counted, make_store, clock):
    ask()  # made
    ask()  # from memory
    tag = ask(ACCEPT_ENCODING="gzip").headers["ETag"]
    assert ask(ACCEPT_ENCODING="gzip", IF_NONE_MATCH=tag).status == 304
    ask(query="utm_source=letter")
    assert counted() == {(SEEN, "a.example", "/kk/"): 5}
    assert counted() == {}
    get(make_store(), "/kk/", USER_AGENT=CHROME)  # another process, from the file
    ask()
    assert counted() == {(SEEN, "a.example", "/kk/"): 1}, "the other process tells for itself"


def test_a_stale_page_and_one_that_stands_in_for_a_failure_are_seen_too(ask, app, page, purger, counted):
    ask()
    app.says["/kk/"] = Says(raises=True, tags=["page:1"])
    purger.purge(["page:1"], hard=False)
    assert ask().status == 200
    assert counted() == {(SEEN, "a.example", "/kk/"): 2}


def test_hosts_are_told_apart_and_written_in_one_way(ask, page, app, counted):
    ask(HOST="A.EXAMPLE:80")
    ask(HOST="sub.a.example")
    ask(HOST="stranger.example")
    assert counted() == {(SEEN, "a.example", "/kk/"): 1, (SEEN, "sub.a.example", "/kk/"): 1}


def test_what_does_not_count(ask, page, counted, app):
    ask()
    counted()
    ask(method="HEAD")
    ask(method="POST")
    ask(COOKIE=f"{STAFF}=1")
    ask(USER_AGENT="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    ask(USER_AGENT="")
    ask(SEC_PURPOSE="prefetch")
    app.says["/kk/account/"] = Says("Асан", keeps=False)
    ask("/kk/account/")
    app.says["/kk/feed.xml"] = Says("<rss/>", headers=[["Content-Type", "application/rss+xml"]])
    app.says["/kk/old/"] = Says(status="301 Moved Permanently", headers=[["Location", "/kk/"]])
    ask("/kk/old/")
    ask("/static/b.css")
    assert counted() == {}


def test_what_is_no_html_does_not_count():
    assert make_visit(200, [("Content-Type", "application/rss+xml")], "a.example", "/kk/feed.xml") is None
    assert make_visit(200, [], "a.example", "/kk/") is None
    assert make_visit(410, HTML, "a.example", "/kk/") is None
    assert make_visit(200, HTML, "a.example", "/kk/") == (SEEN, "a.example", "/kk/")


def test_an_address_without_a_page_is_counted_kept_or_not(ask, app, counted):
    app.says["/kk/a/"] = Says("no", status="404 Not Found", tags=["at:/kk/a/"])
    app.says["/b.php"] = Says("no", status="404 Not Found", keeps=False)
    for _ in range(3):
        ask("/kk/a/")
    ask("/b.php")
    assert counted() == {(LACKED, "a.example", "/kk/a/"): 3, (LACKED, "a.example", "/b.php"): 1}


def test_made_up_addresses_fill_neither_memory_nor_disk(ask, counted):
    for number in range(MISSING + 50):
        ask(f"/{number}")
    ask("/" + "x" * MISSING_CHARACTERS)
    found = counted()
    assert len(found) == MISSING
    assert max(len(path) for _, _, path in found) <= MISSING_CHARACTERS


def test_what_is_full_goes_on_counting_what_it_knows(folder, monkeypatch):
    monkeypatch.setattr("kopir.edge.visits.PAGES", 1)
    visits = Visits(folder)
    environ = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": FIREFOX}
    for path in ("/a", "/b", "/a"):
        visits.count((SEEN, "a.example", path), environ)
    visits.tell(5.0)
    with taking(folder) as taken:
        assert [note.rows for note in taken.notes] == [[["a.example", "/a", 2]]]


def test_a_second_begins_when_the_one_before_was_told(ask, page, folder, clock, store):
    ask()
    began = clock.now
    clock.now += 3600  # nobody came for an hour
    ask()
    with taking(folder) as taken:
        assert [note.at for note in taken.notes] == [began]


def test_nothing_of_the_reader_is_laid_down(ask, page, folder, clock):
    ask(COOKIE="kopir-session=s3cret", X_FORWARDED_FOR="203.0.113.9", REFERER="https://from.example/", query="q=w0rds")
    ask("/none", query="token=w0rds")
    clock.now += 1
    ask()
    texts = b"".join(file.read_bytes() for file in (folder / FOLDER).glob("*.log"))
    assert b"/kk/" in texts
    for word in (b"s3cret", b"203.0.113", b"from.example", b"w0rds", b"Firefox", b"Mozilla"):
        assert word not in texts


@pytest.mark.parametrize("agent", [FIREFOX, CHROME, "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE S) Chrome/156.0"])
def test_browsers_are_no_programs(agent):
    assert not is_program(agent)


def test_two_processes_are_counted_together(site, workers):
    site.says("/kk/", Says("text"))
    for worker in (0, 1, 0, 1):
        site.get(worker, "/kk/", USER_AGENT=FIREFOX)
    import time

    time.sleep(1.1)
    for worker in (0, 1):
        site.get(worker, "/kk/", USER_AGENT="curl/8")
    with taking(workers[0] / "pages") as taken:
        taken.remove()
    rows = [row for note in taken.notes for row in note.rows if row[0] == site._host]
    assert sum(count for _, path, count in rows) == 4
