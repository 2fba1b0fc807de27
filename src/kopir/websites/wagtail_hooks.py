"""What Wagtail's administration shows and leaves out here, by its own hooks; it reads this module by its name."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, PublishMenuItem, SubmitForModerationMenuItem, WorkflowMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from kopir.websites import gate_hooks  # noqa: F401 - registers what the gate says
from kopir.websites.belonging import linkable
from kopir.websites.dictionary import list_languages
from kopir.websites.editing import silence
from kopir.websites.errors import TooEarlyError
from kopir.websites.linking import ShownPageLink
from kopir.websites.listing import SitePages, site_pages
from kopir.websites.models import LanguageRoot
from kopir.websites.models.review import tell_publishing
from kopir.websites.panels import BereftPanel, DraftsPanel, StalePanel, WorkingForPanel, waiting_panel
from kopir.websites.rights import find_rights

MENU = frozenset({"images", "documents"})
"""What stays of Wagtail's menu; the rest leads to closed addresses, or asks the closed API."""

# Wagtail's own letters would be sent within a request; its administration has connected them by now.
silence()
# No actions on many objects at once: their addresses are closed.
bulk_action_registry.has_scanned_for_bulk_actions = True


class SubmitItem(SubmitForModerationMenuItem):
    """Submitting, in the words of this platform: the name of the one workflow says nothing to an editor."""

    def get_context_data(self, parent_context: Any) -> Any:  # noqa: ANN401 - Wagtail's
        context = super().get_context_data(parent_context)
        context["label"] = _("Submit for review")
        return context


@hooks.register("register_admin_viewset")
def register_pages() -> SitePages:
    """Our list of pages in the place of Wagtail's."""
    return site_pages


@hooks.register("construct_main_menu")
def choose_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Pages, pictures, files, and the way to another website."""
    items[:] = [
        MenuItem(_("Pages"), reverse("wagtailadmin_explore_root"), name="pages", icon_name="doc-empty", order=100),
        *(item for item in items if item.name in MENU),
        *([_words_item()] if list_languages() else []),
        MenuItem(_("Bundles"), reverse("editing:bundles"), name="bundles", icon_name="folder-open-1", order=300),
        MenuItem(_("Shared texts"), reverse("editing:shared"), name="shared", icon_name="snippet", order=305),
        MenuItem(
            _("To be looked at again"), reverse("editing:overdue"), name="overdue", icon_name="history", order=310
        ),
        MenuItem(_("Websites"), reverse("editing:sites"), name="websites", icon_name="site", order=900),
    ]


def _words_item() -> MenuItem:
    return MenuItem(_("The other script"), reverse("editing:words"), name="words", icon_name="edit", order=800)


@hooks.register("construct_homepage_panels")
def choose_panels(request: HttpRequest, panels: list[Any]) -> None:
    """For whom one works, what waits for review, what is not published yet: all of the acting website."""
    panels[:] = [WorkingForPanel(), waiting_panel(), DraftsPanel(), BereftPanel(), StalePanel()]


@hooks.register("construct_homepage_summary_items", order=1000)  # after those that put theirs in
def choose_numbers(request: HttpRequest, items: list[Any]) -> None:
    """Not the number of pages: Wagtail counts those of all websites, drafts too."""
    items[:] = [item for item in items if not isinstance(item, PagesSummaryItem)]


@hooks.register("construct_page_action_menu")
def choose_actions(items: list[ActionMenuItem], request: HttpRequest, context: Any) -> None:  # noqa: ANN401 - Wagtail's
    """Publishing goes through the review: what is saved in the editor was written in the editor."""
    for item in items:
        if isinstance(item, WorkflowMenuItem) and item.name == "approve":
            item.label = tell_publishing(is_faulty=item.launch_modal)  # Wagtail adds "and Publish"
    items[:] = [
        SubmitItem(item.order) if isinstance(item, SubmitForModerationMenuItem) else item
        for item in items
        if not isinstance(item, PublishMenuItem)
    ]


@hooks.register("construct_page_chooser_queryset")
def choose_targets(pages: Any, request: HttpRequest) -> Any:  # noqa: ANN401 - querysets of Wagtail's
    """Links lead to pages of one's own website, and to what the public sees of others."""
    rights = find_rights(request.user)
    if rights is None:
        return pages.none()
    above = Q(pk__in=LanguageRoot.objects.values("pk")) | Q(depth=1)
    return pages.filter(above | Q(pk__in=linkable(rights).values("pk")))


@hooks.register("register_page_header_buttons")
def lead_to_versions(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:  # noqa: ANN401
    """To the versions that the public has read, for who may withdraw one."""
    rights = find_rights(user)
    if rights is None or not rights.may_administer or not page.live_revision_id:
        return []
    address = reverse("editing:versions", args=[page.pk])
    return [Button(_("Versions of this page"), address, icon_name="history", priority=66)]


@hooks.register("before_publish_page")
def refuse_own_work(request: HttpRequest, page: Page) -> HttpResponse:
    """Wagtail's editor publishes what it has just saved, and so what the person wrote: never, whoever it is."""
    messages.error(request, TooEarlyError().message())
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("register_rich_text_features", order=1000)  # after Wagtail's own
def link_to_shown_pages(features: Any) -> None:  # noqa: ANN401 - Wagtail's registry
    """In texts, too, a link leads only to what the public sees."""
    features.register_link_type(ShownPageLink)


@hooks.register("insert_global_admin_js")
def add_script() -> str:
    """Starts what Wagtail starts by inline scripts."""
    return str(format_html('<script src="{}"></script>', static("websites/administration.js")))


@hooks.register("insert_global_admin_css")
def add_style() -> str:
    """The few rules of ours among Wagtail's."""
    return str(format_html('<link rel="stylesheet" href="{}">', static("websites/administration.css")))
