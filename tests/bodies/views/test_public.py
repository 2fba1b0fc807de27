"""Pages for everybody: what they show in each language, and how many queries they take."""

from __future__ import annotations

import pytest

import acting
from kopir.bodies.actions import archive_body
from kopir.bodies.models import Body, Portal
from kopir.bodies.queries import get_body, list_central_bodies, list_regions

QUERIES = 8
LANGUAGES = {"kz": ["kk", "ru", "en"], "tj": ["tg", "ru", "en"], "uz": ["uz", "ru", "en"]}


@pytest.fixture(autouse=True)
def nobody_acts(settings):
    acting.use(settings)


def test_the_home_page_lists_every_body_and_region(load, country_code, client, django_assert_max_num_queries):
    load(country_code)
    for language in LANGUAGES[country_code]:
        with django_assert_max_num_queries(QUERIES):
            answer = client.get(f"/{language}/")
        html = answer.content.decode()
        assert answer.status_code == 200
        for body in list_central_bodies():
            assert f'href="/{language}/bodies/{body.slug}/"' in html
            assert (body.short_names or body.names)[language].replace("'", "&#x27;") in html
        for region in list_regions():
            assert f'href="/{language}/regions/{region.code}/"' in html
            assert region.names[language] in html


def test_the_kinds_stand_in_the_order_of_the_pack(kz, client):
    html = client.get("/ru/").content.decode()
    places = [
        html.index(f'id="{kind}"') for kind in ("government", "ministry", "agency", "central", "committee", "regions")
    ]
    assert places == sorted(places)
    assert "Министерства" in html
    assert "district_akimat" not in html


def test_an_empty_installation_says_so(db, client, settings):
    settings.KOPIR_COUNTRY = "kz"
    assert "No bodies are listed yet." in client.get("/en/").content.decode()


def test_the_operators_words_stand_on_the_home_page(kz, client):
    Portal.objects.filter(pk=1).update(names={"en": "My <portal>"}, phone="14 14", email="help@example.org")
    html = client.get("/en/").content.decode()
    assert "My &lt;portal&gt;" in html
    assert 'href="tel:1414"' in html
    assert 'href="mailto:help@example.org"' in html


def test_a_body_shows_what_one_needs(kz, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        html = client.get("/ru/bodies/ministry-of-finance/").content.decode()
    for text in (
        "Министерство финансов Республики Казахстан",
        "Исполняет бюджет, ведает налогами, таможней и государственными закупками.",
        "проспект Мәңгілік Ел, 8, Дом министерств",
        "09:00–18:30",
        "Министр",
        "/ru/bodies/state-revenue-committee/",
        "/ru/bodies/government/",
        "/ru/regions/710000000/",
    ):
        assert text in html


def test_a_body_in_another_language(load, client):
    load("tj")
    html = client.get("/tg/bodies/ministry-of-culture/").content.decode()
    assert "Вазорати фарҳанги Ҷумҳурии Тоҷикистон" in html
    assert "Вазир" in html


def test_a_name_in_another_language_says_so(kz, client):
    Body.objects.filter(slug="treasury-committee").update(names={"kk": "Қазынашылық комитеті"}, short_names={})
    html = client.get("/en/bodies/treasury-committee/").content.decode()
    assert '<span lang="kk">Қазынашылық комитеті</span>' in html


def test_what_a_body_is_called_cannot_write_the_page(kz, client):
    Body.objects.filter(slug="treasury-committee").update(names={"en": "<script>alert(1)</script>"}, short_names={})
    for path in ("/en/", "/en/bodies/treasury-committee/"):
        assert "<script>alert" not in client.get(path).content.decode()


def test_a_region_lists_its_districts_bodies(kz, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        html = client.get("/kk/regions/110000000/").content.decode()
    assert "Ақмола облысының әкімдігі" in html
    assert "Көкшетау қаласының әкімдігі" in html
    assert "Астана қаласының әкімдігі" not in html


def test_a_district_leads_back_to_its_region(kz, client):
    html = client.get("/en/regions/111000000/").content.decode()
    assert 'href="/en/regions/110000000/"' in html


def test_the_calendar_of_a_year(kz, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        html = client.get("/ru/calendar/2026/").content.decode()
    assert "Наурыз мейрамы" in html
    assert 'datetime="2026-03-25"' in html
    assert client.get("/ru/calendar/").status_code == 200
    assert client.get("/ru/calendar/2031/").status_code == 404


@pytest.mark.parametrize("path", ["/en/bodies/gone/", "/en/regions/XX/", "/en/bodies/Ministry%27--/"])
def test_what_is_not_there_is_a_page_of_its_own(kz, client, path):
    assert client.get(path).status_code == 404


def test_a_closed_body_leaves_the_portal(kz, client, operator, now):
    body = get_body("treasury-committee")
    archive_body(body=body, revision=body.revision, actor=operator, now=now)
    assert client.get("/en/bodies/treasury-committee/").status_code == 404
    assert "treasury-committee" not in client.get("/en/").content.decode()


@pytest.mark.parametrize("path", ["/en/", "/en/bodies/government/", "/en/regions/110000000/", "/en/calendar/"])
def test_nothing_is_written_by_reading(kz, client, path):
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
