"""Each night every open website is checked; one that was closed meanwhile is left alone."""

from __future__ import annotations

from kopir.base.models import Job
from kopir.statements import actions, tasks
from kopir.statements.models import Statement
from kopir.websites.models import WebsiteState


def test_every_open_website_is_asked_for(education, finance):
    tasks.check_all()
    asked = Job.objects.filter(name=actions.CHECK).values_list("arguments__website", flat=True)
    assert set(asked) == {education.pk, finance.pk}


def test_the_checks_are_asked_for_once_a_day_and_apart(education, finance):
    Job.objects.all().delete()
    tasks.check_all()
    tasks.check_all()
    first, second = Job.objects.filter(name=actions.CHECK).order_by("due_at")
    assert second.due_at - first.due_at == tasks.APART


def test_a_website_is_checked_unless_it_was_closed(education):
    tasks.check_one(website=education.pk)
    assert Statement.objects.count() == 1
    Statement.objects.all().delete()
    education.state = WebsiteState.ARCHIVED
    education.save()
    tasks.check_one(website=education.pk)
    assert not Statement.objects.exists()
