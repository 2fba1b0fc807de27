"""Each night every open website is checked, one job for each."""

from __future__ import annotations

from kopir.base.jobs import PERIODIC, WORKS
from kopir.base.models import Job
from kopir.duties import tasks
from kopir.duties.actions import CHECK
from kopir.duties.models import Score
from kopir.websites.actions import archive_website


def test_every_open_website_is_asked_for(education, finance, system, now):
    archive_website(website=finance, successor=None, actor=system, now=now)
    Job.objects.all().delete()
    tasks.check_all()
    assert [job.arguments for job in Job.objects.filter(name=CHECK)] == [{"website": education.pk}]


def test_the_job_checks_one_and_leaves_a_closed_one_alone(education, finance, system, now):
    archive_website(website=finance, successor=None, actor=system, now=now)
    tasks.check_one(website=education.pk)
    tasks.check_one(website=finance.pk)
    assert list(Score.objects.values_list("website", flat=True)) == [education.pk]


def test_a_country_without_duties_asks_for_nothing(education, monkeypatch):
    monkeypatch.setattr(tasks, "read_duties", lambda place: None)
    tasks.check_all()
    assert not Job.objects.filter(name=CHECK).exists()


def test_both_are_registered():
    assert "duties.nightly" in PERIODIC
    assert CHECK in WORKS
