"""The room's jobs, as a worker runs them."""

from __future__ import annotations

from kopir.base.jobs import WORKS
from kopir.websites.actions import publish_page
from kopir.websites.actions.media import RENDITIONS
from kopir.websites.models import SiteRendition
from sitemedia import put_picture, write_news


def test_the_job_makes_the_pictures_of_a_page(education, system, now):
    page = publish_page(page=write_news(education, image=put_picture(education, system, now)), actor=system, now=now)
    WORKS.get(RENDITIONS).function(page=page.pk)
    assert SiteRendition.objects.count() == 3
