"""An administrator withdraws a version on a page of the administration; a publisher is not led there."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.actions import publish_page
from kopir.websites.models import Version
from sitemedia import change, write_news

REASON = "The telephone of a person stood there"


@pytest.fixture
def page(education, settings, system, now):
    """A page of two versions."""
    use_real_doors(settings)
    page = publish_page(page=write_news(education), actor=system, now=now)
    return publish_page(page=change(page, title="Екінші"), actor=system, now=now)


def test_an_administrator_withdraws_a_version(page, education):
    _user, client = make_editor("admin", [(Role.SITE_ADMINISTRATOR, education)])
    address = f"/edit/versions/{page.pk}/"
    assert address in client.get(f"/edit/pages/{page.pk}/edit/").content.decode()
    text = client.get(address).content.decode()
    assert 'name="number" value="1"' in text
    assert 'name="number" value="2"' not in text, "it is what the page shows now"
    told = client.post(address, {"number": "1", "reason": "No"}, follow=True).content.decode()
    assert "Write in a few words why." in told
    told = client.post(address, {"number": "1", "reason": REASON}, follow=True).content.decode()
    assert REASON in told
    assert 'name="number"' not in told
    assert Version.objects.get(page=page.pk, number=1).withdrawn_at is not None
    assert client.get(f"{page.url_path}@1/").status_code == 410


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 30])
def test_what_is_no_number_is_told(page, education, number):
    _user, client = make_editor("admin", [(Role.SITE_ADMINISTRATOR, education)])
    told = client.post(f"/edit/versions/{page.pk}/", {"number": number, "reason": REASON}, follow=True)
    assert "was withdrawn already" in told.content.decode()


def test_a_publisher_is_not_led_there_and_may_not(page, education):
    _user, client = make_editor("publisher", [(Role.PUBLISHER, education)])
    address = f"/edit/versions/{page.pk}/"
    assert address not in client.get(f"/edit/pages/{page.pk}/edit/").content.decode()
    assert client.post(address, {"number": "1", "reason": REASON}).status_code == 403
    assert not Version.objects.exclude(withdrawn_at=None).exists()
