"""The engine of sessions: the table opens nothing, rows tell whose they are, time is noted once a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from kopir.accounts.models import Session
from kopir.accounts.sessions import SessionStore, digest
from kopir.base import clock
from people import browser, is_signed_in, make_person, sign_in

pytestmark = pytest.mark.django_db


def keep():
    """A session with a word in it, and what its cookie holds."""
    store = SessionStore()
    store["word"] = "тас"
    store.save()
    return store, str(store.session_key)


def test_what_was_kept_is_found_again_by_the_cookie_alone():
    _, key = keep()
    assert SessionStore(key)["word"] == "тас"
    assert Session.objects.get().pk == digest(key)


def test_the_table_opens_no_session():
    store = SessionStore()
    store["word"] = "тас"
    store.save()
    assert "word" not in SessionStore(Session.objects.get().pk)


def test_a_key_that_was_never_given_is_not_taken_over():
    store = SessionStore("a" * 32)
    assert "word" not in store
    store["word"] = "тас"
    store.save()
    assert store.session_key != "a" * 32


def test_a_session_whose_time_is_over_is_empty():
    store = SessionStore()
    store["word"] = "тас"
    store.save()
    Session.objects.update(expire_date=clock.now())
    assert "word" not in SessionStore(store.session_key)


def test_a_deleted_session_is_gone():
    _, key = keep()
    SessionStore(key).delete()
    assert not Session.objects.exists()
    assert not SessionStore().exists(key)


def test_a_row_says_whose_it_is_and_from_where():
    user = make_person()
    client = browser()
    sign_in(client, user)
    row = Session.objects.get()
    assert (row.user, row.agent, row.address) == (user, "Firefox, Linux", "127.0.0.1")
    assert row.signed_in_at is not None
    assert row.get_session_store_class() is SessionStore


def test_the_key_changes_at_sign_in():
    client = browser()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "x"})
    before = client.cookies.get("kopir-session")
    sign_in(client, make_person())
    after = client.cookies["kopir-session"].value
    assert before is None or before.value != after
    assert Session.objects.get().pk == digest(after)


def test_a_planted_cookie_is_not_the_session_after_sign_in():
    client = browser()
    _, key = keep()
    client.cookies["kopir-session"] = key
    sign_in(client, make_person())
    assert client.cookies["kopir-session"].value != key
    assert not Session.objects.filter(pk=digest(key)).exists()


def test_time_is_noted_once_a_minute(later, django_assert_num_queries):
    user = make_person()
    client = browser()
    sign_in(client, user)
    first = Session.objects.get().seen_at
    later(timedelta(seconds=59))
    assert is_signed_in(client)
    assert Session.objects.get().seen_at == first
    now = later(timedelta(seconds=2))
    assert is_signed_in(client)
    assert now - Session.objects.get().seen_at < timedelta(seconds=5)


def test_a_session_without_anybody_names_nobody():
    store = SessionStore()
    store["word"] = "тас"
    store.save()
    row = Session.objects.get()
    assert (row.user, row.agent, row.address, row.signed_in_at) == (None, "", None, None)
    assert store.seen_at is None
    store.touch(clock.now())
    assert SESSION_KEY not in store
