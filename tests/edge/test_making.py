"""The way to a page that is not in memory: parameters, citizens, other processes, failures, one render at a time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kopir.edge import making
from pageworker import Says, get

CITIZEN = "kopir-session=5"


@pytest.fixture
def listing(app):
    """A listing that reads one parameter."""
    app.says["/kk/news/"] = lambda environ: Says(f"page {environ['QUERY_STRING']}", params=["page"], tags=["news"])
    return "/kk/news/"


def test_parameters_that_do_not_matter_cost_one_render(store, app, listing):
    get(store, listing)
    for number in range(50):
        assert get(store, listing, f"utm={number}").text == "page "
    assert len(app.asked) == 1


def test_where_nothing_is_known_yet_they_cost_two(store, app, listing, clock):
    for number in range(50):
        assert get(store, listing, f"utm={number}").text in {"page ", f"page utm={number}"}
    assert len(app.asked) == 2
    assert get(store, listing).text == "page ", "what an address made up is not what others see"


def test_what_an_address_makes_up_is_never_kept(store, app, listing):
    get(store, listing, "page=2&evil=<script>")
    assert get(store, listing, "page=2").text == "page page=2"
    assert get(store, listing, "page=2&evil=<script>").text == "page page=2"


def test_parameters_that_matter_make_pages_in_any_order(store, app, listing):
    get(store, listing)
    texts = [get(store, listing, query).text for query in ("page=2", "page=3", "utm=1&page=2", "p%61ge=3", "")]
    assert texts == ["page page=2", "page page=3", "page page=2", "page page=3", "page "]
    assert len(app.asked) == 3


def test_a_parameter_that_turns_out_to_matter_is_answered_rightly(store, app):
    def says(environ):
        query = environ["QUERY_STRING"]
        return Says(f"says {query}", params=["page", "sort"] if "page=" in query else ["page"])

    app.says["/kk/"] = says
    get(store, "/kk/")
    assert get(store, "/kk/", "page=2&sort=a").text == "says page=2&sort=a"
    assert get(store, "/kk/", "page=2&sort=b").text == "says page=2&sort=b"
    assert get(store, "/kk/", "sort=b&page=2&utm=1").text == "says page=2&sort=b"
    assert get(store, "/kk/", "page=2").text == "says page=2"


def test_parameters_are_learned_from_what_another_process_kept(make_store, app, listing):
    get(make_store(), listing)
    assert get(make_store(), listing, "utm=1").text == "page "
    assert len(app.asked) == 1


def test_a_query_that_cannot_be_read_is_the_applications(store, app, listing):
    get(store, listing)
    for _ in range(2):
        assert get(store, listing, "page=қ").text == "page page=қ"
    assert get(store, listing, "page=" + "2" * 9000).status == 200
    assert len(app.asked) == 4


def test_a_citizen_who_comes_first_leaves_nothing_for_others(store, app):
    app.says["/kk/"] = lambda environ: Says(f"hello {environ.get('HTTP_COOKIE', 'everybody')}")
    assert get(store, "/kk/", COOKIE=CITIZEN).text == f"hello {CITIZEN}"
    assert get(store, "/kk/").text == "hello everybody"
    assert get(store, "/kk/", COOKIE=CITIZEN).text == "hello everybody"
    assert len(app.asked) == 2


def test_nor_does_anything_else_of_who_asks_first(store, app):
    app.says["/kk/"] = lambda environ: Says(" ".join(sorted(name for name in environ if name.startswith("HTTP_"))))
    get(store, "/kk/", "utm=1")
    assert get(store, "/kk/", ACCEPT_LANGUAGE="ru", X_EVIL="1", REFERER="x", USER_AGENT="y").text == "HTTP_HOST"


def test_a_page_that_is_somebodys_is_made_for_each(store, app):
    app.says["/kk/own/"] = lambda environ: Says(
        environ.get("HTTP_COOKIE", "a stranger"), headers=[["Cache-Control", "private"]]
    )
    assert [get(store, "/kk/own/", COOKIE=f"kopir-session={n}").text for n in (1, 2)] == [
        "kopir-session=1",
        "kopir-session=2",
    ]
    assert get(store, "/kk/own/").text == "a stranger"


def test_a_page_that_becomes_restricted_is_shown_to_nobody_again(store, make_store, app, purger, clock):
    app.says["/kk/"] = Says("open", tags=["page:1"])
    get(store, "/kk/")
    app.says["/kk/"] = Says("sign in", status="302 Found", keeps=False)
    purger.purge(["page:1"], hard=False)
    assert get(store, "/kk/").status == 302
    app.says["/kk/"] = Says(raises=True)
    clock.now += 60
    for each in (store, make_store()):
        with pytest.raises(RuntimeError):
            get(each, "/kk/")


def test_another_process_reads_what_one_has_kept(make_store, app):
    app.says["/kk/"] = Says("text")
    first, second = make_store(), make_store()
    assert get(first, "/kk/") == get(second, "/kk/") == get(second, "/kk/")
    assert len(app.asked) == 1
    assert (second.counts.shared, second.counts.hits) == (1, 1)


def test_the_old_bytes_are_shown_for_a_second_while_one_makes_the_page(store, app, purger, clock):
    app.says["/kk/"] = Says("old", tags=["page:1"])
    purger.purge(["page:2"], hard=False)  # of what a log begins with the store cannot tell when it was purged
    get(store, "/kk/")
    begun, may_end = threading.Event(), threading.Event()

    def says(_environ):
        begun.set()
        assert may_end.wait(10)
        return Says("new", tags=["page:1"])

    app.says["/kk/"] = says
    purger.purge(["page:1"], hard=False)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(get, store, "/kk/")]
        assert begun.wait(10)
        clock.now += making.STALE_S - 0.01
        assert get(store, "/kk/").text == "old"
        clock.now += 0.02
        asked.append(pool.submit(get, store, "/kk/"))
        may_end.set()
        assert [reply.result(10).text for reply in asked] == ["new", "new"]
    assert len(app.asked) == 2
    assert making.STALE_S == 1


@pytest.mark.parametrize("failure", [Says(raises=True), Says("down", status="503 Service Unavailable", keeps=False)])
def test_the_last_good_page_stands_in_when_the_application_fails(make_store, app, purger, clock, failure):
    store, other = make_store(), make_store()
    app.says["/kk/"] = Says("good", tags=["page:1"])
    get(store, "/kk/")
    app.says["/kk/"] = failure
    purger.purge(["page:1"], hard=False)
    clock.now += 60
    asked = len(app.asked)
    for each in (store, other):
        for _ in range(5):
            assert get(each, "/kk/").text == "good"
            assert get(each, "/kk/", "utm=1").text == "good"
    assert len(app.asked) == asked + 2, "an application that is down is not asked at each request"
    clock.now += making.RETRY_S
    app.says["/kk/"] = Says("again", tags=["page:1"])
    assert [get(each, "/kk/").text for each in (store, other)] == ["again", "again"]


def test_for_a_citizen_too_in_a_process_that_knows_nothing(make_store, app, purger):
    app.says["/kk/"] = Says("good", tags=["page:1"])
    get(make_store(), "/kk/")
    purger.purge(["page:1"], hard=False)
    app.says["/kk/"] = Says("down", status="500 Internal Server Error", keeps=False)
    assert get(make_store(), "/kk/", COOKIE=CITIZEN).text == "good"
    assert get(make_store(), "/kk/", COOKIE=CITIZEN, method="HEAD").status == 200


@pytest.mark.parametrize("end", ["hard", "until"])
def test_what_must_not_be_shown_does_not_stand_in(make_store, app, purger, clock, end):
    store, other = make_store(), make_store()
    app.says["/kk/"] = Says("gone", tags=["page:1"], until=clock.now + 60)
    get(store, "/kk/")
    get(other, "/kk/")
    app.says["/kk/"] = Says("down", status="500 Internal Server Error", keeps=False)
    if end == "hard":
        purger.purge(["page:1"], hard=True)
        purger.purge(["page:1"], hard=False)
    else:
        clock.now += 60
    for each in (store, other, make_store()):
        assert get(each, "/kk/").text == "down"
        assert get(each, "/kk/", COOKIE=CITIZEN).text == "down"


def test_a_failure_without_a_page_is_told_as_it_is(store, app):
    app.says["/kk/"] = Says(raises=True)
    with pytest.raises(RuntimeError, match="database is down"):
        get(store, "/kk/")
    app.says["/kk/"] = Says("down", status="500 Internal Server Error", keeps=False)
    assert (get(store, "/kk/").status, get(store, "/kk/").text) == (500, "down")


def test_a_page_that_was_deleted_is_not_what_stands_in(make_store, app, purger, clock):
    store = make_store()
    app.says["/kk/"] = Says("page", tags=["page:1"])
    get(store, "/kk/")
    app.says["/kk/"] = Says("nothing", status="404 Not Found", tags=["page:1"])
    purger.purge(["page:1"], hard=False)
    assert get(store, "/kk/").status == 404
    app.says["/kk/"] = Says(raises=True)
    with pytest.raises(RuntimeError):
        get(make_store(), "/kk/")


def test_one_render_for_all_who_ask_at_once(store, app):
    app.says["/kk/"] = Says("text", delay_s=0.3)
    with ThreadPoolExecutor(9) as pool:
        replies = list(pool.map(lambda _: get(store, "/kk/").text, range(9)))
    assert replies == ["text"] * 9
    assert len(app.asked) == 1


def test_what_is_not_kept_is_not_waited_for_one_by_one(store, app):
    app.says["/kk/"] = Says("text", delay_s=0.3, keeps=False)
    begun = time.monotonic()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: get(store, "/kk/").text, range(3))) == ["text"] * 3
    assert time.monotonic() - begun < 0.9
    asked = len(app.asked)
    get(store, "/kk/")
    assert len(app.asked) == asked + 1, "it is remembered, so it is made once"


def test_too_many_at_once_are_asked_to_come_back(make_store, app):
    store = make_store(renders=2)
    going = threading.Event()

    def slow(environ):
        going.wait(20)
        return Says("text")

    for number in range(20):
        app.says[f"/{number}"] = slow
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(get, store, f"/{number}") for number in range(20)]
        time.sleep(1)
        refused = [future.result() for future in waiting if future.done()]
        assert len(refused) == 20 - 1 - 4, "one is made, four have a seat"
        assert {reply.status for reply in refused} == {503}
        assert refused[0].headers["Retry-After"] == "5"
        assert refused[0].headers["Cache-Control"] == "no-store"
        assert "again in a few seconds" in refused[0].text
        app.says["/b"] = Says("text")
        assert get(store, "/b", HOST="b.a.example").status == 200, "another host has its place"
        assert get(store, "/static/a").status == 404, "and so has what is never looked for"
        going.set()
        assert {future.result().status for future in waiting} == {200, 503}
    assert store.counts.refused == 15


def test_the_others_wait_no_longer_than_they_may(store, app):
    store._maker._room._seated_s = 0.05
    going = threading.Event()

    def slow(environ):
        going.wait(20)
        return Says("text")

    app.says["/kk/"] = slow
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, store, "/kk/")
        while not app.asked:
            time.sleep(0.01)
        assert get(store, "/kk/").status == 503
        going.set()
        assert first.result().text == "text"
    assert get(store, "/kk/").text == "text"


def test_a_page_that_is_purged_all_the_time_is_answered_all_the_same(store, app, purger):
    def says(environ):
        purger.purge(["page:1"], hard=True)
        return Says("text", tags=["page:1"])

    app.says["/kk/"] = says
    for _ in range(3):
        assert get(store, "/kk/").text == "text"
    assert len(app.asked) == 3, "made before the purge that came meanwhile, so not shown again"
