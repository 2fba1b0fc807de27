"""The page store as a whole: what it answers from memory, what it never keeps, and whom it lets pass."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kopir.edge import PageStore, Purger, prepare, read_metrics, wrap
from kopir.edge.purge_log import FILE
from pageworker import STAFF, Says, get


@pytest.fixture
def page(app):
    """A page that may be kept."""
    app.says["/kk/"] = Says("<p>text</p>" * 100, tags=["page:1"])
    return "/kk/"


def test_a_page_is_made_once_and_then_answered_from_memory(store, app, page):
    first = get(store, page)
    assert (first.status, first.text) == (200, "<p>text</p>" * 100)
    assert get(store, page) == first
    assert len(app.asked) == 1
    assert "Kopir-Keep" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first.headers["Vary"] == "Accept-Encoding"
    assert (store.counts.misses, store.counts.hits) == (1, 1)


def test_every_way_to_ask_is_answered_from_memory(store, app, page):
    get(store, page)
    tag = get(store, page, ACCEPT_ENCODING="gzip").headers["ETag"]
    packed = get(store, page, ACCEPT_ENCODING="gzip")
    assert gzip.decompress(packed.body).decode() == "<p>text</p>" * 100
    assert get(store, page, ACCEPT_ENCODING="gzip", IF_NONE_MATCH=tag).status == 304
    assert get(store, page, method="HEAD").body == b""
    assert get(store, page, RANGE="bytes=0-1").status == 200, "ranges are for files"
    assert get(store, page, CACHE_CONTROL="no-cache", PRAGMA="no-cache").status == 200
    assert get(store, page, HOST="A.EXAMPLE.:80").status == 200
    assert get(store, page, COOKIE="kopir-session=5; kopir-language=kk").status == 200, "a citizen"
    assert get(store, page, AUTHORIZATION="Bearer 5").status == 200
    assert len(app.asked) == 1


@pytest.mark.parametrize("cookie", [f"{STAFF}=1", f"a=1;{STAFF}=1", f"a=1; {STAFF}="])
def test_staff_is_answered_by_the_application(store, app, page, cookie):
    get(store, page)
    app.says[page] = Says("draft", keeps=False)
    assert get(store, page, COOKIE=cookie).text == "draft"
    assert get(store, page).text == "<p>text</p>" * 100


@pytest.mark.parametrize("path", ["/kk/own/", "//kk/own/"])
def test_staff_takes_no_more_than_the_places_of_staff(make_store, app, page, path):
    store = make_store(renders=2)
    get(store, page)
    going, slow = threading.Event(), Says("own", keeps=False)
    app.says[path] = lambda _: slow if going.wait(20) else Says(raises=True)
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(get, store, path, COOKIE=f"{STAFF}=1") for _ in range(12)]
        time.sleep(1)
        refused = [future.result() for future in asked if future.done()]
        assert len(refused) == 12 - 1 - 2, "one is made, two have a seat"
        assert {(reply.status, reply.headers["Retry-After"]) for reply in refused} == {(503, "5")}
        app.says["/kk/other/"] = Says("other", keeps=False)
        assert get(store, "/kk/other/").text == "other", "the others have their places"
        assert get(store, page).status == get(store, page, method="HEAD").status == 200
        assert get(store, "/static/a", COOKIE=f"{STAFF}=1").status == 404, "files need no place"
        going.set()
        assert {future.result().status for future in asked} == {200, 503}
    assert get(store, path, COOKIE=f"{STAFF}=1").text == "own"


def test_whoever_makes_up_the_cookie_takes_no_place_of_staff(make_store, app, page):
    store = make_store(renders=2)
    going, slow = threading.Event(), Says("own", keeps=False)
    app.says["/kk/slow/"] = lambda _: slow if going.wait(20) else Says(raises=True)
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(get, store, "/kk/slow/", COOKIE=f"{STAFF}=made-up") for _ in range(12)]
        time.sleep(1)
        assert len([future for future in asked if future.done()]) == 12 - 1 - 4, "one is made, four have a seat"
        app.says["/kk/other/"] = Says("other", keeps=False)
        assert get(store, "/kk/other/", COOKIE=f"{STAFF}=1").text == "other"
        going.set()
        assert {future.result().status for future in asked} == {200, 503}


def test_what_staff_is_shown_is_not_kept(store, app, page):
    reply = get(store, page, COOKIE=f"{STAFF}=1")
    assert "Kopir-Keep" not in reply.headers
    get(store, page)
    assert len(app.asked) == 2


def test_almost_the_cookie_of_staff_is_a_citizens(store, app, page):
    get(store, page)
    assert get(store, page, COOKIE=f"x{STAFF}=1; {STAFF}2=1; a={STAFF}").status == 200
    assert len(app.asked) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"])
def test_other_methods_go_to_the_application(store, app, page, method):
    get(store, page)
    reply = get(store, page, method=method)
    assert "Kopir-Keep" not in reply.headers
    assert [environ["REQUEST_METHOD"] for environ in app.asked] == ["GET", method]
    assert get(store, page).status == 200
    assert len(app.asked) == 2


def test_paths_that_begin_as_told_go_to_the_application(store, app):
    app.says["/static/a.css"] = Says("body{}")
    for _ in range(2):
        assert get(store, "/static/a.css").headers == {"Content-Type": "text/html; charset=utf-8"}
    assert len(app.asked) == 2


@pytest.mark.parametrize(
    "says",
    [
        Says(keeps=False),
        Says(headers=[["Set-Cookie", "kopir-session=5"]]),
        Says(headers=[["Vary", "Cookie"]]),
        Says(headers=[["Vary", "Accept-Language"]]),
        Says(headers=[["Cache-Control", "private"]]),
        Says(status="302 Found", headers=[["Location", "/kk/sign-in/"]]),
        Says(status="403 Forbidden"),
        Says(until=1_799_999_999),
        Says(tags=["bad\ntag"]),
        Says("x" * (9 * 2**20)),
    ],
    ids=["no header", "cookie", "vary", "language", "private", "redirect", "forbidden", "over", "tag", "long"],
)
def test_what_is_never_kept(store, app, folder, says):
    app.says["/kk/"] = says
    for _ in range(3):
        reply = get(store, "/kk/")
        assert reply.status == int(says.status[:3])
        assert "Kopir-Keep" not in reply.headers
    assert len(app.asked) >= 3
    assert (store.counts.hits, store.counts.misses) == (0, 0)
    assert not (folder / "kept").exists()


@pytest.mark.parametrize("status", ["301 Moved Permanently", "410 Gone"])
def test_redirects_and_what_is_gone_are_kept(store, app, status):
    app.says["/old"] = Says("", status=status, headers=[["Location", "/new"]])
    first = get(store, "/old")
    assert get(store, "/old") == first
    assert (first.status, first.headers["Location"]) == (int(status[:3]), "/new")
    assert len(app.asked) == 1


def test_that_there_is_nothing_is_kept_for_ten_seconds(store, app, clock):
    app.says["/none"] = Says("nothing", status="404 Not Found")
    for _ in range(3):
        assert get(store, "/none").status == 404
    assert len(app.asked) == 1
    clock.now += 10
    app.says["/none"] = Says("there it is")
    assert get(store, "/none").text == "there it is"


def test_a_page_is_over_at_its_instant(store, app, clock):
    app.says["/kk/"] = Says("before", until=clock.now + 60)
    assert get(store, "/kk/").text == "before"
    app.says["/kk/"] = Says("after")
    clock.now += 59
    assert get(store, "/kk/").text == "before"
    clock.now += 1
    assert get(store, "/kk/").text == "after"


def test_nothing_is_kept_for_a_host_that_is_nobodys(store, app, page):
    for host in ("evil.example", "a.example:8001", "a.example@evil.example", ""):
        for _ in range(2):
            get(store, page, HOST=host)
    assert len(app.asked) == 8
    assert get(store, page).status == 200
    assert len(app.asked) == 9, "and nothing of it is shown on ours"


def test_hosts_schemes_and_ports_of_ours_are_pages_of_their_own(make_store, app):
    store = make_store(ports={"8000"}, scheme_of=lambda environ: environ.get("HTTP_X_FORWARDED_PROTO", "http"))
    app.says["/kk/"] = lambda environ: Says(f"{environ['HTTP_HOST']} {environ.get('HTTP_X_FORWARDED_PROTO')}")
    asks = [
        {"HOST": "a.example"},
        {"HOST": "b.a.example"},
        {"HOST": "a.example:8000"},
        {"HOST": "a.example", "X_FORWARDED_PROTO": "https"},
    ]
    texts = [get(store, "/kk/", **ask).text for ask in asks]
    assert texts == ["a.example None", "b.a.example None", "a.example:8000 None", "a.example https"]
    assert [get(store, "/kk/", **ask).text for ask in asks] == texts
    assert len(app.asked) == 4


@pytest.mark.parametrize("path", ["//kk/", "/./kk/", "/kk/../kk/", "/kk/..", "/kk/\x00", "/kk\\"])
def test_odd_paths_are_the_applications_and_never_kept(store, app, page, path):
    get(store, page)
    app.says[path] = Says("odd")
    for _ in range(2):
        assert get(store, path).text == "odd"
    assert len(app.asked) == 3
    assert get(store, page).text != "odd"


def test_a_replaced_folder_is_noticed_within_a_second(store, app, page, folder, clock):
    get(store, page)
    shutil.rmtree(folder)
    app.says[page] = Says("new")
    Purger(folder, clock=clock).purge(["page:1"], hard=True)
    clock.now += 1
    assert get(store, page).text == "new"


def test_a_start_makes_what_was_kept_before_a_fallback_at_most(make_store, app, page, folder):
    old = get(make_store(), page).text
    prepare(folder)
    store = make_store()
    app.says[page] = Says(raises=True)
    assert get(store, page).text == old
    app.says[page] = Says("of the new version")
    assert get(make_store(), page).text == "of the new version"


def test_what_is_counted_is_told_once_a_second(store, app, page, folder, clock):
    get(store, page)
    for _ in range(4):
        get(store, page)
    clock.now += 1
    get(store, page)
    told = read_metrics(folder)
    assert (told["misses"], told["hits"], told["entries"]) == (1, 4, 1)
    assert told["bytes"] > 500


def test_the_wrapper_is_the_store(app, folder):
    assert isinstance(wrap(app, folder=folder, staff_cookie="s", is_known_host=lambda _: True), PageStore)


def test_what_the_log_holds_are_tags_and_nothing_else(store, app, page, purger, folder):
    get(store, page)
    purger.purge(["page:1"], hard=False)
    assert json.loads((folder / FILE).read_bytes().splitlines()[1])[1:] == [0, ["page:1"]]
