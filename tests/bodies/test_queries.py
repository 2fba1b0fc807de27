"""Reads: the country, trees, lists and searches, in how many queries."""

from __future__ import annotations

import pytest

from kopir.audit.names import find_names
from kopir.bodies import queries
from kopir.bodies.errors import UnknownBodyError
from kopir.bodies.models import Body


def test_the_country_is_that_of_the_installation(settings, django_assert_num_queries):
    for code, languages in {"kz": "kk", "tj": "tg", "uz": "uz"}.items():
        settings.KOPIR_COUNTRY = code
        assert queries.get_country().language_codes[0] == languages


def test_the_words_of_the_pack_stand_until_a_portal_is_set(db, settings):
    settings.KOPIR_COUNTRY = "tj"
    assert queries.get_portal().names["tg"] == "Портали мақомоти давлатӣ"


def test_ancestors_take_one_query_and_children_one(kz, django_assert_num_queries):
    body = queries.get_body("akimat-almaly-district")
    with django_assert_num_queries(1):
        assert [each.slug for each in queries.list_ancestors(body)] == ["government", "akimat-almaty"]
    with django_assert_num_queries(0):
        assert queries.list_ancestors(Body(path="7/")) == []
    parent = queries.get_body("akimat-almaty")
    assert queries.find_body(parent.pk) == parent
    with django_assert_num_queries(1):
        assert len(queries.list_children(parent)) == 8


def test_everything_below_a_body_takes_one_query(kz, django_assert_num_queries):
    government = queries.get_body("government")
    with django_assert_num_queries(1):
        below = {body.slug for body in queries.list_descendants(government)}
    assert {"ministry-of-finance", "treasury-committee", "akimat-almaly-district"} <= below
    assert not below & {"government", "national-bank"}


def test_local_bodies_are_counted_by_region(kz):
    counts = queries.count_local_bodies()
    regions = {region.iso_3166_2: region for region in queries.list_regions()}
    assert counts[regions["KZ-75"].pk] == 1 + 8
    assert sum(counts.values()) == len([body for body in Body.objects.all() if "akimat" in body.kind])
    assert len(list(queries.list_bodies_in(regions["KZ-75"]))) == 9


def test_regions_stand_before_their_districts(kz):
    codes = [region.code for region in queries.list_all_regions()]
    assert codes[:3] == ["100000000", "101000000", "101010000"]
    assert codes.index("110000000") > codes.index("104600000")
    assert queries.get_region("101000000").parent.code == "100000000"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ministry of Finance", "ministry-of-finance"),
        ("министерство ФИНАНСОВ", "ministry-of-finance"),
        ("Қаржы", "ministry-of-finance"),
        ("ministry-of-finance", "ministry-of-finance"),
    ],
)
def test_a_body_is_found_by_a_part_of_its_name(kz, text, slug):
    assert queries.list_bodies(text=text).first().slug == slug


@pytest.mark.parametrize("text", ["nobody", "%", "' OR 1=1 --", "finance nobody"])
def test_what_fits_nothing_finds_nothing(kz, text):
    assert not queries.list_bodies(text=text).exists()


def test_lists_are_narrowed(kz):
    assert {body.kind for body in queries.list_bodies(kind="agency")} == {"agency"}
    assert queries.list_bodies(ids=[]).count() == 0
    assert queries.list_bodies(region="110000000", kind="region_akimat").get().slug == "akimat-akmola-region"
    Body.objects.filter(slug="national-bank").update(is_archived=True)
    assert not queries.list_bodies(text="national-bank").exists()
    assert queries.list_bodies(text="national-bank", with_archived=True).exists()


def test_what_is_not_there_is_an_error_or_nothing(kz):
    for attempt in (lambda: queries.get_body("gone"), lambda: queries.get_region("gone")):
        with pytest.raises(UnknownBodyError, match="There is no “gone”"):
            attempt()
    assert queries.find_body(10**9) is None
    with pytest.raises(UnknownBodyError):
        queries.get_calendar(version=99)


def test_a_path_that_somebody_wrote_past_us_is_named(kz):
    Body.objects.filter(slug="treasury-committee").update(path="1/2/3/")
    assert queries.find_broken_paths() == ["treasury-committee"]


def test_versions_are_listed_newest_first(kz):
    assert [version.number for version in queries.list_calendar_versions()] == [1]
    assert queries.get_calendar_version().number == 1
    assert queries.list_calendar_days(year=2026, version=1).count() == queries.list_calendar_days(year=2026).count()


def test_the_record_of_actions_calls_bodies_by_their_names(kz):
    body = Body.objects.order_by("pk")[0]
    assert find_names([f"bodies.body:{body.pk}", "bodies.body:999999", "bodies.body:x"]) == {
        f"bodies.body:{body.pk}": str(body)
    }
