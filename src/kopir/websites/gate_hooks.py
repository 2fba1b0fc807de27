"""Tells who writes what the gate has found, each time a draft is saved; `wagtail_hooks` reads this module."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from kopir.websites.gate import findings_for_admin
from kopir.websites.models import SitePage


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell(request: HttpRequest, page: Page) -> None:
    """Say what was found, as a list: in yellow what has to be repaired, in blue what would be better."""
    if not isinstance(page, SitePage):
        return
    found = findings_for_admin(page)
    must = [one["message"] for one in found if one["is_must"]]
    better = [one["message"] for one in found if not one["is_must"]]
    if must:
        messages.warning(request, _list(_("Before this page is published, repair this:"), must))
    if better:
        messages.info(request, _list(_("This would make the page better:"), better))


def _list(title: str, sentences: list[str | Promise]) -> SafeString:
    lines = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in sentences))
    return format_html("{}<ul>{}</ul>", title, lines)
