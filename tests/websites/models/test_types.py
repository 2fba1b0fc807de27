"""Types of pages: each is listed, found, given out as data, and says by itself when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import get_template
from django.utils.translation import override

from keptpages import kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.bodies.models import Body
from kopir.bodies.queries import get_body, list_bodies
from kopir.websites import found
from kopir.websites.actions import create_website
from kopir.websites.actions.filling import NewPage, fill_website
from kopir.websites.models import (
    PAGES,
    BudgetPage,
    DatasetPage,
    DivisionPage,
    DocumentPage,
    EventPage,
    PressReleasePage,
    QuestionPage,
    SectionPage,
    SiteDocument,
    TenderPage,
    VideoPage,
    list_listed,
    list_types,
)
from kopir.websites.models.kinds import list_choices
from kopir.websites.queries import find_page
from sitemedia import put_file
from sitetypes import DAY, FIELDS, make_section, slug_of, write_page

types = pytest.mark.parametrize("model", FIELDS)
TWO_HOURS = timedelta(hours=2)
CLOSING = [model for model in FIELDS if model.ends]


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""

    def at(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)

    at(DAY - timedelta(days=2))
    return at


@pytest.fixture
def keep(kept_pages, page_guard, client):  # noqa: F811 - fixtures
    """Asks for a page as the page store does."""
    return lambda path: kept_pages.ask(client, path)


def test_every_type_has_its_template_and_its_name():
    for model in list_types():
        assert get_template(f"websites/pages/{slug_of(model)}.html")
        assert model._meta.verbose_name_plural
        assert all(model._meta.get_field(name) for name in (*model.facts, *model.facets))


def test_a_section_may_list_each_type_and_its_own_pages():
    assert [name for name, _words in list_choices()] == [PAGES, *list_listed()]
    assert all(model.listed and model.listed.empty for model in list_listed().values())


@types
def test_a_page_is_shown_listed_found_and_given_out(education, client, at, model):
    section = make_section(education, model)
    page = write_page(model, education, title="Нақты атау")
    shown = client.get(page.url_path)
    assert shown.status_code == 200
    assert f'itemtype="https://schema.org/{model.schema}"' in shown.content.decode()
    assert "Нақты атау" in client.get(section.url_path).content.decode()
    (document,) = found.load([str(page.pk)])
    assert document.kind == f"websites.{model._meta.model_name}"
    (item,) = client.get("/api/1/contents", {"kind": slug_of(model), "language": "kk"}).json()["items"]
    whole = client.get(f"/api/1/contents/{item['id']}/kk").json()
    assert whole["facts"].keys() == set(model.facts)
    assert any(whole["facts"].values())


@types
def test_a_section_without_pages_says_so(education, client, model):
    section = make_section(education, model)
    with override("kk"):
        words = str(model.listed.empty)
    assert words in client.get(section.url_path).content.decode()


@pytest.mark.parametrize("model", CLOSING)
def test_what_is_over_says_so_from_that_instant_on(education, at, keep, model):
    page = write_page(model, education)
    before = keep(page.url_path)
    assert before.until == page.over_at.timestamp()
    at(page.over_at)
    after = keep(page.url_path)
    assert after.until is None
    assert before.content.count(b"govuk-inset-text") + 1 == after.content.count(b"govuk-inset-text")


def test_events_to_come_are_first_and_past_ones_drop_by_the_clock(education, at, keep):
    for name, days in (("late", 9), ("soon", 1), ("past", -9), ("long-past", -30)):
        begins = DAY + timedelta(days=days)
        write_page(EventPage, education, "en", title=name, slug=name, starts_at=begins, ends_at=begins + TWO_HOURS)
    section = make_section(education, EventPage, "en")

    def order():
        kept = keep(section.url_path)
        html = kept.content.decode()
        words = ("Upcoming events", ">soon<", ">late<", "Past events", ">past<", ">long-past<")
        return sorted((html.index(word), word) for word in words), datetime.fromtimestamp(kept.until, UTC)

    found_at, until = order()
    assert [word for _at, word in found_at] == [
        "Upcoming events", ">soon<", ">late<", "Past events", ">past<", ">long-past<",
    ]  # fmt: skip
    assert until == DAY + timedelta(days=1, hours=2)
    at(until)
    found_at, until = order()
    assert [word for _at, word in found_at] == [
        "Upcoming events", ">late<", "Past events", ">soon<", ">past<", ">long-past<",
    ]  # fmt: skip
    assert until == DAY + timedelta(days=9, hours=2)


@pytest.mark.django_db  # a page asks for the number of its type
def test_an_event_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="ends before"):
        EventPage(title="a", slug="a", starts_at=DAY, ends_at=DAY - timedelta(hours=1)).clean()
    EventPage(title="a", slug="a", starts_at=DAY, ends_at=None).clean()


def test_what_stands_in_a_section_of_another_listing_is_not_lost(education, client):
    section = make_section(education, EventPage)
    section.add_child(instance=SectionPage(title="Мұрағат", slug="archive", live=True))
    assert "Мұрағат" in client.get(section.url_path).content.decode()
    assert find_page(education, "kk", "events/archive")


def test_pages_say_what_they_are_in_the_words_of_schema_org(education, client):
    contacts = client.get("/kk/ministry-of-education/contacts/").content.decode()
    assert 'itemprop="mainEntity" itemscope itemtype="https://schema.org/GovernmentOrganization"' in contacts
    head = client.get("/kk/ministry-of-education/about/head/").content.decode()
    assert 'itemtype="https://schema.org/Person"' in head
    assert 'itemtype="https://schema.org/BreadcrumbList"' in head
    assert head.count('itemprop="itemListElement"') == 2
    question = write_page(QuestionPage, education, title="Қашан?")
    listing = client.get(question.get_parent().url_path).content.decode()
    assert 'itemtype="https://schema.org/FAQPage"' in listing
    assert listing.count('itemprop="acceptedAnswer"') == 1


def test_a_press_release_is_news(education, client):
    write_page(PressReleasePage, education, title="Баспасөзге")
    assert "Баспасөзге" in client.get("/kk/ministry-of-education/news/").content.decode()
    assert "Баспасөзге" in client.get("/kk/ministry-of-education/").content.decode()
    assert "Баспасөзге" in client.get("/kk/ministry-of-education/feed.xml").content.decode()


def test_divisions_are_a_tree_on_the_page_of_the_structure(education, client):
    above = write_page(DivisionPage, education, title="Департамент", slug="department")
    above.add_child(instance=DivisionPage(title="Басқарма", slug="office"))
    section = make_section(education, DivisionPage)
    html = client.get(section.url_path).content.decode()
    assert html.index("Департамент") < html.index("websites-tree", html.index("Департамент")) < html.index("Басқарма")
    assert "Басқарма" in client.get(above.url_path).content.decode()


def test_the_sums_of_a_budget_are_checked_and_its_rows_are_data(education, client):
    page = write_page(BudgetPage, education)
    html = client.get(page.url_path).content.decode()
    assert "1\u202f500.5" in html
    content = f"/api/1/contents/{page.translation_key}/kk"
    assert client.get(content).json()["facts"]["rows"][1] == {
        "Код": "1.1", "Атауы": "Негізгі еңбекақы", "Жоспар": "1000", "Атқарылғаны": "1000",
    }  # fmt: skip
    page.rows = page.rows.replace("500,5;400", "500,5;500")
    with pytest.raises(ValidationError, match="differ"):
        page.clean()
    page.rows = ""
    assert page.budget.rows == ()


def test_a_budget_with_two_columns_of_one_name_is_refused_and_an_older_one_stays_public(education, client):
    page = write_page(BudgetPage, education)
    page.rows = "Код;Атауы;2026;2026\n1;Жабдықтар;99,5;98"
    BudgetPage.objects.filter(pk=page.pk).update(rows=page.rows)
    assert "99.5" in client.get(page.url_path).content.decode()
    row = client.get(f"/api/1/contents/{page.translation_key}/kk").json()["facts"]["rows"][0]
    assert row == {"Код": "1", "Атауы": "Жабдықтар", "2026": "99.5", "2026 (4)": "98"}
    with pytest.raises(ValidationError, match="Two columns"):
        page.clean()


@pytest.mark.parametrize(("model", "file"), [(BudgetPage, "budget.csv"), (EventPage, "event.ics")])
def test_a_file_of_what_is_now_is_offered_by_no_earlier_version(education, client, model, file):
    page = write_page(model, education)
    assert f'href="{file}"' in client.get(page.url_path).content.decode()
    version = client.get(f"{page.url_path}@1/")
    assert version.status_code == 200
    assert file not in version.content.decode()


def test_a_tender_with_an_outcome_is_not_called_closed(education, client, at):
    page = write_page(TenderPage, education, "en")
    at(page.over_at)
    assert "no longer taken" in client.get(page.url_path).content.decode()
    page.state, page.winner = "awarded", "ЖШС Көпір"
    page.save_revision().publish()
    html = client.get(page.url_path).content.decode()
    assert "no longer taken" not in html
    assert "ЖШС Көпір" in html


def test_the_files_of_a_data_set_have_format_and_address(education, client, system, now):
    file = put_file(education, system, now, name="a.csv", content=b"a,b\n1,2\n")
    page = write_page(DatasetPage, education, files=[{"type": "file", "value": {"file": file.pk, "text": "Мектептер"}}])
    (one,) = client.get(f"/api/1/contents/{page.translation_key}/kk").json()["facts"]["files"]
    assert one == {"title": file.title, "format": "csv", "address": f"http://kz.localhost{file.url}"}
    html = client.get(page.url_path).content.decode()
    assert "creativecommons.org/publicdomain/zero" in html
    assert 'itemprop="encodingFormat">CSV<' in html


@pytest.mark.parametrize(
    ("film", "words", "fault"),
    [(None, None, "file"), ("a.mp4", None, "subtitles"), ("a.pdf", "a.vtt", "file"), ("a.mp4", "a.pdf", "subtitles")],
)
def test_a_film_is_somewhere_and_has_subtitles(db, film, words, fault):
    files = {
        name: SiteDocument(file=value) if value else None for name, value in (("file", film), ("subtitles", words))
    }
    with pytest.raises(ValidationError) as error:
        VideoPage(title="a", slug="a", **files).clean()
    assert set(error.value.message_dict) == {fault}
    VideoPage(title="a", slug="a", file=SiteDocument(file="a.mp4"), subtitles=SiteDocument(file="a.vtt")).clean()


def test_a_draft_for_discussion_says_until_when(education, client, at):
    home = find_page(education, "en", "")
    section = home.add_child(instance=SectionPage(title="Құжаттар", slug="acts", listing="documents"))
    act = section.add_child(instance=DocumentPage(title="Жоба", slug="draft", state="draft", discussed_until=DAY))
    assert "open for discussion until" in client.get(act.url_path).content.decode()
    at(DAY)
    assert "The discussion of this draft is over." in client.get(act.url_path).content.decode()


def test_types_of_two_tables_are_made_at_once_too(education, system, now):
    page = NewPage(PressReleasePage, "news", "release", {"kk": {"title": "Баспасөзге", "happened_on": DAY.date()}})
    fill_website(website=education, texts=[], pages=[page], actor=system, now=now)
    made = PressReleasePage.objects.get(slug="release")
    assert (made.newspage_ptr.happened_on, made.website) == (DAY.date(), education)


def test_contacts_show_the_region_of_the_body_on_the_map_where_both_are_known(kz, template, operator, now, client):
    body = list_bodies(kind="region_akimat")[0]
    website = create_website(body=body, template=template, actor=operator, now=now)
    html = client.get(f"/kk/{website.slug}/contacts/").content.decode()
    assert html.count("websites-map__here") == 1
    assert '<span lang="en" translate="no">geokz, CC BY 4.0</span>' in html
    ministry = get_body("ministry-of-education")
    create_website(body=ministry, template=template, actor=operator, now=now)
    Body.objects.filter(pk=ministry.pk).update(region=None)
    assert "websites-map" not in client.get("/kk/ministry-of-education/contacts/").content.decode()
