"""Bodies in search: a document in each language, found by what they do, gone with what is closed."""

from __future__ import annotations

import pytest

from kopir.bodies import found
from kopir.bodies.actions import archive_body, change_body, create_body, load_pack, restore_body
from kopir.bodies.models import Body
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.search.actions import rebuild
from kopir.search.models import Change
from kopir.search.queries import search
from kopir.search.registry import FACETS, KINDS, SOURCES
from shelves import keep_up

NAMES = {"kk": "Көпірлер агенттігі", "ru": "Агентство мостов", "en": "Agency of Bridges"}


@pytest.fixture
def index(kz, settings, tmp_path):
    settings.KOPIR_FOLDER = tmp_path
    Change.objects.all().delete()
    return rebuild()


def test_the_room_is_registered():
    assert SOURCES.get("bodies.body") is found.SOURCE
    assert "body" in KINDS
    assert "region" in FACETS


def test_a_body_is_a_document_in_each_language(index):
    assert index == Body.objects.count()
    body = get_body("ministry-of-education")
    documents = {each.language: each for each in found.load([str(body.pk)])}
    assert list(documents) == ["kk", "ru", "en"]
    assert documents["ru"].title == body.names["ru"]
    assert documents["ru"].address == "/ru/bodies/ministry-of-education/"
    assert documents["en"].summary == body.duties["en"]
    assert documents["kk"].site is None
    assert documents["en"].facets == {"region": [body.region.names["en"]]}
    assert body.short_names["kk"] in documents["kk"].text
    assert body.postal_address["kk"] in documents["kk"].text


def test_a_local_body_has_the_region_of_its_district(index):
    body = Body.objects.filter(region__parent__isnull=False).select_related("region__parent").first()
    document = next(iter(found.load([str(body.pk)])))
    assert document.facets == {"region": [body.region.parent.names["kk"]]}
    assert body.region.names["kk"] in document.text


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [
        ("білім министрлігі", "kk", "ministry-of-education"),
        ("bılım ministrlıgı", "kk", "ministry-of-education"),
        ("министерству просвещения", "ru", "ministry-of-education"),
        ("ministry of defence", "en", "ministry-of-defense"),
    ],
)
def test_it_is_found_by_its_name_in_any_form(index, text, language, slug):
    assert slug in [hit.address.split("/")[-2] for hit in search(text, language).hits[:3]]


def test_what_people_change_is_found_anew(index, operator, now):
    body = create_body(parent=None, slug="bridges", kind="agency", names=NAMES, actor=operator, now=now)
    keep_up()
    assert search("көпірлер агенттігі", "kk").hits[0].key == str(body.pk)
    duties = {language: f"Zwyckqj {language}" for language in NAMES}
    body = change_body(body=body, duties=duties, revision=body.revision, actor=operator, now=now)
    keep_up()
    assert search("zwyckqj", "en").hits[0].key == str(body.pk)
    body = archive_body(body=body, revision=body.revision, actor=operator, now=now)
    assert search("zwyckqj", "en").hits == ()  # at once
    keep_up()
    assert search("zwyckqj", "en").total == 0
    restore_body(body=body, revision=body.revision, actor=operator, now=now)
    keep_up()
    assert search("zwyckqj", "en").total == 1


def test_a_closed_body_is_neither_visible_nor_read(index, operator, now):
    body = create_body(parent=None, slug="bridges", kind="agency", names=NAMES, actor=operator, now=now)
    key = str(body.pk)
    assert found.visible([key, "999999"]) == {key}
    assert key in list(found.list_ids())
    archive_body(body=body, revision=body.revision, actor=operator, now=now)
    assert found.visible([key]) == set()
    assert list(found.load([key])) == []
    assert key not in list(found.list_ids())


def test_a_pack_that_is_loaded_is_found(load, operator, now):
    load("kz")
    assert Change.objects.filter(source="bodies.body").count() == Body.objects.count()
    Change.objects.all().delete()
    load_pack(pack=read_pack("kz"), actor=operator, now=now)
    assert not Change.objects.exists()
