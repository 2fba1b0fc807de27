"""Which address is which page. Each room brings its own list; every view in it carries a decision on who may open it.

`/health/` and `/metrics` are for machines and have no language; `/edit/` is in that of the person who edits; all other
pages stand behind the code of theirs.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from . import health, metrics, pages, security_txt

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.show, name="metrics"),
    path(security_txt.PATH, security_txt.show, name="security-txt"),
    path("", include("kopir.design.urls_plain")),
    path("", include("kopir.accounts.urls_plain")),
    path("", include("kopir.bodies.urls_plain")),
    path("", include("kopir.websites.urls_plain")),
    path("", include("kopir.duties.urls_machines")),
    path("", include("kopir.statements.urls_machines")),
    path("", include("kopir.websites.urls_machines")),
    path("edit/template/", include("kopir.upgrading.urls_edit")),
    path("edit/", include("kopir.websites.urls_edit")),
    *i18n_patterns(
        path("", include("kopir.design.urls")),
        path("", include("kopir.accounts.urls")),
        path("", include("kopir.search.urls")),
        path("", include("kopir.bodies.urls")),
        path("", include("kopir.audit.urls")),
        path("", include("kopir.notices.urls")),
        path("", include("kopir.banners.urls")),
        path("", include("kopir.inquiries.urls")),
        path("", include("kopir.statements.urls")),
        path("", include("kopir.base.urls")),
        path("", include("kopir.duties.urls")),
        path("", include("kopir.visits.urls")),
        path("", include("kopir.upgrading.urls")),
        path("", include("kopir.websites.urls")),
    ),
]

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.page_not_found
handler500 = pages.server_error
