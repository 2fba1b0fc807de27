"""Where an address belongs, with few questions."""

from __future__ import annotations

from kopir.visits import placing
from kopir.visits.placing import Places, number_pages
from kopir.websites.models import SitePage

PORTAL = "kz.localhost"


def test_one_question_however_many_names_are_made_up(education, django_assert_num_queries):
    with django_assert_num_queries(1):
        places = Places()
        spots = [places.find(PORTAL, f"/kk/ministry-of-education/{number}/") for number in range(20)]
        assert {places.find(f"{n}.example", f"/kk/name-{n}/") for n in range(20)} == {None}
    assert {spot.website for spot in spots if spot} == {education}
    assert spots[0].path == "/kk/0/"
    assert spots[0].url_path == "/kk/ministry-of-education/0/"
    assert places.find(PORTAL, "/kk/nobody/") is None
    assert places.of_body(education.body_id) == education


def test_pages_are_numbered_by_one_question_for_each_website(education, finance, django_assert_num_queries):
    places = Places()
    paths = [
        f"/{language}/{site.slug}/{rest}"
        for language in ("kk", "ru")
        for site in (education, finance)
        for rest in ("", "news/", "none/")
    ]
    spots = [places.find(PORTAL, path) for path in paths]
    with django_assert_num_queries(2):
        found = number_pages(spot for spot in spots if spot)
    assert found == dict(SitePage.objects.filter(url_path__in=paths).values_list("url_path", "pk"))
    assert len(found) == 8


def test_addresses_are_asked_for_in_slices(education, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(placing, "SLICE", 2)
    paths = [
        f"/{language}/ministry-of-education/{rest}" for language in ("kk", "ru") for rest in ("", "news/", "none/")
    ]
    places = Places()
    spots = [places.find(PORTAL, path) for path in paths]
    with django_assert_num_queries(3):
        assert len(number_pages(spot for spot in spots if spot)) == 4


def test_a_domain_that_is_not_proven_is_nobodys(education, now):
    education.domain = "edu.example.kz"
    education.save()
    assert Places().find("edu.example.kz", "/kk/news/") is None


def test_drafts_are_no_pages_here(education):
    SitePage.objects.filter(url_path="/kk/ministry-of-education/news/").update(live=False)
    spot = Places().find(PORTAL, "/kk/ministry-of-education/news/")
    assert spot is not None
    assert number_pages([spot]) == {}
