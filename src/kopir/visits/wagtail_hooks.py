"""The way to the counts in the menu of the editors; Wagtail reads this module by its name."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kopir.visits.rules import bodies_of
from kopir.websites.rights import find_rights


@hooks.register("construct_main_menu", order=100)  # type: ignore[untyped-decorator]  # after `websites` has chosen what stays
def add_visits(request: HttpRequest, items: list[MenuItem]) -> None:
    """For who works on the acting website; who operates the platform and acts for it sees no counts."""
    rights = find_rights(request.user)
    if rights is not None and rights.website.body_id in bodies_of(rights.actor):
        address = reverse("visits:show", args=[rights.website.slug])
        items.append(MenuItem(_("Visits"), address, name="visits", icon_name="view", order=320))
