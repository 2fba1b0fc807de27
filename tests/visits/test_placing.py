"""Where an address belongs, with few questions."""

from __future__ import annotations

from kopir.visits.placing import Places, number_pages
from kopir.websites.models import SitePage

PORTAL = "kz.localhost"


def test_a_website_is_asked_for_once(education, django_assert_max_num_queries):
    places = Places()
    with django_assert_max_num_queries(2):
        spots = [places.find(PORTAL, f"/kk/ministry-of-education/{number}/") for number in range(20)]
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


def test_drafts_are_no_pages_here(education):
    SitePage.objects.filter(url_path="/kk/ministry-of-education/news/").update(live=False)
    spot = Places().find(PORTAL, "/kk/ministry-of-education/news/")
    assert spot is not None
    assert number_pages([spot]) == {}
