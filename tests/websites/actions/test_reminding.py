"""Who looks after a page is told when its day has come, and each week until somebody has looked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kopir.accounts.actions import end_role
from kopir.accounts.models import RoleGrant
from kopir.audit.models import Row
from kopir.base.actors import Role
from kopir.notices.models import Delivery, Message
from kopir.websites.actions.reminding import remind
from kopir.websites.models import SitePage
from people import make_person
from planned import page_at

TODAY = date(2026, 3, 2)


@pytest.fixture
def owner(education):
    return make_person("owner@example.org", grants=[(Role.EDITOR, education.body)])


@pytest.fixture
def administrator(education, finance):
    make_person("almost@example.org", grants=[(Role.SITE_ADMINISTRATOR, finance.body), (Role.EDITOR, education.body)])
    return make_person("admin@example.org", grants=[(Role.SITE_ADMINISTRATOR, education.body)])


@pytest.fixture
def about(education, owner):
    return have(education, "about", owner=owner, review_on=TODAY)


def have(website, path, **fields):
    page = page_at(website, "ru", path)
    SitePage.objects.filter(pk=page.pk).update(**fields)
    return SitePage.objects.get(pk=page.pk)


def told():
    return [(message.user.email, message.letter) for message in Message.objects.order_by("pk")]


def test_the_owner_is_told_on_the_day_and_each_week_and_once(about, education, owner, administrator, now):
    for days, count in ((-1, 0), (0, 1), (0, 1), (1, 1), (6, 1), (7, 2), (8, 2), (20, 3)):
        remind(website=education, today=TODAY + timedelta(days=days), now=now)
        assert told() == [("owner@example.org", "websites.review_due")] * count, days
    message = Message.objects.first()
    assert message is not None
    assert "О министерстве" in message.text
    assert "/edit/overdue/" in message.text
    assert message.language == "kk", "the person's own"
    assert Delivery.objects.filter(address="owner@example.org").count() == 3
    assert Row.objects.filter(action="websites.remind", actor_kind="system").count() == 3


def test_a_new_day_is_told_anew_even_within_the_week(about, education, owner, now):
    remind(website=education, today=TODAY, now=now)
    have(education, "about", review_on=TODAY + timedelta(days=2))
    assert remind(website=education, today=TODAY + timedelta(days=1), now=now) == 0
    assert remind(website=education, today=TODAY + timedelta(days=2), now=now) == 1


def test_administrators_are_told_where_the_owner_has_gone_or_there_is_none(
    about, education, owner, administrator, system, now
):
    end_role(grant=RoleGrant.objects.get(user=owner), actor=system, now=now)
    Message.objects.all().delete()
    have(education, "contacts", review_on=TODAY)
    assert remind(website=education, today=TODAY, now=now) == 2
    assert told() == [("admin@example.org", "websites.review_due")], "one letter for both"


def test_many_pages_are_one_letter_that_names_a_few(education, administrator, now):
    SitePage.objects.filter(website=education).update(review_on=TODAY)
    remind(website=education, today=TODAY, now=now)
    message = Message.objects.get()
    assert message.text.count("–") == 5
    assert "10" in message.text


def test_what_is_not_shown_is_nobodys_duty(about, education, owner, now):
    about.unpublish()
    assert remind(website=education, today=TODAY, now=now) == 0
