"""Whatever door a page is published by, what it shows is noted."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from kopir.websites.models import MediaUse
from kopir.websites.renditions import Size, make_rendition
from sitemedia import put_picture, write_news


def test_a_page_published_by_wagtail_itself_is_followed(education, system, now):
    image = put_picture(education, system, now)
    page = write_news(education, image=image)
    page.latest_revision.publish()
    assert list(MediaUse.objects.values_list("image", flat=True)) == [image.pk]


def test_an_embargoed_page_shows_nothing_before_its_time(education, system, now, client, monkeypatch):
    image = put_picture(education, system, now)
    page = write_news(education, image=image, go_live_at=timezone.now() + timedelta(hours=1))
    page.latest_revision.publish()
    page.refresh_from_db()
    assert not page.live
    address = make_rendition(image, Size.SMALL).url
    assert get(client, address).status_code == 404
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("publish_scheduled")
    assert get(client, address).status_code == 200


def get(client, address):
    """The answer, read to its end."""
    answer = client.get(address)
    answer.getvalue()
    return answer
