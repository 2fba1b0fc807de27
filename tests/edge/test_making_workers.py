"""Purging, seen by two real processes over one folder."""

from __future__ import annotations

import time

from pageworker import STAFF, Says


def test_a_page_is_made_once_for_both(site):
    site.says("/", Says("old", tags=[site.tag("a")]))
    assert site.both("/") == ["old", "old"]
    assert site.count_asked() == 1


def test_both_show_an_edit_at_once_when_nobody_else_asks(site):
    site.says("/", Says("old", tags=[site.tag("a"), site.tag("b")]))
    site.both("/")
    site.says("/", Says("new", tags=[site.tag("a")]))
    site.purge("b")
    assert site.both("/") == ["new", "new"]
    assert site.count_asked() == 2


def test_pages_with_other_tags_stay(site):
    site.says("/", Says("old", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("new", tags=[site.tag("a")]))
    site.purge("aa", "b", hard=True)
    assert site.both("/") == ["old", "old"]
    assert site.count_asked() == 1


def test_after_a_second_nobody_gets_the_old_bytes_while_one_makes_the_page(site):
    site.says("/", Says("old", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("new", tags=[site.tag("a")], delay_s=1.6))
    site.purge("a")
    after = time.monotonic()
    makers = [site.start(worker, "/") for worker in (0, 1)]
    site.wait_asked(3)
    while not all(maker.done() for maker in makers):
        begun = time.monotonic() - after
        text = site.get(0, "/").text
        assert text == "new" or begun <= 1.0, "no request later than a second got the old bytes"
    assert [maker.result().text for maker in makers] == ["new", "new"]
    assert site.both("/") == ["new", "new"]
    assert site.count_asked() == 3, "each process made it once"


def test_a_hard_purge_shows_the_old_bytes_to_nobody(site):
    site.says("/", Says("secret", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("nothing", status="404 Not Found", delay_s=0.5))
    site.purge("a", hard=True)
    waiting = [site.start(worker, "/") for worker in (0, 1) for _ in range(5)]
    assert {(reply.result().status, reply.result().text) for reply in waiting} == {(404, "nothing")}


def test_a_hard_purge_after_a_soft_one_ends_the_second(site):
    site.says("/", Says("secret", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("nothing", status="410 Gone", delay_s=0.4))
    site.purge("a")
    maker = site.start(0, "/")
    site.wait_asked(2)
    assert site.get(0, "/").text == "secret"
    site.purge("a", hard=True)
    assert site.get(0, "/").text == "nothing"
    assert maker.result().text == "nothing"


def test_a_purge_during_a_render_keeps_the_render_out(site):
    site.says("/", Says("old", tags=[site.tag("a")], delay_s=0.5))
    makers = [site.start(worker, "/") for worker in (0, 1)]
    site.wait_asked(2)
    time.sleep(0.1)  # both have begun, and have read what they read
    site.says("/", Says("new", tags=[site.tag("a")]))
    site.purge("a")
    assert {maker.result().text for maker in makers} == {"old"}, "who asked before the edit gets what was true then"
    assert site.both("/") == ["new", "new"]


def test_a_hard_purge_during_a_render_keeps_it_out_of_the_fallback_too(site):
    site.says("/", Says("secret", tags=[site.tag("a")], delay_s=0.5))
    makers = [site.start(worker, "/") for worker in (0, 1)]
    site.wait_asked(2)
    time.sleep(0.1)
    site.says("/", Says(raises=True))
    site.purge("a", hard=True)
    assert {maker.result().text for maker in makers} == {"secret"}
    assert [site.get(worker, "/").status for worker in (0, 1)] == [500, 500]


def test_the_fallback_is_the_last_good_page_of_either(site):
    site.says("/", Says("old", tags=[site.tag("a")]))
    assert site.get(0, "/").text == "old"
    site.says("/", Says(raises=True))
    site.purge("a")
    assert [site.get(1, "/").text, site.get(0, "/").text] == ["old", "old"]
    site.purge("a", hard=True)
    time.sleep(0.01)
    assert [site.get(worker, "/").status for worker in (0, 1)] == [500, 500], "purged hard, also while it stands in"


def test_a_page_over_at_its_instant_is_over_in_both(site):
    site.says("/", Says("before", until=time.time() + 1.2))
    assert site.both("/") == ["before", "before"]
    site.says("/", Says("after"))
    time.sleep(1.3)
    assert site.both("/") == ["after", "after"]


def test_a_purge_of_everything(site):
    site.says("/", Says("old"))
    site.both("/")
    site.says("/", Says("new"))
    site.purger.purge_everything(hard=False)
    assert site.both("/") == ["new", "new"]


def test_a_worker_that_missed_what_the_log_forgot_drops_everything(site, workers):
    from kopir.edge import Purger

    folder, _ = workers
    site.says("/", Says("old", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("new", tags=[site.tag("a")]))
    short = Purger(folder / "pages", log_limit_bytes=2000)
    short.purge([site.tag("a")], hard=False)
    for number in range(200):
        short.purge([f"flood:{number}"], hard=False)
    assert site.tag("a") not in (folder / "pages" / "purges").read_text("utf-8")
    assert site.both("/") == ["new", "new"]


def test_every_edit_is_seen_by_both_while_many_read(site):
    """A value goes up, each time with a purge; no reader ever gets one older than a second, nor an older one later."""
    site.says("/", Says("0", tags=[site.tag("a")]))
    site.both("/")
    said = [(time.monotonic(), 0)]
    faults: list[str] = []

    def read(worker: int) -> int:
        latest = count = 0
        while len(said) < 30:
            begun = time.monotonic()
            value = int(site.get(worker, "/").text)
            due = max(number for at, number in said if at <= begun - 1.0 or number == 0)
            if value < due:
                faults.append(f"{value} was shown when {due} had been true for a second")
            latest = max(latest, value)
            count += 1
        return count

    readers = [site._pool.submit(read, worker) for worker in (0, 1, 0, 1)]
    for number in range(1, 30):
        site.says("/", Says(str(number), tags=[site.tag("a")], delay_s=0.02))
        site.purge("a")
        said.append((time.monotonic(), number))
        time.sleep(0.07)
    assert all(reader.result() > 20 for reader in readers)
    assert not faults
    assert site.both("/") == ["29", "29"]


def test_staff_passes_and_purges_nothing(site):
    site.says("/", Says("old", tags=[site.tag("a")]))
    site.both("/")
    site.says("/", Says("new", tags=[site.tag("a")]))
    assert site.get(0, "/", Cookie=f"{STAFF}=1").text == "new"
    assert site.both("/") == ["old", "old"], "only a purge tells that a page has changed"
