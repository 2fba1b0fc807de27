"""Making websites: from a template, in every language, once for each body."""

from __future__ import annotations

import pytest
from wagtail.models import Collection, Page, Site

from kopir.audit.models import Row
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website, create_websites, ensure_roots
from kopir.websites.errors import ReservedAddressError, SiteExistsError, UnknownTemplateError
from kopir.websites.models import HomePage, LanguageRoot, SitePage, Website


def test_a_site_has_its_pages_in_each_language_and_a_collection_of_its_own(education, finance):
    homes = HomePage.objects.filter(website=education)
    assert sorted(home.locale.language_code for home in homes) == ["en", "kk", "ru"]
    assert homes.get(locale__language_code="ru").title == "Министерство просвещения Республики Казахстан"
    assert education.collection_id != finance.collection_id
    assert education.collection.name == "ministry-of-education"
    assert Row.objects.filter(action="websites.create_website", body_id=education.body_id).count() == 1


def test_there_is_one_site_of_wagtails_and_none_of_its_welcome(education, finance):
    site = Site.objects.get()
    assert site.root_page.specific == LanguageRoot.objects.get(slug="kk")
    assert set(Page.objects.filter(depth=2).values_list("slug", flat=True)) == {"kk", "ru", "en"}


def test_the_roots_are_made_once(kz):
    first = {code: root.pk for code, root in ensure_roots().items()}
    assert {code: root.pk for code, root in ensure_roots().items()} == first
    assert list(first) == ["kk", "ru", "en"]


def test_where_the_tables_were_emptied_the_roots_are_made_anew(kz, template, operator, now):
    Page.objects.all().delete()
    Collection.objects.all().delete()
    made = create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)
    assert made.collection.get_parent() == Collection.get_first_root_node()
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("slug", ["manage", "api", "Water", "вода", "a b", "-a", "a--b", "a" * 101, "kk/x"])
def test_an_address_that_cannot_be_is_refused(kz, template, operator, now, slug):
    with pytest.raises(ReservedAddressError):
        create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now, slug=slug)
    assert not Website.objects.exists()


def test_a_body_has_one_website_and_an_address_one_body(education, template, operator, now):
    with pytest.raises(SiteExistsError):
        create_website(body=education.body, template=template, actor=operator, now=now, slug="other")
    with pytest.raises(SiteExistsError):
        create_website(
            body=get_body("ministry-of-finance"), template=template, actor=operator, now=now, slug=education.slug
        )


def test_of_many_all_are_made_or_none(kz, template, operator, now):
    one, other = get_body("ministry-of-education"), get_body("ministry-of-finance")
    for sites in (
        [(one, "a", template), (other, "a", template)],
        [(one, "a", template), (one, "b", template)],
        [(one, "a", template), (other, "manage", template)],
    ):
        with pytest.raises((SiteExistsError, ReservedAddressError)):
            create_websites(sites=sites, actor=operator, now=now)
    with pytest.raises(UnknownTemplateError):
        create_websites(sites=[(one, "a", template), (other, "b", "large")], actor=operator, now=now)
    assert not Website.objects.exists()
    assert not SitePage.objects.exists()
