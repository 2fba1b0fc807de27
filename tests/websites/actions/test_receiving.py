"""Pages from another system: made below a section at once, renewed as they stand."""

from __future__ import annotations

import uuid

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.actions import receive_pages
from kopir.websites.actions.receiving import Received
from kopir.websites.models import NewsPage, SectionPage, SharedUse
from sharedtexts import keep_text

BODY = [{"type": "paragraph", "value": "<p>A</p>"}]


@pytest.fixture
def section(education):
    return SectionPage.objects.get(url_path="/kk/ministry-of-education/news/")


def receive(section, actor, now, *, slugs=(), changed=(), is_live=True, body=BODY):
    fields = {"title": "A", "happened_on": now.date(), "body": body}
    new = [Received(NewsPage, slug, fields, uuid.uuid4()) for slug in slugs]
    return receive_pages(under=section, new=new, changed=changed, is_live=is_live, actor=actor, now=now)


def test_pages_are_made_and_their_ids_returned_in_order(section, system, now):
    made = receive(section, system, now, slugs=["b", "a"])
    assert [NewsPage.objects.get(pk=pk).slug for pk in made] == ["b", "a"]
    assert Row.objects.filter(action="websites.receive_pages").count() == 1


@pytest.mark.parametrize("is_live", [True, False])
def test_a_page_with_a_revision_gets_another_and_stays_as_public_as_it_is(section, system, now, is_live):
    (pk,) = receive(section, system, now, slugs=["a"], is_live=is_live)
    page = NewsPage.objects.get(pk=pk)
    page.save_revision()
    receive(section, system, now, changed=[(page, {"title": "B", "body": BODY})])
    page = NewsPage.objects.get(pk=pk)
    assert page.live is is_live
    assert page.get_latest_revision_as_object().title == "B"
    assert (page.title, page.has_unpublished_changes) == (("B", False) if is_live else ("A", True))


def test_which_shared_texts_they_show_is_known_at_once(section, finance, system, now):
    item = keep_text(finance, "112")
    body = [{"type": "shared", "value": str(item.translation_key)}]
    (pk,) = receive(section, system, now, slugs=["a"], body=body)
    assert list(SharedUse.objects.values_list("page", "key")) == [(pk, item.translation_key)]
    receive(section, system, now, changed=[(NewsPage.objects.get(pk=pk), {"body": BODY})])
    assert not SharedUse.objects.exists()


def test_nobody_but_operators(section, education, now):
    person = Actor("person", id="9", name="A. Person", grants=frozenset({(Role.SITE_ADMINISTRATOR, education.body_id)}))
    with pytest.raises(NotAllowedError):
        receive(section, person, now, slugs=["a"])
    assert not NewsPage.objects.exists()
