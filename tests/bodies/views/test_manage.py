"""The administration: who gets in, what forms say, and that a change is one action with one row."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import acting
from kopir.audit.models import Row
from kopir.base.access import get_decision
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.bodies.models import CalendarVersion
from kopir.bodies.queries import find_broken_paths, get_body, get_calendar, get_portal
from kopir.bodies.views import manage

QUERIES = 8
PAGES = [
    "/manage/",
    "/manage/bodies/",
    "/manage/bodies/new/",
    "/manage/bodies/ministry-of-finance/",
    "/manage/bodies/ministry-of-finance/place/",
    "/manage/bodies/ministry-of-finance/look/",
    "/manage/bodies/ministry-of-finance/close/",
    "/manage/bodies/ministry-of-finance/open/",
    "/manage/calendar/",
    "/manage/portal/",
]
FOR_ADMINISTRATORS = {PAGES[0], PAGES[1], PAGES[3], PAGES[5]}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture(autouse=True)
def the_operator_acts(settings, operator, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    acting.use(settings)
    acting.act_as(operator)


def administrator_of(slug: str) -> Actor:
    return Actor("person", id="9", name="B.", grants=frozenset({(Role.SITE_ADMINISTRATOR, get_body(slug).pk)}))


def fields_of(answer) -> dict[str, object]:
    """What a browser would send back."""
    sent = {}
    for name in ("form", "place"):
        for field in answer.context.get(name) or []:
            value = field.value()
            if field.name == "on" or field.name == "moved_from":
                continue
            if value not in (None, ""):
                sent[field.html_name] = value
    return sent


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_for_the_operator(kz, client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES):
        answer = client.get(f"/en{path}")
    assert answer.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_gets_in(kz, client, path):
    finance = get_body("ministry-of-finance").pk
    others = frozenset({(Role.EDITOR, finance), (Role.HEAD, finance), (Role.OFFICER, finance), (Role.AUDITOR, None)})
    for actor in (ANONYMOUS, Actor("person", id="5"), Actor("person", id="5", grants=others)):
        acting.act_as(actor)
        is_index_for_staff = path == "/manage/" and actor.grants
        assert client.get(f"/en{path}").status_code == (200 if is_index_for_staff else 403), actor


def test_the_index_shows_what_lets_the_actor_in(kz, client):
    assert 'href="/en/manage/calendar/"' in client.get("/en/manage/").content.decode()
    acting.act_as(administrator_of("ministry-of-finance"))
    html = client.get("/en/manage/").content.decode()
    assert 'href="/en/manage/bodies/"' in html
    assert 'href="/en/manage/calendar/"' not in html


def test_the_index_leads_whoever_works_for_a_body_to_it(kz, client):
    finance, health = get_body("ministry-of-finance").pk, get_body("ministry-of-health").pk
    acting.act_as(
        Actor("person", id="9", grants=frozenset({(Role.EDITOR, finance), (Role.SITE_ADMINISTRATOR, health)}))
    )
    html = client.get("/en/manage/").content.decode()
    assert 'href="/en/bodies/ministry-of-finance/"' in html
    assert 'href="/en/manage/bodies/ministry-of-health/"' in html
    assert "ministry-of-defense" not in html


@pytest.mark.parametrize("path", PAGES)
def test_the_almost_right_person_gets_in_to_nothing_of_others(kz, client, path):
    acting.act_as(administrator_of("ministry-of-finance"))
    assert client.get(f"/en{path}").status_code == (200 if path in FOR_ADMINISTRATORS else 403)
    acting.act_as(administrator_of("ministry-of-health"))
    assert client.get(f"/en{path}").status_code == (
        200 if path in FOR_ADMINISTRATORS and "finance" not in path else 403
    )


@pytest.mark.parametrize("path", ["/manage/bodies/new/", "/manage/calendar/", "/manage/portal/"])
def test_an_operator_of_one_body_changes_nothing_of_the_platform(kz, client, path):
    answer = client.get(f"/en{path}")
    sent = fields_of(answer) | {
        **{f"names_{code}": "X" for code in ("kk", "ru", "en")},
        "kind": "agency",
        "slug": "x",
        "on_day": "6",
        "on_month": "7",
        "on_year": "2027",
        "becomes": "ordinary",
        "reference": "D",
    }
    rows = Row.objects.count()
    grants = frozenset({(Role.PLATFORM_OPERATOR, get_body("ministry-of-finance").pk)})
    acting.act_as(Actor("person", id="5", grants=grants))
    assert client.post(f"/en{path}", sent).status_code == 403
    assert Row.objects.count() == rows


def test_the_administrator_of_a_body_changes_its_face_and_not_its_passport(kz, client):
    acting.act_as(administrator_of("ministry-of-finance"))
    answer = client.get("/en/manage/bodies/ministry-of-finance/")
    names = set(answer.context["form"].fields)
    assert {"phone", "short_names_kk", "duties_ru", "opens"} <= names
    assert not names & {"slug", "kind", "code", "names_kk", "region"}
    sent = fields_of(answer) | {"phone": "1414", "slug": "taken-over", "kind": "government"}
    assert client.post("/en/manage/bodies/ministry-of-finance/", sent).status_code == 302
    body = get_body("ministry-of-finance")
    assert (body.phone, body.kind) == ("1414", "ministry")
    assert client.get("/en/manage/bodies/").content.decode().count('scope="row"') == 1


def test_a_body_is_made(kz, client):
    answer = client.get("/en/manage/bodies/new/?under=government")
    sent = fields_of(answer) | {
        "kind": "agency",
        "slug": "space-agency",
        "names_kk": "Ғарыш агенттігі",
        "names_ru": "Космическое агентство",
        "names_en": "Space Agency",
        "code": "061240 016016",
    }
    answer = client.post("/en/manage/bodies/new/", sent, follow=True)
    assert "“Space Agency” was made." in answer.content.decode()
    body = get_body("space-agency")
    assert (body.parent.slug, body.code, find_broken_paths()) == ("government", "061240016016", [])
    assert Row.objects.filter(action="bodies.create_body", body_id=body.pk).count() == 1


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"slug": "government"}, "slug", "belongs to another body already"),
        ({"slug": "Space Agency"}, "slug", "small Latin letters"),
        ({"code": "061240016017"}, "code", "its last digit does not fit"),
        ({"code": "12"}, "code", "it has 12 digits"),
        ({"names_kk": ""}, "names_kk", "Fill this in."),
        ({"short_names_kk": "ҒА"}, "short_names_ru", "every language of the portal"),
        ({"kind": ""}, "kind", "Choose one of these."),
        ({"phone": "call me"}, "phone", "with digits"),
        ({"site": "http://example.org"}, "site", "https://"),
        ({"hours": ["1"], "opens": "18:00", "closes": "09:00"}, "hours", "the end later"),
        ({"opens": "9"}, "hours", "09:00"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(kz, client, change, field, sentence):
    texts = {f"names_{code}": "Space" for code in ("kk", "ru", "en")}
    sent = {"kind": "agency", "slug": "space-agency", **texts} | change
    answer = client.post("/en/manage/bodies/new/", sent)
    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert not Row.objects.filter(action="bodies.create_body").exists()


def test_a_change_on_old_knowledge_is_refused(kz, client):
    path = "/en/manage/bodies/ministry-of-finance/"
    seen = fields_of(client.get(path))
    assert client.post(path, seen | {"phone": "1414"}).status_code == 302
    answer = client.post(path, seen | {"phone": "1415"})
    assert "since you opened this page" in answer.content.decode()
    assert get_body("ministry-of-finance").phone == "1414"


def test_a_body_cannot_be_put_below_itself(kz, client):
    path = "/en/manage/bodies/government/place/"
    answer = client.post(path, fields_of(client.get(path)) | {"parent": "treasury-committee"})
    assert "cannot stand below itself" in answer.content.decode()
    assert find_broken_paths() == []


def test_a_body_is_closed_and_opened(kz, client):
    for page, is_archived in [("close", True), ("open", False)]:
        path = f"/en/manage/bodies/treasury-committee/{page}/"
        assert client.post(path, fields_of(client.get(path))).status_code == 302
        assert get_body("treasury-committee", with_archived=True).is_archived is is_archived


def test_a_body_with_others_below_it_is_not_closed(kz, client):
    path = "/en/manage/bodies/ministry-of-finance/close/"
    answer = client.post(path, fields_of(client.get(path)))
    assert "3 active bodies stand below" in answer.content.decode()


def test_colors_and_crest_are_set(kz, client):
    path = "/en/manage/bodies/ministry-of-finance/look/"
    sent = fields_of(client.get(path)) | {"brand": "#0B4A6F", "crest": SimpleUploadedFile("c.svg", SVG)}
    assert client.post(path, sent).status_code == 302
    html = client.get("/en/bodies/ministry-of-finance/").content.decode()
    assert "/design/theme-0b4a6f-" in html
    assert "/media/crests/ministry-of-finance-" in html


@pytest.mark.parametrize(
    ("change", "said"), [({"brand": "#ffff00"}, "too close for reading"), ({"brand": "red"}, "write it as #0b4a6f")]
)
def test_colors_on_which_nobody_could_read_are_refused(kz, client, change, said):
    path = "/en/manage/bodies/ministry-of-finance/look/"
    answer = client.post(path, fields_of(client.get(path)) | change)
    assert said in " ".join(answer.context["form"].errors["brand"])
    assert get_body("ministry-of-finance").colors == {}


def test_a_decree_moves_a_day_off(kz, client):
    from datetime import date

    sent = {
        "on_day": "7",
        "on_month": "5",
        "on_year": "2027",
        "becomes": "holiday",
        "reference": "Decree 1",
        "moved_from_day": "15",
        "moved_from_month": "5",
        "moved_from_year": "2027",
        **{f"names_{code}": "Moved" for code in ("kk", "ru", "en")},
    }
    assert client.post("/en/manage/calendar/", sent | {"on_day": "6"}).status_code == 302
    calendar = get_calendar()
    assert (calendar.is_working(date(2027, 5, 6)), calendar.is_working(date(2027, 5, 15))) == (False, True)
    assert CalendarVersion.objects.first().reference == "Decree 1"


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"on_day": "31", "on_month": "2"}, "on", "There is no such day"),
        ({"on_day": "9", "on_month": "5", "becomes": "working_day"}, "on", "cannot be both"),
        ({"on_day": "3", "on_month": "6", "becomes": "working_day"}, "on", "working day anyway"),
        ({"on_year": "2040"}, "on", "calendar of 2040 is not set"),
        ({"names_ru": ""}, "names_ru", "every language"),
        ({"reference": ""}, "reference", "Fill this in."),
        (
            {"moved_from_day": "4", "moved_from_month": "6", "moved_from_year": "2027"},
            "moved_from",
            "working day anyway",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(kz, client, change, field, said):
    sent = {
        "on_day": "2",
        "on_month": "6",
        "on_year": "2027",
        "becomes": "holiday",
        "reference": "Decree 1",
        **{f"names_{code}": "Day" for code in ("kk", "ru", "en")},
    }
    answer = client.post("/en/manage/calendar/", sent | change)
    assert said in " ".join(answer.context["form"].errors[field])
    assert CalendarVersion.objects.count() == 1


def test_the_portal_gets_a_name(kz, client):
    sent = fields_of(client.get("/en/manage/portal/")) | {"names_en": "One portal", "email": "help@example.org"}
    assert client.post("/en/manage/portal/", sent).status_code == 302
    assert get_portal().names["en"] == "One portal"
    assert "One portal" in client.get("/en/").content.decode()


def test_the_list_is_narrowed(kz, client):
    def names(query: str) -> list[str]:
        return [body.slug for body in client.get(f"/en/manage/bodies/?{query}").context["page"]]

    assert names("q=finance") == ["ministry-of-finance"]
    assert names("q=ФИНАНСОВ")[:1] == ["ministry-of-finance"]
    assert names("kind=government") == ["government"]
    assert set(names("region=100000000&kind=region_akimat")) == {"akimat-abai-region"}
    assert len(names("page=2")) == 50
    assert names("q=nothing-like-this") == []
    assert names("kind=hostile%27--&region=XX&page=-7")


@pytest.mark.parametrize(
    "view", [manage.create, manage.move, manage.close, manage.reopen, manage.calendar, manage.portal]
)
def test_what_touches_everybody_wants_a_fresh_factor(view):
    """Closing a body ends its roles, the tree says who stands above whom, and a day moved moves deadlines."""
    decision = get_decision(view)
    assert decision is not None
    assert decision.fresh_s is not None
    assert get_decision(manage.change).fresh_s is None
