"""The addresses below `/edit/`: choosing the website, and Wagtail's administration behind a door for each address.

They stand before the code of a language, since Wagtail's pages are in that of the person.
"""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin.urls import urlpatterns as wagtail_patterns

from kopir.websites import views_edit
from kopir.websites.admin_addresses import OPEN
from kopir.websites.admin_door import guard, open_door
from kopir.websites.listing import LISTS
from kopir.websites.writing import edit_page

INSTEAD = {
    "wagtailadmin_explore_root": views_edit.show_pages,
    "wagtailadmin_pages:edit": open_door(OPEN["wagtailadmin_pages:edit"], edit_page),
    **{name: open_door(OPEN[name], view) for name, view in LISTS.items()},
    "wagtailadmin_account": views_edit.go_to_account,
    "wagtailadmin_logout": views_edit.go_to_sign_out,
}
"""What answers in the place of views of Wagtail."""

own = [
    path("sites/", views_edit.choose_site, name="sites"),
    path("beside/<int:page_id>/", views_edit.show_beside, name="beside"),
    path("words/", views_edit.show_words, name="words"),
    path("words/<int:word_id>/release/", views_edit.release, name="release"),
]
urlpatterns = [
    path("", include((own, "editing"))),
    *guard(wagtail_patterns, INSTEAD),
]
