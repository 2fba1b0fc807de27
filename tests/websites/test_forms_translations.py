"""Whether a translation is up to its original: said by who saves it, yes unless they say no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.actions import publish_page
from kopir.websites.models import SectionPage
from kopir.websites.queries import list_stale
from kopir.websites.rules import up_to
from tenants import news_form


@pytest.fixture
def about(education, settings):
    use_real_doors(settings)

    def about(language):
        return SectionPage.objects.get(url_path=f"/{language}/ministry-of-education/about/")

    return about


def save(client, page, **more):
    form = {**news_form("О нас", "about"), "listing": "pages", "body-count": "0", **more}
    assert client.post(f"/edit/pages/{page.pk}/edit/", form).status_code == 302
    return page.__class__.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("is_said", [True, False])
def test_what_is_saved_follows_the_original_or_not(education, about, now, system, is_said):
    _user, client = make_editor("editor", [(Role.EDITOR, education)])
    source, page = about("kk"), about("ru")
    saved = save(client, page, is_translation="on")
    assert (saved.is_translation, saved.follows_at) == (True, up_to(source.last_published_at))

    source.title = "Жаңа"
    source.save_revision()
    source = publish_page(page=source, actor=system, now=now + timedelta(days=1), reason="said in a test")
    saved = save(client, page, is_translation="on", **({"is_up_to_date": "on"} if is_said else {}))
    assert (saved.follows_at >= source.last_published_at) is is_said

    publish_page(page=about("ru"), actor=system, now=now, reason="said in a test")
    assert (about("ru").follows_at >= source.last_published_at) is is_said
    assert list_stale(education).exists() is not is_said


def test_a_page_of_its_own_follows_nothing(education, about):
    _user, client = make_editor("editor", [(Role.EDITOR, education)])
    page = about("ru")
    saved = save(client, page, is_translation="on")
    assert saved.follows_at
    assert "is_up_to_date" in client.get(f"/edit/pages/{page.pk}/edit/").content.decode()
    assert save(client, page).follows_at is None
    assert "is_up_to_date" not in client.get(f"/edit/pages/{page.pk}/edit/").content.decode()
