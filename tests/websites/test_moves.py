"""Pages that move, change their slug or go: their old addresses lead on, or say that they are gone."""

from __future__ import annotations

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.pagecache.models import Purge
from kopir.websites import tags
from kopir.websites.models import NewsPage, Redirect, SectionPage, SitePage
from kopir.websites.moves import note_move, split

HOME = "/kk/ministry-of-education/"


def page_at(path: str) -> SitePage:
    return SitePage.objects.get(url_path=HOME + path).specific


def test_a_changed_slug_leads_on_with_all_below(education, client):
    about = page_at("about/")
    about.slug = "ministry"
    about.save()
    assert client.get(HOME + "about/")["Location"] == f"{HOME}ministry/"
    assert client.get(HOME + "about/head/")["Location"] == f"{HOME}ministry/head/"
    assert client.get(HOME + "ministry/head/").status_code == 200
    assert client.get("/ru/ministry-of-education/about/").status_code == 200, "other languages stay where they are"


def test_a_moved_page_leads_on(education, client):
    page_at("about/head/").move(page_at("news/"), pos="last-child")
    assert client.get(HOME + "about/head/")["Location"] == f"{HOME}news/head/"


def test_back_and_forth_leads_in_no_circle(education, client):
    about = page_at("about/")
    for slug in ("one", "two", "about"):
        about.slug = slug
        about.save()
    assert client.get(HOME + "about/").status_code == 200
    assert client.get(HOME + "one/")["Location"] == f"{HOME}about/"
    assert client.get(HOME + "two/")["Location"] == f"{HOME}about/"


def test_what_was_deleted_is_gone_with_all_below(education, client):
    page_at("about/").delete()
    assert client.get(HOME + "about/").status_code == 410
    assert client.get(HOME + "about/head/").status_code == 410
    assert client.get(HOME).status_code == 200


def test_so_it_is_where_an_administrator_deletes_it(education, client, settings):
    use_real_doors(settings)
    _user, administrator = make_editor("admin", [(Role.SITE_ADMINISTRATOR, education)])
    Purge.objects.all().delete()
    page = page_at("about/")
    assert administrator.post(f"/edit/pages/{page.pk}/delete/").status_code == 302
    assert [client.get(HOME + path).status_code for path in ("about/", "about/head/", "")] == [410, 410, 200]
    assert any(purge.is_hard and tags.page(page.pk) in purge.tags for purge in Purge.objects.all())


def test_what_was_never_public_leaves_nothing(education):
    draft = NewsPage(title="x", slug="x", live=False, happened_on="2026-03-01")
    page_at("news/").add_child(instance=draft)
    assert draft.website == education
    draft.slug = "y"
    draft.save()
    draft.delete()
    assert not Redirect.objects.exists()


def test_a_page_in_the_place_of_a_deleted_one_is_shown(education, client):
    page_at("about/").delete()
    SitePage.objects.get(url_path=HOME).add_child(instance=SectionPage(title="Жаңа", slug="about"))
    assert "Жаңа" in client.get(HOME + "about/").content.decode()


def test_two_sites_keep_their_own_old_addresses(education, finance, client):
    about = page_at("about/")
    about.slug = "ministry"
    about.save()
    assert client.get("/kk/ministry-of-finance/about/").status_code == 200
    assert not Redirect.objects.filter(website=finance).exists()


def test_an_address_is_split_into_language_and_path(now):
    assert split("/kk/water/news/a/") == ("kk", "news/a")
    assert split("/kk/water/") == ("kk", "")
    note_move("/kk/water/", "/kk/water/", now)  # nothing moved: no query
