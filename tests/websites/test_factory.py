"""Pages made by the hundred are what Wagtail would have made one by one."""

from __future__ import annotations

import pytest
from wagtail.models import Collection, Page, ReferenceIndex

from kopir.bodies.queries import get_body, list_bodies
from kopir.websites.actions import create_website, create_websites
from kopir.websites.factory import make_collections
from kopir.websites.models import HomePage, LanguageRoot, PersonPage, SectionPage, SitePage
from kopir.websites.packs import list_templates


def test_the_tree_is_whole(education, finance):
    assert Page.find_problems() == ([], [], [], [], [])
    for page in Page.objects.all():
        assert page.numchild == Page.objects.filter(path__startswith=page.path, depth=page.depth + 1).count()
    for page in SitePage.objects.all():
        parent = page.get_parent()
        assert page.url_path == f"{parent.url_path}{page.slug}/"
        assert page.draft_title == page.title
        assert page.specific_class is type(page.specific)


def test_collections_stand_behind_those_that_are_there_and_move_none(education, finance):
    paths = dict(Collection.objects.values_list("pk", "path"))
    first, second = make_collections(Collection.get_first_root_node(), ["b", "a"])
    assert Collection.find_problems() == ([], [], [], [], [])
    assert {pk: path for pk, path in Collection.objects.values_list("pk", "path") if pk in paths} == paths
    assert [each.name for each in Collection.get_first_root_node().get_children()][-2:] == ["b", "a"]
    assert (Collection.objects.get(name="b"), Collection.objects.get(name="a")) == (first, second)


def test_pages_of_one_content_are_joined_across_languages(education):
    for page in SitePage.objects.of(education).filter(locale__language_code="kk"):
        others = SitePage.objects.filter(translation_key=page.translation_key)
        assert sorted(other.locale.language_code for other in others) == ["en", "kk", "ru"]
        assert {other.website_id for other in others} == {education.pk}


def test_every_language_of_the_country_has_its_home_page_below_its_root(education):
    for root in LanguageRoot.objects.all():
        assert HomePage.objects.child_of(root).filter(website=education).count() == 1
    assert LanguageRoot.objects.count() == 3


def test_the_pages_can_be_edited_and_published_as_any(education):
    about = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    about.title = "Біз туралы"
    about.save_revision().publish()
    about.refresh_from_db()
    assert (about.title, about.live, about.has_unpublished_changes) == ("Біз туралы", True, False)
    about.add_child(instance=PersonPage(title="Вице-министр", slug="deputy"))
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_index_of_references_is_what_a_rebuild_finds(education):
    def entries():
        return sorted(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path"))

    before = entries()
    for page in SitePage.objects.specific():
        ReferenceIndex.create_or_update_for_object(page)
    assert entries() == before


def test_pages_are_found_by_editors(education):
    assert [page.title for page in SectionPage.objects.search("министерстве")] == ["О министерстве"]


def test_many_sites_take_few_queries(kz, template, operator, now, django_assert_max_num_queries):
    create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)
    bodies = list(list_bodies(kind="region_akimat")[:5])
    with django_assert_max_num_queries(150):
        create_websites(sites=[(body, body.slug, template) for body in bodies], actor=operator, now=now)
    assert SitePage.objects.count() == 6 * 3 * 5


@pytest.mark.parametrize("name", ["ministry", "region"])
def test_the_templates_that_ship_have_over_twenty_pages_in_each_language(kz, operator, now, name):
    assert name in list_templates()
    made = create_website(body=get_body("ministry-of-education"), template=name, actor=operator, now=now)
    for language in ("kk", "ru", "en"):
        pages = SitePage.objects.of(made).filter(locale__language_code=language)
        assert pages.count() >= 20
        assert pages.filter(show_in_menus=True, depth=4).count() >= 4
    assert Page.find_problems() == ([], [], [], [], [])
