"""Each night every open website is checked, one job for each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.base import clock
from kopir.base.jobs import PERIODIC, WORKS
from kopir.base.models import Job
from kopir.duties import tasks
from kopir.duties.actions import CHECK
from kopir.duties.asking import Answer
from kopir.duties.models import LinkFinding, Score
from kopir.websites.actions import archive_website


def test_every_open_website_is_asked_for(education, finance, system, now):
    archive_website(website=finance, successor=None, actor=system, now=now)
    Job.objects.all().delete()
    tasks.check_all()
    assert [job.arguments for job in Job.objects.filter(name=CHECK)] == [{"website": education.pk}]


def test_the_checks_are_asked_for_once_a_day_and_apart(education, finance):
    Job.objects.all().delete()
    tasks.check_all()
    tasks.check_all()
    first, second = Job.objects.filter(name=CHECK).order_by("due_at")
    assert second.due_at - first.due_at == tasks.APART


def test_the_job_checks_one_and_leaves_a_closed_one_alone(education, finance, system, now):
    archive_website(website=finance, successor=None, actor=system, now=now)
    tasks.check_one(website=education.pk)
    tasks.check_one(website=finance.pk)
    assert list(Score.objects.values_list("website", flat=True)) == [education.pk]


def test_a_country_without_duties_asks_for_nothing(education, monkeypatch):
    monkeypatch.setattr(tasks, "read_duties", lambda place: None)
    tasks.check_all()
    assert not Job.objects.filter(name=CHECK).exists()


@pytest.fixture
def found(db):
    today = clock.now().date()
    return [
        LinkFinding.objects.create(address=f"https://{host}/{path}", host=host, seen_on=today)
        for host, path in (("a.example", "1"), ("a.example", "2"), ("b.example", "1"))
    ]


def test_addresses_are_asked_host_by_host_with_a_pause(found, monkeypatch):
    asked: list[str] = []

    def answer(address):
        asked.append(address)
        return Answer.ALIVE

    monkeypatch.setattr(tasks, "ask", answer)
    tasks.ask_links()
    assert sorted(job.arguments["host"] for job in Job.objects.filter(name=tasks.ASK)) == ["a.example", "b.example"]
    Job.objects.all().delete()
    tasks.ask_host(host="a.example")
    assert asked == ["https://a.example/1"]
    (again,) = Job.objects.filter(name=tasks.ASK)
    assert again.due_at > clock.now()
    tasks.ask_host(host="a.example")
    tasks.ask_host(host="a.example")
    assert asked == ["https://a.example/1", "https://a.example/2"]
    assert list(LinkFinding.objects.filter(host="a.example").values_list("is_alive", flat=True)) == [True, True]


def test_a_host_is_not_asked_more_than_so_many_a_night(found, monkeypatch):
    monkeypatch.setattr(tasks, "MOST_ADDRESSES", 1)
    monkeypatch.setattr(tasks, "ask", lambda address: Answer.ALIVE)
    tasks.ask_host(host="a.example")
    tasks.ask_host(host="a.example")
    assert LinkFinding.objects.filter(asked_at__isnull=False).count() == 1


def test_what_no_page_leads_to_any_more_is_not_asked(found):
    LinkFinding.objects.update(seen_on=clock.now().date() - timedelta(days=30))
    tasks.ask_links()
    assert not Job.objects.filter(name=tasks.ASK).exists()


def test_both_are_registered():
    assert "duties.nightly" in PERIODIC
    assert CHECK in WORKS
