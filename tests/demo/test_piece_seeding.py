"""Pages of further types: of each one at least, whole for the gate and for their own rules, their files public."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from wagtail.models import ReferenceIndex

from actors import NOW
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.demo.piece_seeding import KINDS, put_ahead, write_subtitles
from kopir.demo.site_seeding import seed_sites
from kopir.demo.sites import read_shared
from kopir.websites.gate.judging import judge
from kopir.websites.models import (
    DatasetPage,
    DivisionPage,
    DocumentPage,
    EventPage,
    ServicePage,
    SitePage,
    TenderPage,
    VacancyPage,
    VideoPage,
)

TRADE = {
    "kz": "ministry-of-trade-and-integration",
    "tj": "ministry-of-economic-development-and-trade",
    "uz": "ministry-of-investment-industry-and-trade",
}
pytestmark = pytest.mark.django_db


@pytest.fixture(params=sorted(TRADE))
def seeded(request, settings, tmp_path):
    """The code of a country whose portal has been filled."""
    settings.KOPIR_COUNTRY, settings.MEDIA_ROOT = request.param, tmp_path
    actor = system_actor("demo.seed")
    load_pack(pack=read_pack(request.param), actor=actor, now=NOW)
    seed_sites(request.param, actor, NOW)
    return request.param


def check_types(seeded):
    """Each type in every language, a division below a division, and nothing wrong with any page."""
    languages = read_pack(seeded).country.language_codes
    for kind in KINDS.values():
        found = {page.url_path.split("/", 2)[1] for page in kind.model.objects.live()}
        assert found == set(languages), kind.model
    for page in SitePage.objects.live().specific():
        assert not judge(page), page.url_path
        page.clean()
    below = DivisionPage.objects.filter(website__slug=TRADE[seeded], depth=7)
    assert [page.get_parent().specific_class for page in below] == 3 * [DivisionPage]


def check_files(seeded):
    """What is shown is read with its files."""
    client = Client(SERVER_NAME="kz.localhost")
    language = read_pack(seeded).country.language_codes[0]
    mine = {"website__slug": TRADE[seeded], "locale__language_code": language}
    film, data, event = (model.objects.get(**mine) for model in (VideoPage, DatasetPage, EventPage))
    html = client.get(film.url_path).content.decode()
    files = [film.file, film.subtitles, *(block.value["file"] for block in data.files)]
    assert film.file.url in html
    assert all(ReferenceIndex.get_references_to(file).exists() for file in files), "editors see where a file is used"
    moving, words, table = (client.get(file.url).getvalue() for file in files)
    assert b"ftyp" in moving[:12]
    assert words.startswith(b"WEBVTT\n\n00:00.000 --> 00:03.000\n")
    assert table.count(b",") > 10
    assert client.get(event.url_path).status_code == 200
    assert read_shared().sources["platform"][language] in client.get(event.url_path).content.decode()
    service = ServicePage.objects.get(**mine)
    assert client.get(urlsplit(service.address).path).status_code == 200


def test_each_further_type_is_shown_in_every_language_with_its_files_and_nothing_is_wrong(seeded):
    check_types(seeded)
    check_files(seeded)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 2, 10, 5, tzinfo=UTC)),
        (datetime(2027, 1, 13, 5, tzinfo=UTC), datetime(2027, 2, 10, 5, tzinfo=UTC)),
        (datetime(2027, 1, 13, 6, tzinfo=UTC), datetime(2027, 3, 10, 5, tzinfo=UTC)),
        (datetime(2027, 2, 10, 6, tzinfo=UTC), datetime(2027, 4, 7, 5, tzinfo=UTC)),
        (datetime(2029, 8, 1, tzinfo=UTC), datetime(2029, 9, 19, 5, tzinfo=UTC)),
    ],
)
def test_what_is_to_come_is_weeks_ahead_whenever_a_stand_is_made(now, begins):
    values = {"starts_at": datetime(2027, 2, 10, 5, tzinfo=UTC), "ends_at": datetime(2027, 2, 10, 7, tzinfo=UTC)}
    put = put_ahead({**values, "renewed_on": date(2026, 5, 15), "place": "Hall", "until": None}, now)
    assert put == {
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=2),
        "renewed_on": date(2026, 5, 15),
        "place": "Hall",
        "until": None,
    }


def test_a_stand_made_years_later_has_events_and_terms_to_come(settings, tmp_path):
    settings.KOPIR_COUNTRY, settings.MEDIA_ROOT = "uz", tmp_path
    actor, later = system_actor("demo.seed"), NOW.replace(year=2030)
    load_pack(pack=read_pack("uz"), actor=actor, now=later)
    seed_sites("uz", actor, later)
    for model in (EventPage, TenderPage, VacancyPage):
        assert all(page.over_at > later + timedelta(weeks=4) for page in model.objects.all()), model
    terms = [page.over_at for page in DocumentPage.objects.exclude(discussed_until=None)]
    assert len(terms) == 3
    assert min(terms) >= later + timedelta(weeks=4)


def test_subtitles_are_as_long_as_each_other():
    assert write_subtitles(["one", "two"]) == (
        "WEBVTT\n\n00:00.000 --> 00:03.000\none\n\n00:03.000 --> 00:06.000\ntwo\n"
    )
