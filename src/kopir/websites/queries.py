"""Every read of the room. What the public sees is asked here with what makes it public, never in a view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from wagtail.models import Page, Revision

from kopir.accounts.models import RoleGrant, User
from kopir.base.actors import Role
from kopir.bodies.queries import get_country
from kopir.pagecache.recorder import note, reach
from kopir.websites import tags
from kopir.websites.errors import UnknownSiteError
from kopir.websites.models import (
    Bundle,
    BundleState,
    EventPage,
    HomePage,
    NewsPage,
    Redirect,
    SiteDocument,
    SiteImage,
    SitePage,
    SitePageQuerySet,
    Version,
    Website,
    WebsiteState,
    list_listed,
)

REMIND_AGAIN: Final = timedelta(days=7)
"""How long after a letter about a page that is overdue the next one goes out."""


def find_website(slug: str) -> Website | None:
    """The website with this first segment under the portal, open or archived, with its body: one query by an index."""
    note(tags.website_at(slug))
    return _websites().filter(slug=slug).first()


def find_renamed(slug: str) -> Website | None:
    """The website that had this first segment before it was renamed."""
    note(tags.website_at(slug))
    return _websites().filter(former_slugs__slug=slug).first()


def find_website_by_host(host: str) -> Website | None:
    """The website that has proven this host name (lower case, no port) to be its own: one query by an index."""
    note(tags.WEBSITES)
    return _websites().filter(domain=host, domain_proven_at__isnull=False).first()


def get_website(slug: str) -> Website:
    """The open website of this address. Raises UnknownSiteError."""
    website = find_website(slug)
    if website is None or website.state != WebsiteState.OPEN:
        raise UnknownSiteError(name=slug)
    return website


def find_website_of(body_id: int) -> Website | None:
    """The website of a body, open or archived."""
    note(tags.website_of(body_id))
    return _websites().filter(body_id=body_id).first()


def list_websites() -> QuerySet[Website]:
    """All websites with their bodies, in the order in which they were made."""
    note(tags.WEBSITES)
    return _websites()


def _websites() -> QuerySet[Website]:
    reach("bodies.body")  # whose it is follows from the website
    return Website.objects.select_related("body", "successor__body")


def list_shown() -> SitePageQuerySet:
    """Every page that the public may see now, with its website."""
    return SitePage.objects.shown().select_related("website")


def list_shown_at(website: Website, url_paths: Sequence[str]) -> list[SitePage]:
    """Those pages of a website that the public sees now at these addresses ("/kk/edu/news/")."""
    note(*(tags.at(url_path) for url_path in url_paths))
    return list(list_shown().filter(website=website, url_path__in=url_paths))


def find_page(website: Website, language: str, path: str) -> SitePage | None:
    """The page that the public sees at `path` ("news/2026-water", "" for the home page): its own type's row.

    By its last segment, which has an index, and then the whole address.
    """
    url_path = f"/{language}/{website.slug}/" + (f"{path}/" if path else "")
    note(tags.at(url_path))
    leaf = url_path.rstrip("/").rpartition("/")[2]
    page = list_shown().filter(website=website, slug=leaf, url_path=url_path).select_related("page_ptr").first()
    if page is None:
        return None
    specific: SitePage = page.specific
    specific.website = website
    return specific


def find_redirect(website: Website, language: str, path: str) -> Redirect | None:
    """Where the page went that was at `path`; whoever asks has looked for a page there before, and noted it."""
    reach(tags.PAGE, tags.REDIRECT)
    found = Redirect.objects.filter(website=website, language=language, path=path)
    return found.select_related("page__website").first()


def list_led(website: Website, paths: Iterable[str]) -> dict[tuple[str, str], SitePage]:
    """The shown pages to which these paths of a website lead, by language and path. For the administration alone."""
    found = (
        Redirect.objects.filter(website=website, path__in=[*paths]).exclude(page=None).select_related("page__website")
    )
    return {(way.language, way.path): way.page for way in found if way.page and way.page.is_shown}


def list_translations(page: SitePage) -> dict[str, SitePage]:
    """The shown pages of other languages with the same content, by language."""
    note(tags.content(page.translation_key))
    found = list_shown().filter(translation_key=page.translation_key, website=page.website_id).exclude(pk=page.pk)
    return {other.url_path.split("/", 2)[1]: other for other in found}


def list_sources(page: SitePage) -> SitePageQuerySet:
    """The shown pages in which the content of this one was written first, the one published last before others."""
    found = SitePage.objects.shown().filter(
        translation_key=page.translation_key, website=page.website_id, is_translation=False
    )
    return found.exclude(pk=page.pk).select_related("website").order_by("-last_published_at", "pk")


def list_stale(website: Website) -> SitePageQuerySet:
    """The shown translations of a website whose source was published since they were brought up to it.

    Each carries `source_published_at`. For the administration and for jobs: no page that is kept may ask it.
    """
    sources = SitePage.objects.filter(
        translation_key=OuterRef("translation_key"), website=OuterRef("website"), is_translation=False, live=True
    )
    newest = Subquery(sources.order_by("-last_published_at").values("last_published_at")[:1])
    found = SitePage.objects.shown().of(website).filter(is_translation=True).select_related("website")
    found = found.annotate(source_published_at=newest, follows=Coalesce("follows_at", "last_published_at"))
    return found.filter(source_published_at__gt=F("follows")).order_by("source_published_at", "pk")


def list_ways(website: Website, language: str, path: str) -> dict[str, SitePage]:
    """The shown pages at the same path in other languages: for a reader whose language lacks the page."""
    found: dict[str, SitePage] = {}
    leaf = path.rstrip("/").rpartition("/")[2] or website.slug
    rest = f"{website.slug}/" + (f"{path}/" if path else "")
    note(*(tags.at(f"/{code}/{rest}") for code in get_country().language_codes))
    for page in list_shown().filter(website=website, slug=leaf):
        _empty, other, way = page.url_path.split("/", 2)
        if other != language and way == rest:
            found[other] = page
    return found


@dataclass(frozen=True)
class Frame:
    """What surrounds a page: its home page, the pages above it from the home page down, the entries of the menu."""

    home: SitePage
    above: Sequence[SitePage]
    menu: Sequence[SitePage]


def get_frame(page: SitePage) -> Frame:
    """The home page, ancestors and menu of a page, in one query."""
    home_path = page.path[: Page.steplen * (tags.MENU_DEPTH - 1)]
    steps = range(len(home_path), len(page.path), Page.steplen)
    paths = {page.path[:end] for end in steps} | {home_path}
    here = SitePage.objects.shown().filter(path__in=paths)
    note(tags.menu_of(page.website_id, page.locale_id))
    menu = SitePage.objects.shown().filter(
        website=page.website_id, locale=page.locale_id, depth=tags.MENU_DEPTH, show_in_menus=True
    )
    found = {each.path: each for each in (here | menu).distinct().order_by("path").select_related("website")}
    home = found.get(home_path, page)
    return Frame(
        home,
        [found[path] for path in sorted(paths - {page.path}) if path in found],
        [each for each in found.values() if each.depth == tags.MENU_DEPTH and each.show_in_menus],
    )


def list_below(page: SitePage, listed: str = "") -> SitePageQuerySet:
    """The shown pages right below one, in their order, without those that the listing of this name shows.

    Without a name: those that have no listing of their own.
    """
    known = list_listed()
    note(tags.children_of(page.url_path))
    models = [known[listed]] if listed else [*known.values()]
    return list_shown().child_of(page).not_type(*models).order_by("path")


def list_in(page: SitePage, name: str, now: datetime) -> QuerySet[Any]:
    """The shown pages in a section that stand in the listing of this name, in its order, with pictures and files.

    Those of a listing that puts last what is over carry `is_past`. Raises KeyError for an unknown name.
    """
    model = list_listed()[name]
    listed = model.listed
    assert listed is not None  # noqa: S101 - it has that name
    if listed.is_deep:
        note(tags.listed_of(name, page.website_id, page.locale_id))
        found = _with_files(model).descendant_of(page)
    else:
        note(tags.children_of(page.url_path))
        found = _with_files(model).child_of(page)
    return _put_past_last(found, model, now) if listed.is_past_last else found.order_by(*listed.order)


def _with_files(model: type[SitePage]) -> SitePageQuerySet:
    """The shown pages of a type with their websites, pictures and files."""
    reach(*tags.FILES)
    keys = {field.name: field.related_model for field in model._meta.concrete_fields if field.is_relation}  # noqa: SLF001 - Django's own way to go through fields
    pictures = [name for name, other in keys.items() if other is SiteImage]
    files = [name for name, other in keys.items() if other is SiteDocument]
    found = model.objects.shown().select_related("website", *pictures, *files)
    return found.prefetch_related(*(f"{name}__renditions" for name in pictures))


def _put_past_last(found: SitePageQuerySet, model: type[SitePage], now: datetime) -> SitePageQuerySet:
    is_past = Case(When(**{f"{model.ends}__lte": now}, then=True), default=False, output_field=BooleanField())
    found = found.annotate(is_past=is_past)
    coming = Case(When(is_past=False, then=F(model.day)))
    return found.order_by("is_past", coming, f"-{model.day}", "-pk")


def next_end(pages: QuerySet[Any], now: datetime) -> datetime | None:
    """The first instant after `now` at which one of these pages is over: its listing changes then."""
    if not pages.model.listed.is_past_last:
        return None
    ends = pages.model.ends
    found: datetime | None = pages.filter(**{f"{ends}__gt": now}).aggregate(first=Min(ends))["first"]
    return found


def list_news(home: SitePage) -> QuerySet[NewsPage]:
    """The shown news of a website in the language of its home page, the newest first."""
    return _list_of(home, "news").order_by("-happened_on", "-pk")


def list_events(home: SitePage) -> QuerySet[EventPage]:
    """The shown events of a website in the language of its home page, those that begin last first."""
    return _list_of(home, "events").order_by("-starts_at", "-pk")


def _list_of(home: SitePage, name: str) -> SitePageQuerySet:
    note(tags.listed_of(name, home.website_id, home.locale_id))
    return _with_files(list_listed()[name]).filter(website=home.website_id, locale=home.locale_id)


def list_due(now: datetime) -> list[tuple[int, datetime]]:
    """The revisions that were approved to be shown by now, in their order, each with its instant."""
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    return list(due.values_list("pk", "approved_go_live_at"))


def list_expired(now: datetime) -> list[tuple[int, datetime]]:
    """The pages that were to be taken down by now, each with its instant."""
    return list(SitePage.objects.expired(now).order_by("expire_at", "pk").values_list("pk", "expire_at"))


def find_version(page: SitePage, number: int) -> Version | None:
    """What was shown of a page under this number, with its revision."""
    return Version.objects.select_related("revision").filter(page=page.pk, number=number).first()


def list_versions(page: SitePage) -> QuerySet[Version]:
    """What was shown of a page, the newest first, with what was withdrawn since."""
    return Version.objects.filter(page=page.pk).exclude(number=None).order_by("-number")


def list_overdue(website: Website, today: date) -> SitePageQuerySet:
    """The shown pages of a website that were to be looked at again by today, the oldest first."""
    found = SitePage.objects.of(website).filter(live=True, review_on__lte=today)
    return found.select_related("owner", "locale").order_by("review_on", "pk")


def list_to_remind(website: Website, today: date) -> SitePageQuerySet:
    """Those of them about which nobody was told since their day came, or for a week."""
    told = Q(reminder__sent_on__gte=F("review_on"), reminder__sent_on__gt=today - REMIND_AGAIN)
    return list_overdue(website, today).exclude(told)


def list_holders(website: Website, roles: Iterable[Role]) -> list[User]:
    """Who holds one of the roles for the website's body now, or for the whole platform, and may sign in."""
    of_it = Q(body=website.body_id) | Q(body=None)
    held = RoleGrant.objects.filter(of_it, role__in=[role.value for role in roles], ended_at=None)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"))


def list_bundles(website: Website) -> QuerySet[Bundle]:
    """The bundles of a website, the newest first."""
    return Bundle.objects.filter(website=website).annotate(size=Count("entries"))


def get_bundle(pk: int) -> Bundle:
    """A bundle with its website; whoever asks has judged whose it is. Raises Bundle.DoesNotExist."""
    return Bundle.objects.select_related("website__body", "made_by", "approved_by").get(pk=pk)


def list_due_bundles(now: datetime) -> list[tuple[int, datetime]]:
    """The bundles that were approved to go out by now, each with its instant."""
    due = Bundle.objects.filter(state=BundleState.APPROVED, go_out_at__lte=now).order_by("go_out_at", "pk")
    return [(bundle.pk, bundle.go_out_at) for bundle in due if bundle.go_out_at is not None]


def list_drafts(website: Website) -> SitePageQuerySet:
    """The pages of a website whose newest version is not public, the newest first."""
    found = SitePage.objects.of(website).filter(has_unpublished_changes=True)
    return found.order_by("-latest_revision_created_at", "-pk")


def get_home(website: Website, language: str) -> HomePage | None:
    """The home page in a language, shown or not."""
    return HomePage.objects.filter(website=website, locale__language_code=language).first()
