"""Who may fetch which file: the public what a shown page uses, editors of the website the rest, nobody an original."""

from __future__ import annotations

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.websites.actions import publish_page, unpublish_page
from kopir.websites.actions.media import make_renditions_of
from kopir.websites.media_queries import find_address, find_media, list_used
from kopir.websites.models import SitePage, SiteRendition, WebsiteState
from kopir.websites.renditions import Size, make_rendition
from sitemedia import listed, put_file, put_picture, write_news


@pytest.fixture
def page(education, system, now):
    """A shown page with a picture and a file."""
    image, document = put_picture(education, system, now), put_file(education, system, now)
    body = [{"type": "files", "value": listed(document.pk)}]
    shown = publish_page(page=write_news(education, image=image, body=body), actor=system, now=now)
    make_renditions_of(shown.pk)
    return shown


@pytest.fixture
def names(page):
    """How the picture and the file are kept."""
    return SiteRendition.objects.first().file.name, page.body[0].value["items"][0].file.name


def see(names, actor=ANONYMOUS):
    found = [find_media(name, actor) for name in names]
    return [media is not None for media in found]


def test_what_a_shown_page_uses_is_public(names, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        found = [find_media(name, ANONYMOUS) for name in names]
    assert [media.is_public for media in found] == [True, True]
    assert [media.title for media in found] == ["", "Бұйрық № 12"]


def test_its_address_is_told_while_it_is_public(page, names, system, now):
    kept = [SiteRendition.objects.first().image, page.body[0].value["items"][0]]
    picture, file = map(find_address, kept)
    assert SiteRendition.objects.get(file=picture.removeprefix("/media/")).filter_spec == Size.LARGE
    assert file == f"/media/{names[1]}"
    unpublish_page(page=page, actor=system, now=now)
    assert [find_address(each) for each in kept] == ["", ""]


def test_it_is_gone_with_the_page(page, names, system, now):
    unpublish_page(page=page, actor=system, now=now)
    assert see(names) == [False, False]
    publish_page(page=page, actor=system, now=now)
    assert see(names) == [True, True]


def test_it_is_gone_however_the_page_went(page, names):
    SitePage.objects.filter(pk=page.pk).update(live=False)
    assert see(names) == [False, False]


def test_it_is_gone_with_the_website(education, page, names):
    education.state = WebsiteState.ARCHIVED
    education.save()
    assert see(names) == [False, False]


def test_what_one_more_page_uses_stays(education, page, names, system, now):
    other = write_news(education, slug="other", image=page.image)
    publish_page(page=other, actor=system, now=now)
    unpublish_page(page=page, actor=system, now=now)
    assert see(names) == [True, False]


def test_what_only_a_draft_uses_is_for_its_editors(education, finance, system, now):
    image = put_picture(education, system, now)
    write_news(education, image=image)
    rendition = make_rendition(image, "max-165x165")
    names = [rendition.file.name, put_file(education, system, now).file.name]
    assert see(names) == [False, False]
    for role in (Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR):
        own = Actor("person", id="1", grants=frozenset({(role, education.body_id)}))
        assert see(names, own) == [True, True]
        assert not find_media(names[0], own).is_public
        other = Actor("person", id="1", grants=frozenset({(role, finance.body_id)}))
        assert see(names, other) == [False, False]
    officer = Actor("person", id="1", grants=frozenset({(Role.OFFICER, education.body_id)}))
    assert see(names, officer) == [False, False]


def test_an_original_is_found_by_nobody(page, education):
    administrator = Actor("person", id="1", grants=frozenset({(Role.SITE_ADMINISTRATOR, education.body_id)}))
    assert see([page.image.file.name], administrator) == [False]
    assert see([page.image.file.name.replace("originals", "pictures")], administrator) == [False]


def test_what_a_page_uses_is_read_from_what_it_is_given(page):
    images, documents = list_used(page)
    assert images == {page.image_id}
    assert len(documents) == 1
    page.image, page.body = None, []
    assert list_used(page) == (set(), set())
