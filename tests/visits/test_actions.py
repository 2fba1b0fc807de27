"""What was counted is taken over once, by the country's day, within bounds, and forgotten in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection

from kopir.edge import LACKED, SEEN
from kopir.visits import actions, rules
from kopir.visits.models import MissingAddress, VainSearch, Views
from kopir.visits.receiving import VAIN
from kopir.websites.models import SitePage

PORTAL = "kz.localhost"
NEWS = "/kk/ministry-of-education/news/"


def views():
    return list(Views.objects.order_by("day", "path").values_list("website__slug", "day", "path", "count"))


def test_what_was_seen_is_kept_by_page_and_day(education, finance, lay):
    lay(SEEN, PORTAL, NEWS, 3)
    lay(SEEN, PORTAL, NEWS, 2)
    lay(SEEN, PORTAL, "/en/ministry-of-finance/", 1)
    actions.take_visits()
    lay(SEEN, PORTAL, NEWS, 1)
    actions.take_visits()
    actions.take_visits()
    assert views() == [
        ("ministry-of-finance", date(2026, 3, 2), "/en/", 1),
        ("ministry-of-education", date(2026, 3, 2), "/kk/news/", 6),
    ]
    page = SitePage.objects.get(url_path=NEWS)
    assert Views.objects.get(path="/kk/news/").page_number == page.pk


def test_a_day_ends_where_the_country_is(education, lay):
    midnight = datetime(2026, 3, 2, 19, tzinfo=UTC)  # Kazakhstan: UTC+5
    lay(SEEN, PORTAL, NEWS, 1, at=midnight - timedelta(seconds=1))
    lay(SEEN, PORTAL, NEWS, 2, at=midnight)
    actions.take_visits()
    assert [(day, count) for _, day, _, count in views()] == [(date(2026, 3, 2), 1), (date(2026, 3, 3), 2)]


def test_scripts_and_an_own_domain_are_the_same_page(education, lay, now):
    lay(SEEN, PORTAL, "/kk-latn/ministry-of-education/news/", 1)
    education.domain, education.domain_proven_at = "edu.example.kz", now
    education.save()
    lay(SEEN, PORTAL, NEWS, 1)
    lay(SEEN, "edu.example.kz:8000", "/kk/news/", 1)
    lay(SEEN, "edu.example.kz", "/kk-latn/news/", 1)
    actions.take_visits()
    assert views() == [("ministry-of-education", date(2026, 3, 2), "/kk/news/", 4)]


def test_what_is_no_websites_is_left_out(education, lay):
    for path in ("/kk/", "/kk/duties/ministry-of-education/", "/kk/account/", "/kk/nobody/", "/x", "/kk/\xff/", ""):
        lay(SEEN, PORTAL, path, 1)
        lay(LACKED, PORTAL, path, 1)
    lay(LACKED, PORTAL, "/kk/ministry-of-education/" + "x" * 600, 1)
    actions.take_visits()
    assert views() == []
    assert not MissingAddress.objects.exists()


def test_where_nothing_was_counted_the_database_is_not_asked(pages, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        actions.take_visits()


def test_machines_that_share_a_database_write_one_after_another(education, lay, monkeypatch):
    database = mock.MagicMock(vendor="postgresql")
    execute = database.cursor.return_value.__enter__.return_value.execute
    execute.side_effect = lambda *_: pytest.fail("somebody wrote before") if views() else None
    monkeypatch.setattr(actions, "connection", database)
    lay(SEEN, PORTAL, NEWS, 3)
    actions.take_visits()
    execute.assert_called_once_with("SELECT pg_advisory_xact_lock(%s)", [actions.LOCK])
    assert [count for *_, count in views()] == [3]


def test_a_fall_before_the_end_counts_nothing_twice(education, lay):
    lay(SEEN, PORTAL, NEWS, 3)
    with (
        mock.patch("kopir.visits.actions._add_searches", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        actions.take_visits()
    assert views() == []
    actions.take_visits()
    actions.take_visits()
    assert [count for *_, count in views()] == [3]


@pytest.mark.django_db(transaction=True)
def test_a_fall_between_removing_and_the_commit_loses_what_was_taken_and_doubles_nothing(education, lay):
    lay(SEEN, PORTAL, NEWS, 3)

    with mock.patch.object(connection, "_commit", side_effect=OperationalError), pytest.raises(OperationalError):
        actions.take_visits()
    actions.take_visits()
    assert views() == []
    lay(SEEN, PORTAL, NEWS, 2)
    actions.take_visits()
    assert [count for *_, count in views()] == [2]


def test_addresses_without_a_page_are_bounded_and_the_most_asked_first(education, lay, monkeypatch):
    monkeypatch.setattr(rules, "MISSING_OF_A_DAY", 2)
    for path, count in (("a", 1), ("b", 5), ("c", 2)):
        lay(LACKED, PORTAL, f"/kk/ministry-of-education/{path}", count)
    actions.take_visits()
    lay(LACKED, PORTAL, "/kk/ministry-of-education/d", 9)
    lay(LACKED, PORTAL, "/kk/ministry-of-education/b", 1)
    actions.take_visits()
    assert dict(MissingAddress.objects.values_list("path", "count")) == {"/kk/b": 6, "/kk/c": 2}


def test_missing_addresses_that_were_asked_for_once_give_way(education, lay, monkeypatch):
    monkeypatch.setattr(rules, "MISSING_OF_A_DAY", 3)
    for path, count in (("x1", 1), ("x2", 1), ("twice", 2)):
        lay(LACKED, PORTAL, f"/kk/ministry-of-education/{path}", count)
    actions.take_visits()
    for path, count in (("x2", 1), ("old", 4), ("none", 1)):
        lay(LACKED, PORTAL, f"/kk/ministry-of-education/{path}", count)
    actions.take_visits()
    assert dict(MissingAddress.objects.values_list("path", "count")) == {"/kk/x2": 2, "/kk/twice": 2, "/kk/old": 4}


def test_missing_addresses_that_may_name_a_person_are_not_kept(education, lay):
    for path in ("a@example.org", "status/870112300123", "old.php"):
        lay(LACKED, PORTAL, f"/kk/ministry-of-education/{path}", 5)
    actions.take_visits()
    assert MissingAddress.objects.get().path == "/kk/old.php"


def test_an_old_address_of_an_own_domain_is_kept_as_it_was_asked(education, lay, now):
    education.domain, education.domain_proven_at = "edu.example.kz", now
    education.save()
    lay(LACKED, "edu.example.kz", "/ru/\u00d1\u0081\u00d1\u0082\u00d0\u00b0\u00d1\u0080.php", 1)
    lay(LACKED, "edu.example.kz", "/index.php", 1)
    actions.take_visits()
    assert sorted(MissingAddress.objects.values_list("path", flat=True)) == ["/index.php", "/ru/стар.php"]


def test_many_pages_at_once(education, lay, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(actions, "CHUNK", 10)
    for number in range(25):
        lay(SEEN, PORTAL, f"{NEWS}{number}/", number + 1)
    with django_assert_max_num_queries(20):
        actions.take_visits()
    assert dict(Views.objects.values_list("path", "count")) == {f"/kk/news/{n}/": n + 1 for n in range(25)}


def test_words_are_kept_once_they_are_asked_thrice(education, lay):
    site = education.body_id
    lay(VAIN, site, "kk", "мектеп асханасы")
    lay(VAIN, site, "kk", "мектеп асханасы")
    lay(VAIN, None, "kk", "мектеп асханасы")
    actions.take_visits()
    assert set(VainSearch.objects.values_list("words", "count")) == {("", 1), ("", 2)}
    lay(VAIN, site, "kk", "асханасы мектеп")
    for _ in range(3):
        lay(VAIN, site, "ru", "столовая")
    actions.take_visits()
    found = VainSearch.objects.exclude(words="").values_list("website__slug", "language", "words", "count")
    assert set(found) == {
        ("ministry-of-education", "kk", "асханасы мектеп", 3),
        ("ministry-of-education", "ru", "столовая", 3),
    }
    assert VainSearch.objects.get(website=None).words == "", "elsewhere it was asked once"


def test_words_of_one_website_are_never_those_of_another(education, finance, lay):
    for _ in range(3):
        lay(VAIN, education.body_id, "kk", "мектеп асханасы")
        lay(VAIN, finance.body_id, "kk", "асханасы мектеп")
    actions.take_visits()
    assert set(VainSearch.objects.values_list("website__slug", "words")) == {
        ("ministry-of-education", "мектеп асханасы"),
        ("ministry-of-finance", "асханасы мектеп"),
    }


def test_searches_that_were_asked_seldom_give_way(education, lay, monkeypatch):
    monkeypatch.setattr(rules, "SEARCHES_OF_A_DAY", 2)
    for words in ("one", "two two", "three", "four"):
        for _ in range(1 if words == "one" else 3):
            lay(VAIN, education.body_id, "en", words)
        actions.take_visits()
    assert set(VainSearch.objects.values_list("words", flat=True)) == {"two two", "three"}


def test_the_same_words_of_one_person_on_two_days_do_not_meet(education, lay, now):
    lay(VAIN, education.body_id, "kk", "мектеп", at=now)
    lay(VAIN, education.body_id, "kk", "мектеп", at=now + timedelta(days=1))
    actions.take_visits()
    assert len(set(VainSearch.objects.values_list("digest", flat=True))) == 2
    assert set(VainSearch.objects.values_list("words", flat=True)) == {""}


def test_searches_are_bounded_and_those_of_unknown_bodies_left_out(education, lay, monkeypatch):
    monkeypatch.setattr(rules, "SEARCHES_OF_A_DAY", 2)
    for word in ("a", "b", "c", "b", "b"):
        lay(VAIN, education.body_id, "en", f"word{word}")
    lay(VAIN, 10**9, "en", "word")
    actions.take_visits()
    assert VainSearch.objects.count() == 2
    assert VainSearch.objects.get(count=3).words == "wordb"


def test_what_is_old_is_forgotten(education, lay, now):
    for days in (0, 89, 91, 399, 401):
        at = now - timedelta(days=days)
        lay(SEEN, PORTAL, NEWS, 1, at=at)
        lay(LACKED, PORTAL, "/kk/ministry-of-education/x", 1, at=at)
        for _ in range(3):
            lay(VAIN, education.body_id, "en", "often", at=at)
        lay(VAIN, education.body_id, "en", "once", at=at)
    actions.take_visits()
    actions.forget_visits(now=now)
    assert Views.objects.count() == 4
    assert MissingAddress.objects.count() == 2
    assert VainSearch.objects.exclude(words="").count() == 2
    assert VainSearch.objects.filter(words="").count() == 1, "that of today may still be asked again"


def test_nothing_but_numbers_and_addresses_of_ours_has_a_place_in_the_tables():
    names = {field.name for model in (Views, MissingAddress, VainSearch) for field in model._meta.get_fields()}
    assert names == {"id", "website", "day", "path", "page_number", "count", "language", "digest", "words"}
