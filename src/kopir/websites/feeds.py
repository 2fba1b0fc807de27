"""What machines read of websites: news as RSS 2.0, events as iCalendar, budgets as CSV, maps, robots.txt.

Each is the same on a website's own domain and under the portal, with the addresses that hold there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.bodies.queries import get_country
from kopir.pagecache.recorder import note
from kopir.pagecache.storing import storable
from kopir.websites import addresses, queries, tags
from kopir.websites.budgets import write_csv
from kopir.websites.calendars import Entry, write_calendar
from kopir.websites.languages import list_alternates
from kopir.websites.models import BudgetPage, EventPage, SitePage, Website, WebsiteState

FEED_SIZE: Final = 30
CALENDAR_SIZE: Final = 300
MAP_SIZE: Final = 50_000
"""As many addresses as one map may hold, by the protocol."""

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Signs that XML 1.0 cannot hold (2.2)."""


class Feed(Rss201rev2Feed):
    """A feed that says the same until something in it changes, also while it is empty."""

    def latest_post_date(self) -> datetime:
        if self.items:
            return super().latest_post_date()
        made_at: datetime = self.feed["made_at"]
        return made_at


@storable()
@everyone
@require_safe
def news_feed(request: HttpRequest, site: str = "") -> HttpResponse:
    """The newest news of a website in one language."""
    website = _website(request, site)
    home = queries.find_page(website, get_language() or "", "")
    if home is None:
        raise Http404
    feed = Feed(
        made_at=home.first_published_at,
        title=_writable(home.title),
        link=addresses.full_address_of(home),
        description=_writable(home.summary or home.title),
        language=get_language(),
        feed_url=addresses.full_address_of(home) + "feed.xml",
    )
    zone = get_country().zone
    for item in queries.list_news(home)[:FEED_SIZE]:
        feed.add_item(
            title=_writable(item.title),
            link=addresses.full_address_of(item),
            description=_writable(item.summary),
            unique_id=f"urn:uuid:{item.translation_key}",
            unique_id_is_permalink=False,
            pubdate=datetime.combine(item.happened_on, time(), zone),
            updateddate=item.last_published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@storable()
@everyone
@require_safe
def site_calendar(request: HttpRequest, site: str = "") -> HttpResponse:
    """The events of a website in one language, as a calendar to follow."""
    website = _website(request, site)
    home = queries.find_page(website, get_language() or "", "")
    if home is None:
        raise Http404
    return _calendar(home.title, queries.list_events(home)[:CALENDAR_SIZE])


@storable()
@everyone
@require_safe
def event_calendar(request: HttpRequest, path: str, site: str = "") -> HttpResponse:
    """One event, to be put into a calendar."""
    page = queries.find_page(_website(request, site), get_language() or "", path)
    if not isinstance(page, EventPage):
        raise Http404
    return _calendar(page.title, [page])


def _calendar(name: str, events: Iterable[EventPage]) -> HttpResponse:
    entries = [
        Entry(
            uid=f"urn:uuid:{event.translation_key}",
            title=event.title,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            changed_at=event.last_published_at or event.starts_at,
            address=addresses.full_address_of(event),
            text=event.summary,
            place=event.place,
        )
        for event in events
    ]
    return HttpResponse(write_calendar(name, entries), content_type="text/calendar; charset=utf-8")


@storable()
@everyone
@require_safe
def budget_table(request: HttpRequest, path: str, site: str = "") -> HttpResponse:
    """The rows of one budget; the sign that it begins with tells programs for sheets that it is UTF-8."""
    page = queries.find_page(_website(request, site), get_language() or "", path)
    if not isinstance(page, BudgetPage) or not page.budget.rows:
        raise Http404
    answer = HttpResponse(write_csv(page.budget).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{page.slug}-{page.year}.csv"'
    return answer


@dataclass(frozen=True)
class Place:
    """One page in a map: its address, when it changed, and the same page in every language (tag, address)."""

    address: str
    changed_at: datetime | None
    alternates: tuple[tuple[str, str], ...]


@storable()
@everyone
@require_safe
def site_map(request: HttpRequest, site: str = "") -> HttpResponse:
    """The map of one website."""
    website = _website(request, site)
    note(tags.pages_of(website.pk))
    pages = queries.list_shown().of(website).order_by("path")[:MAP_SIZE]
    text = render_to_string("websites/sitemap.xml", {"places": list_places(pages)})
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@storable()
@everyone
@require_safe
def map_of_maps(request: HttpRequest) -> HttpResponse:
    """The maps of all websites under the portal; on a website's own domain its own map."""
    if getattr(request, "website", None) is not None:
        return site_map(request)
    websites = queries.list_websites().filter(state=WebsiteState.OPEN, domain_proven_at=None)
    maps = [f"{addresses.portal_origin()}/sitemaps/{website.slug}.xml" for website in websites[:MAP_SIZE]]
    text = render_to_string("websites/sitemaps.xml", {"maps": maps})
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@storable()
@everyone
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What programs that gather pages may ask for, and where the map is."""
    website: Website | None = getattr(request, "website", None)
    host = addresses.host_of(website) if website else addresses.portal_origin()
    lines = ["User-agent: *", "Disallow: /edit/", "Disallow: /*/account/", "Disallow: /*/manage/"]
    text = "\n".join([*lines, "", f"Sitemap: {host}/sitemap.xml", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def list_places(pages: Iterable[SitePage]) -> list[Place]:
    """Each page with its other languages and scripts, for the map."""
    pages = list(pages)
    groups: dict[UUID, dict[str, str]] = defaultdict(dict)
    for page in pages:
        groups[page.translation_key][page.url_path.split("/", 2)[1]] = addresses.full_address_of(page)
    found = {key: tuple(list_alternates(group)) for key, group in groups.items()}
    return [
        Place(addresses.full_address_of(page), page.last_published_at, found[page.translation_key]) for page in pages
    ]


def _writable(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _website(request: HttpRequest, slug: str) -> Website:
    website: Website | None = getattr(request, "website", None)
    found = website or (queries.find_website(slug) if slug else None)
    if found is None or found.state != WebsiteState.OPEN or (website is None and found.own_host):
        raise Http404
    return found
