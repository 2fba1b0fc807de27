"""Seeding makes each country's websites once, whole in every language."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Page

from actors import NOW
from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, system_actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.demo.site_seeding import SeededSites, seed_sites
from kopir.demo.sites import read_kept, read_news, read_shared, read_sites
from kopir.demo.territory import COUNTRY_NAMES
from kopir.websites.models import (
    DocumentPage,
    NewsPage,
    PersonPage,
    PressReleasePage,
    SectionPage,
    SharedUse,
    SitePage,
    Website,
)

pytestmark = pytest.mark.django_db
ACTOR = system_actor("demo.seed")
MFA = "ministry-of-foreign-affairs"


@pytest.fixture
def country(settings, tmp_path):
    """A function that loads a country's pack and makes its websites."""

    def make(code: str) -> SeededSites:
        settings.KOPIR_COUNTRY, settings.MEDIA_ROOT = code, tmp_path
        load_pack(pack=read_pack(code), actor=ACTOR, now=NOW)
        return seed_sites(code, ACTOR, NOW)

    return make


@pytest.mark.parametrize("code", sorted(COUNTRY_NAMES))
def test_every_country_has_its_websites_with_all_their_news(country, code):
    seeded = country(code)
    assert seeded.websites == Website.objects.count() == len(read_sites(code))
    releases = PressReleasePage.objects.live().count()
    assert NewsPage.objects.live().count() - releases == 3 * len(read_news(code))
    assert DocumentPage.objects.live().count() == 3 * sum(len(site.documents) for site in read_sites(code))
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_site_says_in_each_language_what_its_file_says(country):
    country("tj")
    site = next(site for site in read_sites("tj") if site.body == MFA)
    for language, words in site.words.items():
        home = SitePage.objects.get(url_path=f"/{language}/{MFA}/")
        about = SectionPage.objects.get(url_path=f"/{language}/{MFA}/about/")
        structure = SectionPage.objects.get(url_path=f"/{language}/{MFA}/about/structure/")
        head = PersonPage.objects.get(url_path=f"/{language}/{MFA}/about/management/head/")
        assert home.summary == words.lead
        assert words.about.split("\n\n")[0] in str(about.body)
        assert words.divisions[-1] in str(structure.body)
        assert head.reception == words.reception
        assert (head.name, head.title) == ("", home.website.body.head[language]), "a post, nobody's name"


def test_no_section_of_a_site_is_empty(country):
    country("uz")
    assert not [page.url_path for page in SectionPage.objects.all() if not page.summary]


def test_a_division_with_a_page_is_not_named_twice(country):
    country("uz")
    page = SectionPage.objects.get(url_path="/en/ministry-of-investment-industry-and-trade/about/structure/")
    assert "Analysis Office" in str(page.body)
    assert "Department for Cooperation with Neighboring Countries" not in str(page.body)


def test_names_stand_in_the_shared_sections(country):
    country("uz")
    page = SectionPage.objects.get(url_path="/uz/ministry-of-digital-technologies/about/structure/")
    assert "Raqamli texnologiyalar vazirligining tuzilmasi." in str(page.body)
    assert not [page.url_path for page in SectionPage.objects.all() if "{name}" in str(page.body)]


def test_documents_say_that_they_are_a_demonstration_and_stand_by_their_state(country):
    country("kz")
    for page in DocumentPage.objects.select_related("locale"):
        assert read_shared().note[page.locale.language_code] in str(page.body)
        assert page.number
        assert page.signatory
        place = {"draft": "/drafts/", "repealed": "/archive/"}.get(page.state, "/documents/")
        assert place in page.url_path
    terms = [page.over_at for page in DocumentPage.objects.exclude(discussed_until=None)]
    assert len(terms) == 3 * 2


def test_news_say_who_has_told_it(country):
    country("tj")
    one = next(news for news in read_news("tj") if news.slug == "three-years-by-kazakh-data")
    page = NewsPage.objects.get(slug="2026-three-years-by-kazakh-data", locale__language_code="ru")
    assert read_shared().sources["kz"]["ru"] in str(page.body)
    assert (page.happened_on, page.first_published_at.date()) == (one.on, one.on)
    assert page.get_translations().count() == 2


def test_its_pages_answer(country, settings):
    country("kz")
    client = Client(SERVER_NAME="kz.localhost")
    for path in ("", "about/", "news/", "documents/", "citizens/questions/", "contacts/", "about/management/head/"):
        answer = client.get(f"/kk/{MFA}/{path}")
        assert answer.status_code == 200, path
    assert "Консулдық" in client.get(f"/kk/{MFA}/services/").content.decode()


@pytest.mark.parametrize("code", sorted(COUNTRY_NAMES))
def test_a_text_that_one_body_keeps_is_read_on_the_pages_of_others(country, code):
    country(code)
    kept, client = read_kept(), Client(SERVER_NAME="kz.localhost")
    for language in read_pack(code).country.language_codes:
        for body in kept.shown_by[code]:
            html = client.get(f"/{language}/{body}/services/").content.decode()
            assert kept.texts[language].split("\n\n")[0] in html
            assert f'href="/{language}/{kept.kept_by[code]}/citizens/{kept.slug}/"' in html
    showing = SharedUse.objects.values_list("page__website__body__slug", flat=True)
    assert sorted(showing) == sorted(3 * kept.shown_by[code])


def test_a_second_time_nothing_is_made_and_nothing_undone(country):
    country("uz")
    website = Website.objects.first()
    about = SectionPage.objects.filter(website=website, slug="about").first()
    SectionPage.objects.filter(pk=about.pk).update(summary="Changed")
    before = Row.objects.count(), SitePage.objects.count()

    assert seed_sites("uz", ACTOR, NOW) == SeededSites(0, 0)

    assert (Row.objects.count(), SitePage.objects.count()) == before
    assert SectionPage.objects.get(pk=about.pk).summary == "Changed"


def test_nobody_else_may(settings, country):
    settings.KOPIR_COUNTRY = "uz"
    load_pack(pack=read_pack("uz"), actor=ACTOR, now=NOW)
    with pytest.raises(NotAllowedError):
        seed_sites("uz", ANONYMOUS, NOW)
    assert not Website.objects.exists()
