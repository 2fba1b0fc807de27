"""Which address is which page on a website's own domain: its pages, its statement, and what every page is made of.

Nothing else.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from kopir.websites import feeds

from . import pages, security_txt

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kopir.design.urls_plain")),
    path("", include("kopir.bodies.urls_plain")),
    path("robots.txt", feeds.robots),
    path(security_txt.PATH, security_txt.show),
    path("sitemap.xml", feeds.map_of_maps),
    path("", include("kopir.websites.urls_plain")),
    *i18n_patterns(
        path("", include("kopir.design.urls")),
        path("", include("kopir.statements.urls_site")),
        path("", include("kopir.websites.urls_site")),
    ),
]

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.page_not_found
handler500 = pages.server_error
