"""The auditor's pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from actors import AUDITOR, NOW, OPERATOR, person_with
from kopir.audit import names, views
from kopir.audit.actions import erase_person
from kopir.audit.errors import UnknownRowError
from kopir.audit.models import Row
from kopir.audit.sealing import seal_waiting
from kopir.base.access import get_decision
from kopir.base.actors import ANONYMOUS, Role, system_actor
from kopir.base.errors import NotAllowedError
from records import add

pytestmark = pytest.mark.django_db
SECRET = "Айгүл Серікқызы"


@pytest.fixture(autouse=True)
def bodies(monkeypatch):
    """One body that somebody can name."""
    known = {**names.NAMES._things, "bodies.body": lambda ids: {"1": "Ministry of Water"}}
    monkeypatch.setattr(names.NAMES, "_things", known)


def ask(actor, row: Row | None = None, *, method: str = "get", **query: str) -> str:
    path = reverse("audit:rows") if row is None else reverse("audit:row", args=[row.pk])
    request = getattr(RequestFactory(), method)(path, query)
    request.actor = actor
    show = views.show_personal if method == "post" else views.show_row
    answer = views.list_rows(request) if row is None else show(request, row.pk)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'/manage/audit/(\d+)/"', page)]


def test_the_list_says_when_who_what_and_where():
    add("tests.rename", subject="bodies.body:1", body_id=1, now=NOW)
    page = ask(AUDITOR)
    for text in ("Anna Bek", "tests.rename", "Ministry of Water", "09:30:00"):
        assert text in page


def test_the_list_speaks_in_words_and_the_entry_has_the_codes_too():
    row = add("base.rerun_job", subject="base.job:12", actor=system_actor("base.jobs"), now=NOW)
    page = ask(AUDITOR).partition("<tbody")[2]
    for text in ("Ran a job again", "Job 12", "The portal itself"):
        assert text in page
        assert text in ask(AUDITOR, row)
    for code in ("base.rerun_job", "base.job:12", "base.jobs"):
        assert code not in page
        assert code in ask(AUDITOR, row)


def test_a_list_page_asks_few_queries(django_assert_max_num_queries):
    for number in range(20):
        add(subject=f"bodies.body:{number}", body_id=number, actor=person_with(user_id=f"p{number}"))
    with django_assert_max_num_queries(6):
        ask(AUDITOR)


def test_pages_go_on_from_the_last_row_seen(monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    rows = [add(subject=f"bodies.body:{number}").pk for number in range(5)]
    first = ask(AUDITOR, action="tests.rename")
    assert shown(first) == [rows[4], rows[3]]
    address = re.search(r'\?([^"]*)" rel="next"', first)[1]
    assert address == f"action=tests.rename&amp;before={rows[3]}"
    add()
    second = ask(AUDITOR, action="tests.rename", before=str(rows[3]))
    assert shown(second) == [rows[2], rows[1]], "what came meanwhile shifts nothing"
    last = ask(AUDITOR, before=str(rows[1]))
    assert shown(last) == [rows[0]]
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"body": "1"}, 1),
        ({"action": "tests.hide"}, 1),
        ({"person": "boris"}, 1),
        ({"subject": "bodies.body:2"}, 1),
        ({"day": "2026-03-06"}, 1),
        ({"day": "2026-03-05"}, 3),
        ({"body": "1", "person": "boris"}, 0),
    ],
)
def test_the_filters(query, count):
    add(body_id=1)
    add("tests.hide", subject="bodies.body:2")
    add(actor=person_with(user_id="boris"))
    add(now=NOW + timedelta(days=1))
    page = ask(AUDITOR, **query)
    assert len(shown(page)) == count
    assert ("Widen the filter" in page) == (count == 0)


def test_a_filter_that_makes_no_sense_is_answered_with_the_reason():
    add()
    page = ask(AUDITOR, day="yesterday")
    assert shown(page) == []
    assert "govuk-error-summary" in page


def test_a_row_with_its_place_and_changes():
    row = add(before={"name": "A", "hours": {"mo": 1}}, after={"name": "<b>"})
    assert "Not sealed yet" in ask(AUDITOR, row)
    seal_waiting(now=NOW)
    page = ask(AUDITOR, row)
    assert "10.0.0.7" in page
    assert "&lt;b&gt;" in page
    assert "{&quot;mo&quot;: 1}" in page
    assert "Show personal data" not in page


def test_what_is_personal_is_shown_on_request_and_the_request_recorded():
    row = add(person="p", personal_before={"name": SECRET})
    assert SECRET not in ask(AUDITOR)
    assert SECRET not in ask(AUDITOR, row)
    assert Row.objects.count() == 1
    assert SECRET in ask(OPERATOR, row, method="post")
    reading = Row.objects.order_by("-pk")[0]
    assert (reading.action, reading.actor_id, reading.person) == ("audit.read_personal", "operator", "p")


def test_what_is_personal_asks_for_a_fresh_factor_and_a_form():
    row = add(person="p", personal_before={"name": SECRET})
    decision = get_decision(resolve(reverse("audit:personal", args=[row.pk])).func)
    assert decision.fresh_s is not None
    assert decision.fresh_s <= 600
    page = ask(AUDITOR, row)
    assert f'action="{reverse("audit:personal", args=[row.pk])}"' in page
    for method, view in (("get", views.show_personal), ("post", views.show_row)):
        request = getattr(RequestFactory(), method)("/")
        request.actor = AUDITOR
        assert view(request, row.pk).status_code == 405


def test_what_was_erased_is_said_to_be():
    row = add(actor=person_with(user_id="p"), person="p", personal_before={"name": SECRET})
    erase_person(person="p", actor=OPERATOR, now=NOW)
    page = ask(AUDITOR, row, method="post")
    assert "cannot be read any more" in page
    assert "A person whose data was erased" in page


def test_strangers_are_called_so():
    add(actor=ANONYMOUS)
    assert "A visitor who did not sign in" in ask(AUDITOR)


def test_the_doors_are_for_auditors_and_operators():
    for view in (views.list_rows, views.show_row, views.show_personal):
        decision = get_decision(view)
        assert decision.roles == {Role.AUDITOR, Role.PLATFORM_OPERATOR}
        assert not decision.admits(person_with((Role.HEAD, None), (Role.SITE_ADMINISTRATOR, 1)))
        assert decision.hosts == "portal"


def test_almost_an_auditor_gets_nothing_behind_the_door_either():
    row = add(body_id=1)
    with pytest.raises(NotAllowedError):
        ask(person_with((Role.HEAD, None)))
    with pytest.raises(UnknownRowError):
        ask(person_with((Role.AUDITOR, 2)), row)
    with pytest.raises(UnknownRowError):
        ask(person_with((Role.AUDITOR, 2)), row, method="post")
    assert shown(ask(person_with((Role.AUDITOR, 2)))) == []


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_list_is_only_read(method):
    request = getattr(RequestFactory(), method)("/")
    request.actor = AUDITOR
    assert views.list_rows(request).status_code == 405
