"""In the administration: the way to the counts, and the count of each page; Wagtail reads this module by its name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from kopir.base import clock
from kopir.bodies.queries import get_country
from kopir.visits.columns import ViewsColumn
from kopir.visits.queries import count_page_views
from kopir.visits.rules import bodies_of
from kopir.websites.listing import COLUMNS
from kopir.websites.models import SitePage, Website
from kopir.websites.rights import Rights, find_rights


@hooks.register("construct_main_menu", order=100)  # type: ignore[untyped-decorator]  # after `websites` has chosen what stays
def add_visits(request: HttpRequest, items: list[MenuItem]) -> None:
    """For who works on the acting website; who operates the platform and acts for it sees no counts."""
    website = _seen_website(find_rights(request.user))
    if website is not None:
        items.append(MenuItem(_("Visits"), _address_of(website), name="visits", icon_name="view", order=320))


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]  # Wagtail has no types
def show_views(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:  # noqa: ANN401
    """How often this page of the acting website was read, for the same people; it leads to all counts."""
    website = _seen_website(find_rights(user))
    if website is None or not isinstance(page, SitePage) or page.website_id != website.pk:
        return []
    count = count_page_views(website, [page.pk], clock.today(get_country().zone)).get(page.pk, 0)
    label = f"{_('Page views in the last 30 days')}: {count}"
    return [Button(label, _address_of(website), icon_name="view", priority=67)]


def show_views_of_all(rights: Rights) -> ViewsColumn | None:
    """How often each page of a list was read, for the same people."""
    website = _seen_website(rights)
    return ViewsColumn(website, clock.today(get_country().zone)) if website is not None else None


COLUMNS.add("views", show_views_of_all)


def _seen_website(rights: Rights | None) -> Website | None:
    """The acting website, where its counts are for the person to see."""
    return rights.website if rights is not None and rights.website.body_id in bodies_of(rights.actor) else None


def _address_of(website: Website) -> str:
    return reverse("visits:show", args=[website.slug])
