"""The public content as JSON: what pages show and nothing else, with filters that work."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

from kopir.websites.models import EventPage, SectionPage
from kopir.websites.queries import find_page
from sharedtexts import keep_text, section, show_in
from sitetypes import write_page

CONTENTS = "/api/1/contents"


def test_every_open_site_is_named(education, finance, client):
    finance.state = "archived"
    finance.save()
    (site,) = client.get("/api/1/sites").json()
    assert site["id"] == "ministry-of-education"
    assert site["names"]["ru"].startswith("Министерство")


def test_contents_can_be_narrowed_by_each_filter(education, finance, client):
    assert client.get(CONTENTS).json()["count"] == 2 * 3 * 5
    assert client.get(CONTENTS, {"site": "ministry-of-finance", "language": "kk"}).json()["count"] == 5
    people = client.get(CONTENTS, {"kind": "person", "language": "ru"}).json()
    assert {item["title"] for item in people["items"]} == {"Министр"}
    for name in ("published_from", "changed_since"):
        assert client.get(CONTENTS, {name: "2026-03-02"}).json()["count"] == 30
        assert client.get(CONTENTS, {name: "2026-03-03"}).json()["count"] == 0
    assert client.get(CONTENTS, {"published_to": "2026-03-01"}).json()["count"] == 0
    assert client.get(CONTENTS, {"published_to": "2026-03-02"}).json()["count"] == 30


def test_a_kind_can_be_narrowed_by_what_only_it_has(education, client):
    write_page(EventPage, education)  # begins on 10 March
    on, next_day = "2026-03-10", "2026-03-11"
    for query, count in (({"day_from": on}, 1), ({"day_from": next_day}, 0), ({"day_to": on}, 1)):
        assert client.get(CONTENTS, {"kind": "event", **query}).json()["count"] == count, query
    for query in ({"day_from": on}, {"kind": "event", "state": "draft"}, {"kind": "section", "day_to": on}):
        assert client.get(CONTENTS, query).status_code == 422, query
    assert client.get(CONTENTS, {"kind": "document", "state": "adopted"}).json()["count"] == 0


def test_the_text_of_a_content_holds_the_shared_texts_that_its_page_shows(education, finance, client):
    item = keep_text(finance, "Звоните 112", "ru")
    page = show_in(section(education), item)
    address = f"{CONTENTS}/{page.translation_key}/ru"
    assert "Звоните 112" in client.get(address).json()["text"]
    item.unpublish()
    assert "Звоните 112" not in client.get(address).json()["text"]


def test_pages_follow_one_another_to_the_end(education, client):
    seen, page = [], 1
    while page:
        answer = client.get(CONTENTS, {"size": 4, "page": page}).json()
        seen += [(item["id"], item["language"]) for item in answer["items"]]
        page = answer["next"]
    assert len(seen) == len(set(seen)) == 15


def test_one_content_has_one_id_in_all_languages(education, client):
    (home,) = client.get(CONTENTS, {"kind": "home", "language": "kk"}).json()["items"]
    russian = client.get(f"{CONTENTS}/{home['id']}/ru").json()
    assert russian["summary"] == "Вступление"
    assert sorted(russian["languages"]) == ["en", "kk", "ru"]
    about = client.get(CONTENTS, {"kind": "section", "language": "ru"}).json()["items"]
    texts = [client.get(f"{CONTENTS}/{item['id']}/ru").json()["text"] for item in about]
    assert "Здесь пишут, что мы делаем." in texts


def test_nothing_is_here_that_the_pages_do_not_show(education, client):
    page = find_page(education, "ru", "about")
    assert page is not None
    key = page.translation_key
    page.unpublish()
    assert client.get(f"{CONTENTS}/{key}/ru").status_code == 404
    assert client.get(f"{CONTENTS}/{key}/kk").json()["languages"].keys() == {"kk", "en"}
    draft = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    draft.title = "Құпия"
    draft.save_revision()
    assert "Құпия" not in client.get(CONTENTS, {"size": 200}).content.decode()
    education.state = "archived"
    education.save()
    assert client.get(CONTENTS).json()["count"] == 0


@pytest.mark.parametrize(
    "query", [{"kind": "secret"}, {"page": 0}, {"size": 1000}, {"published_from": "yesterday"}, {"lang": "kk"}]
)
def test_a_filter_that_cannot_be_is_refused_with_a_word(education, client, query):
    answer = client.get(CONTENTS, query)
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("language", ["tg", "xx", "%00"])
def test_a_content_that_is_not_there_is_404(education, client, language):
    (home,) = client.get(CONTENTS, {"kind": "home", "language": "kk"}).json()["items"]
    assert client.get(f"{CONTENTS}/{home['id']}/{language}").status_code == 404


def test_nothing_can_be_written(education, client):
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(CONTENTS).status_code == 405


def test_it_describes_itself(db, client):
    description = client.get("/api/1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    validate(description)
    assert set(description["paths"]) == {"/api/1/sites", CONTENTS, CONTENTS + "/{content_id}/{language}"}


def test_a_sign_that_the_database_refuses_is_refused(education, client):
    for query in ({"site": "\0"}, {"language": "k\0"}, {"kind": "document", "state": "\0"}):
        assert client.get(CONTENTS, query).status_code == 422, query
