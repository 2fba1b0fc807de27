"""The addresses below `/edit/`: choosing the website, and Wagtail's administration behind a door for each address.

They stand before the code of a language, since Wagtail's pages are in that of the person.
"""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin.urls import urlpatterns as wagtail_patterns

from kopir.websites import views_edit, views_versions
from kopir.websites.admin_addresses import OPEN
from kopir.websites.admin_door import guard, open_door
from kopir.websites.listing import LISTS
from kopir.websites.views_bundles import VIEWS
from kopir.websites.views_shared import show_shared
from kopir.websites.writing import edit_page, revert_page

INSTEAD = {
    "wagtailadmin_explore_root": views_edit.show_pages,
    "wagtailadmin_pages:edit": open_door(OPEN["wagtailadmin_pages:edit"], edit_page),
    "wagtailadmin_pages:revisions_revert": open_door(OPEN["wagtailadmin_pages:revisions_revert"], revert_page),
    **{name: open_door(OPEN[name], view) for name, view in LISTS.items()},
    "wagtailadmin_account": views_edit.go_to_account,
    "wagtailadmin_logout": views_edit.go_to_sign_out,
}
"""What answers in the place of views of Wagtail."""

OWN = [
    path("sites/", views_edit.choose_site, name="sites"),
    path("beside/<int:page_id>/", views_edit.show_beside, name="beside"),
    path("versions/<int:page_id>/", views_versions.show_versions, name="versions"),
    path("words/", views_edit.show_words, name="words"),
    path("words/<int:word_id>/release/", views_edit.release, name="release"),
    path("overdue/", views_edit.show_overdue, name="overdue"),
    path("shared/", show_shared, name="shared"),
    path("bundles/", VIEWS["bundles"], name="bundles"),
    path("bundles/add/", VIEWS["bundle_add"], name="bundle_add"),
    path("bundles/<int:bundle_id>/", VIEWS["bundle"], name="bundle"),
    path("bundles/<int:bundle_id>/edit/", VIEWS["bundle_edit"], name="bundle_edit"),
    path("bundles/<int:bundle_id>/approve/", VIEWS["bundle_approve"], name="bundle_approve"),
    path("bundles/<int:bundle_id>/withdraw/", VIEWS["bundle_withdraw"], name="bundle_withdraw"),
]
"""Pages of ours; those that name anything of a website are opened in `admin_addresses` like Wagtail's."""

urlpatterns = [
    path("", include((OWN, "editing"))),
    *guard(wagtail_patterns, INSTEAD),
]
