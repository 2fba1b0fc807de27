"""One `Site` of Wagtail stands for all websites, so nothing may ask it which website it is: ADR 13.

Looking a `Site` up costs the more the more there are, and the platform's answer would be the same for every body.
"""

from __future__ import annotations

import ast
import re

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from codebase import ROOT, SOURCE, list_files, list_modules, parse, short

BANNED = re.compile(
    r"wagtail\.(contrib\.(settings|redirects|sitemaps|search_promotions|frontend_cache|routable_page)|api)(\.|$)"
)
ASKERS = {
    "find_for_request",
    "get_site",
    "get_site_root_paths",
    "_get_site_root_paths",
    "_get_relevant_site_root_paths",
}
KNOWS_SITE = {"src/kopir/websites/actions/sites.py"}
"""The one module that handles the row `Site`: it makes it."""
TAGS = re.compile(r"\{%-?\s*(pageurl|slugurl|fullpageurl|wagtail_site)\b")


def _imports(tree: ast.AST) -> set[str]:
    """Whatever is imported, each as its whole dotted name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _asks(tree: ast.AST) -> set[str]:
    """What of Wagtail that asks `Site` a module imports or calls."""
    imported = {name for name in _imports(tree) if BANNED.match(name)}
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ASKERS}
    return imported | called


def test_no_module_asks_wagtail_which_site_it_is():
    found = {short(path): asked for path in list_modules("src") if (asked := _asks(parse(path)))}
    assert not found


def test_one_module_handles_the_row():
    assert {short(path) for path in list_modules("src") if "wagtail.models.Site" in _imports(parse(path))} == KNOWS_SITE


def test_no_template_asks_it():
    templates = [path for path in list_files() if path.suffix == ".html" and path.is_relative_to(SOURCE)]
    assert templates
    assert not [str(path.relative_to(ROOT)) for path in templates if TAGS.search(path.read_text("utf-8"))]


def test_what_asks_it_is_not_installed_and_has_no_address():
    assert not [app for app in settings.INSTALLED_APPS if BANNED.match(app)]
    assert not [view for view in _views(get_resolver("kopir.config.urls")) if BANNED.match(view)]


def test_the_net_catches():
    for source in (
        "from wagtail.contrib.settings.models import BaseSiteSetting",
        "import wagtail.contrib.redirects.models",
        "from wagtail.contrib import sitemaps",
        "from wagtail.api.v2.views import PagesAPIViewSet",
        "site = Site.find_for_request(request)",
    ):
        assert _asks(ast.parse(source)), source
    assert TAGS.search("{% pageurl page %}")


def _views(resolver: URLResolver) -> list[str]:
    """The modules of all views behind an address list."""
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found += _views(entry)
        elif isinstance(entry, URLPattern):
            found.append(entry.callback.__module__)
    return found
