"""The room's jobs, as a worker runs them."""

from __future__ import annotations

from datetime import timedelta

from kopir.base.actors import Role
from kopir.base.jobs import WORKS
from kopir.base.models import Job
from kopir.notices.models import Message
from kopir.websites.actions import publish_page
from kopir.websites.models import SitePage, SiteRendition
from kopir.websites.staleness import RENDITIONS
from kopir.websites.tasks import find_overdue
from people import make_person
from sitemedia import put_picture, write_news


def test_the_job_makes_the_pictures_of_a_page(education, system, now):
    page = publish_page(page=write_news(education, image=put_picture(education, system, now)), actor=system, now=now)
    WORKS.get(RENDITIONS).function(page=page.pk)
    assert SiteRendition.objects.count() == 3


def test_overdue_pages_are_told_once_a_day(education, hands, now):
    reader = make_person("admin@example.org", grants=[(Role.SITE_ADMINISTRATOR, education.body)])
    SitePage.objects.filter(website=education, slug="about").update(review_on=now.date())
    for hours in (0, 1, 2):
        hands(now + timedelta(hours=hours))
        find_overdue()
        for row in Job.objects.filter(name="websites.remind"):
            WORKS.get(row.name).function(**row.arguments)
    assert Job.objects.filter(name="websites.remind").count() == 1
    assert Message.objects.filter(user=reader).count() == 1
