"""What is kept of websites' pages is always what a fresh render would be: random edits as editors make them, seeded.

As for bodies (`tests/bodies/test_tags_kept.py`): a walk makes every kind of edit once, in an order of chance, and then
goes on; whatever the store still holds is compared, byte for byte, with the page rendered with the recorder off. The
walk is tested too: without any one of the rules of tags it fails. That is judged within one walk: for each rule the
pages are held under the tags that are left without it, and one that changes while nothing touches those would be stale.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.db import transaction
from wagtail.models import Page

from editing import use_real_doors
from keptpages import KeptPages, kept_pages, page_guard  # noqa: F401 - fixtures
from kopir.base import clock
from kopir.base.actors import Actor, Role
from kopir.bodies.actions import change_body, set_theme
from kopir.pagecache import middleware, outbox
from kopir.pagecache.tags import for_page
from kopir.search.models import Change
from kopir.websites import actions
from kopir.websites.models import (
    DivisionPage,
    DocumentPage,
    EventPage,
    FormerSlug,
    NewsPage,
    SectionPage,
    SitePage,
    Website,
)
from kopir.websites.staleness import note_change
from people import browser
from sharedtexts import SHARED
from siteoffice import SYSTEM, Office
from sitetypes import make_section

SLUGS = ["edu", "fin", "school"]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPERATOR = Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))
LIMIT_OVERPURGED = 5
FORMER = 12
"""So many of the addresses that pages have left are asked for, the newest."""
PAGE = r"wagtailcore\.page:"
RULES = {
    "a page": PAGE + r"\d+",
    "an address": PAGE + r"at:.*",
    "what is below": PAGE + r"children:.*",
    "the menu": PAGE + r"menu:.*",
    "the events": PAGE + r"listed:events:.*",
    "the divisions": PAGE + r"listed:structure:.*",
    "the news": PAGE + r"listed:news:.*",
    "other languages": PAGE + r"content:.*",
    "the map": PAGE + r"website:.*",
    "a website": r"websites\.website:\d+",
    "the name of a website": r"websites\.website:at:.*",
    "the body": r"bodies\.body:\d+",
    "a picture": r"websites\.siteimage:\d+",
    "a file": r"websites\.sitedocument:\d+",
    "the words of a website": r"websites\.fixedword:kk:.+",
}


class StalePageError(Exception):
    """The store held a page that is no longer true."""


class World(Office):
    """Two websites, and whoever writes on them."""

    def __init__(self, client, store: KeptPages, seed: int, sites: list[Website]) -> None:
        self.client, self.store, self.random, self.sites = client, store, random.Random(seed), sites
        self.now, self.edits = START, 0
        self.overpurged: list[int] = []
        self.known: dict[str, None] = {}
        self.without: dict[str, dict[str, frozenset[str]]] = {}
        self.noted: dict[str, frozenset[str]] = {}
        self.needed: dict[str, str] = {}
        """By each rule without which a page would have been stale: after which edit."""

    def begin(self) -> None:
        self.furnish()
        make_section(self.sites[0], EventPage, "ru")
        make_section(self.sites[0], DivisionPage, "ru")
        self.write_division()
        for _ in range(3):
            self.write_news()
            self.write_event()
        self.settle()

    @property
    def paths(self) -> list[str]:
        """Every address that was a Russian page's or will be a website's, one map and one feed: a walk is short."""
        current = [*SitePage.objects.filter(url_path__startswith="/ru/").values_list("url_path", flat=True)]
        for path in current:
            self.known[path] = None
        for slug in SLUGS:
            self.known[f"/ru/{slug}/"] = None
        for site in Website.objects.filter(pk=self.sites[0].pk):
            self.known[f"/sitemaps/{site.slug}.xml"] = self.known[f"/ru/{site.slug}/feed.xml"] = None
            self.known[f"/ru/{site.slug}/calendar.ics"] = self.known[f"/kk-latn/{site.slug}/"] = None
        former = [path for path in self.known if re.fullmatch(r"/ru/.+/", path) and path not in current]
        for path in former[:-FORMER]:
            del self.known[path]
        return [*self.known]

    def settle(self) -> None:
        self.store.settle()
        with mock.patch.object(middleware, "for_page", self.note_tags):
            for path in self.paths:
                if path not in self.store.pages:
                    self.store.ask(self.client, path)
                    self.without[path] = self.noted

    def note_tags(self, tags: Iterable[str], tables: Iterable[str]) -> list[str]:
        """What a page is kept under, as ever; beside it what it would be kept under without each of the rules."""
        tags, tables = [*tags], [*tables]
        self.noted = {rule: frozenset(for_page(without(rule, tags), tables)) for rule in RULES}
        return for_page(tags, tables)

    def edit(self, name: str) -> None:
        self.now += timedelta(minutes=1)
        if name == "let_time_pass":
            self.now += timedelta(days=5)
            self.store.expire(self.now)
        before = {path: kept.content for path, kept in self.store.pages.items()}
        self.store.purges.clear()
        with nullcontext() if name.startswith("office") else transaction.atomic():
            EDITS[name](self)
        self.edits += 1
        self.store.settle()
        purged = frozenset().union(*(tags for tags, _is_hard in self.store.purges))
        assert all(tags for tags, _is_hard in self.store.purges), "nothing purges everything"
        overpurged = 0
        with mock.patch.object(middleware, "record", return_value=nullcontext()):
            for path, old in before.items():
                fresh = self.client.get(path).content
                kept = self.store.pages.get(path)
                if kept is None:
                    overpurged += fresh == old
                elif kept.content != fresh:
                    raise StalePageError(f"{path} after {name}")
                if fresh != old:
                    stale = [rule for rule, tags in self.without[path].items() if not tags & purged]
                    self.needed |= dict.fromkeys(stale, name)
        self.overpurged.append(overpurged)
        self.settle()

    def walk(self, names: list[str]) -> None:
        for name in names:
            self.edit(name)

    # Who is there

    def page(self, model: type[SitePage] = SitePage, **narrowed) -> SitePage | None:
        usual = {"live": True, "depth__gt": 3, "locale__language_code": self.random.choice(["ru", "ru", "kk"])}
        found = list(model.objects.filter(**(usual | narrowed)).order_by("pk"))
        return self.random.choice(found).specific if found else None

    def word(self) -> str:
        return f"w{self.random.randrange(10**6)}"

    def change(self, page: SitePage | None, **fields) -> None:
        if page is not None:
            for name, value in fields.items():
                setattr(page, name, value)
            page.save_revision().publish(skip_permission_checks=True)

    def section(self, **narrowed) -> SitePage:
        page = self.page(SectionPage, **({"locale__language_code": "ru"} | narrowed))
        assert page is not None
        return page

    # Edits

    def write_news(self) -> None:
        day = date(2026, 3, 1) - timedelta(days=self.random.randrange(30))
        page = NewsPage(title=self.word(), slug=self.word(), happened_on=day, summary=self.word())
        self.section(listing="news").add_child(instance=page)

    def write_event(self) -> None:
        begins = self.now + timedelta(hours=self.random.randrange(300))
        page = EventPage(
            title=self.word(), slug=self.word(), starts_at=begins, ends_at=begins + timedelta(hours=9), live=True
        )
        self.section(listing="events").add_child(instance=page)

    def write_division(self) -> None:
        above = self.page(DivisionPage, locale__language_code="ru") or self.section(listing="structure")
        above.add_child(instance=DivisionPage(title=self.word(), slug=self.word(), live=True))

    def end_an_event(self) -> None:
        self.change(
            self.page(EventPage, locale__language_code="ru"), starts_at=self.now - timedelta(hours=1), ends_at=self.now
        )

    def let_time_pass(self) -> None:
        """Nobody does anything."""

    def write_draft(self) -> None:
        page = NewsPage(title="draft", slug=self.word(), happened_on=date(2026, 3, 1), live=False)
        self.section(listing="news").add_child(instance=page)

    def change_a_draft(self) -> None:
        page = self.section()
        page.title = "never shown"
        page.save_revision()

    def write_document(self) -> None:
        page = DocumentPage(title=self.word(), slug=self.word(), dated_on=date(2026, 1, 9), number="7")
        self.section(listing="pages").add_child(instance=page)

    def change_title(self) -> None:
        self.change(self.page(), title=self.word())

    def change_summary(self) -> None:
        self.change(self.page(NewsPage), summary=self.word())

    def change_day(self) -> None:
        self.change(self.page(NewsPage), happened_on=date(2026, 3, 1) - timedelta(days=self.random.randrange(60)))

    def change_slug(self) -> None:
        self.change(self.page(), slug=self.word())

    def change_menu(self) -> None:
        page = self.page(depth=4, locale__language_code="ru", slug="contacts")
        self.change(page, show_in_menus=page is not None and not page.show_in_menus)

    def hide(self) -> None:
        page = self.page(numchild=0)
        if page is not None:
            page.unpublish()

    def show(self) -> None:
        self.change(self.page(live=False, locale__language_code="ru"))

    def hide_translation(self) -> None:
        for page in SitePage.objects.filter(slug="contacts", locale__language_code="kk", live=True):
            page.specific.unpublish()

    def show_translation(self) -> None:
        for page in SitePage.objects.filter(slug="contacts", locale__language_code="kk", live=False):
            self.change(page.specific)

    def move(self) -> None:
        page = self.page(NewsPage)
        if page is not None:
            page.move(
                self.section(website=page.website_id, locale__language_code=page.locale.language_code), pos="last-child"
            )

    def sort(self) -> None:
        page = self.page(depth=4)
        if page is not None:
            page.move(page.get_parent(), pos="first-child")

    def delete(self) -> None:
        page = self.page(NewsPage, locale__language_code="ru")
        if page is not None:
            page.delete()

    def lead_on(self) -> None:
        site = Website.objects.get(pk=self.sites[0].pk)
        page = self.page(website=site, locale__language_code="ru")
        taken = {*SitePage.objects.values_list("url_path", flat=True)}
        former = [path for path in self.known if re.fullmatch(rf"/ru/{site.slug}/[^.]+/", path) and path not in taken]
        if page is not None and former and site.state == "open":
            path = former[-1].split("/", 3)[3].rstrip("/")
            actions.lead_on(website=site, language="ru", path=path, page=page, actor=SYSTEM, now=self.now)

    def rename_site(self) -> None:
        self.rename(self.random.choice(list(Website.objects.filter(state="open").order_by("pk"))))

    def close_for_the_first(self) -> None:
        self.open_sites()
        first, second = Website.objects.order_by("pk")
        actions.archive_website(website=second, successor=first, actor=OPERATOR, now=self.now)

    def rename_the_first(self) -> None:
        first = Website.objects.order_by("pk")[0]
        if first.state == "open":
            self.rename(first)

    def rename(self, site: Website) -> None:
        taken = {*Website.objects.values_list("slug", flat=True), *FormerSlug.objects.values_list("slug", flat=True)}
        free = next(slug for slug in [*SLUGS, self.word()] if slug not in taken)
        actions.rename_website(website=site, slug=free, actor=OPERATOR, now=self.now)

    def open_sites(self) -> None:
        for closed in Website.objects.filter(state="archived"):
            actions.reopen_website(website=closed, actor=OPERATOR, now=self.now)

    def rename_body(self) -> None:
        body = self.random.choice(self.sites).body
        body.refresh_from_db()
        names = {language: f"{self.word()} {language}" for language in ("kk", "ru", "en")}
        change_body(body=body, revision=body.revision, short_names=names, actor=OPERATOR, now=self.now)

    def paint_body(self) -> None:
        body = self.random.choice(self.sites).body
        body.refresh_from_db()
        brand = self.random.choice(["#123456", "#0b5d1e"])
        set_theme(body=body, colors={"brand": brand}, crest=None, revision=body.revision, actor=OPERATOR, now=self.now)


def without(rule: str, tags: Iterable[str]) -> list[str]:
    """The tags that a page would carry without one of the rules."""
    return [tag for tag in tags if not re.fullmatch(RULES[rule], tag)]


EDITS: dict[str, Callable[[World], None]] = {
    name: getattr(World, name)
    for name in (
        *Office.ACTS,
        *("write_event", "end_an_event", "write_division"),
        *("write_news", "write_draft", "change_a_draft", "write_document", "change_title", "change_summary"),
        *("change_day", "change_menu", "hide_translation", "show_translation", "hide", "show", "move", "sort"),
        *(
            "delete",
            "rename_site",
            "close_for_the_first",
            "rename_the_first",
            "open_sites",
            "rename_body",
            "paint_body",
            "change_slug",
            "let_time_pass",
            "lead_on",
        ),
    )
} | SHARED


@pytest.fixture
def world(education, finance, settings, monkeypatch, kept_pages, page_guard):  # noqa: F811 - fixtures
    """Worlds by seed; the guard raises what production would only log."""
    use_real_doors(settings)
    settings.RATELIMIT = None
    made: list[World] = []
    monkeypatch.setattr(clock, "now", lambda: made[0].now if made else START)
    monkeypatch.setattr(outbox, "AWAY", timedelta(days=9999))

    def make(seed: int) -> World:
        made[:] = [World(browser(), kept_pages, seed, [education, finance])]
        made[0].begin()
        return made[0]

    return make


def test_what_is_kept_is_what_would_be_rendered(world):
    walked = world(seed=1)
    names = [*EDITS, *walked.random.choices([*EDITS], k=8)]
    walked.random.shuffle(names)
    walked.walk(names)
    assert walked.edits == len(names)
    assert len(walked.store.pages) >= 15, "pages are kept at all"
    check_overpurged(walked)


def test_without_any_one_rule_the_walk_fails(world):
    walked = world(seed=2)
    walked.walk([*EDITS])
    assert set(RULES) - set(walked.needed) == set(), "rules without which nothing was stale"
    check_overpurged(walked)


def check_overpurged(walked: World) -> None:
    average = sum(walked.overpurged) / len(walked.overpurged)
    assert average <= LIMIT_OVERPURGED, f"{average:.1f} pages are rendered anew for nothing after each edit"


def test_a_rule_that_is_taken_away_is_noticed(world):
    def kept_under(tags, tables):
        return for_page(without("a page", tags), tables)

    walked = world(seed=1)
    walked.store.purge_everything(hard=True)
    walked.note_tags = kept_under
    walked.settle()
    with pytest.raises(StalePageError, match="change_title"):
        walked.edit("change_title")


def test_without_any_one_rule_a_shared_text_would_be_stale(world):
    walked = world(seed=1)
    walked.edit("share_a_text")
    path = f"/ru/{walked.sites[0].slug}/news/"
    for rule, edit in (
        ("a page", "change_a_shared_text"),
        ("a page", "keep_a_text_to_itself"),
        ("other languages", "translate_a_text"),
        ("a website", "close_for_the_first"),
    ):
        before, left = walked.store.pages[path].content, walked.without[path][rule]
        walked.edit(edit)
        assert walked.store.pages[path].content != before, edit
        assert not any(left & tags for tags, _is_hard in walked.store.purges), edit


def test_what_is_taken_away_is_purged_hard_and_read_anew_by_search(world):
    walked = world(seed=1)
    Change.objects.all().delete()
    walked.store.purges.clear()
    walked.edit("delete")
    assert any(is_hard for _tags, is_hard in walked.store.purges)
    assert Change.objects.filter(source="websites.page").count() == 1


def test_a_draft_purges_nothing_and_is_no_change_for_search(world):
    walked = world(seed=1)
    Change.objects.all().delete()
    walked.store.purges.clear()
    walked.edit("write_draft")
    walked.edit("change_a_draft")
    assert walked.store.purges == []
    assert not Change.objects.exists()


def test_pages_that_were_never_shown_are_on_no_page(education, django_assert_num_queries):
    page = SitePage.objects.of(education).first()
    assert isinstance(page, Page)
    with transaction.atomic(), django_assert_num_queries(0):
        note_change({page.pk: {"live": False}}, {page.pk: {"live": False}})
