"""Nothing rendered comes from a cache below the recorder of pages: what such a cache holds no tag could purge."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from codebase import SOURCE, assert_only, list_files, list_modules, parse, short
from kopir.base.access import get_decision
from kopir.pagecache.storing import find_params

COUNTERS = {
    "src/kopir/accounts/oidc/published_keys.py": "the keys that a provider publishes, and that it was asked lately",
    "src/kopir/accounts/oidc/serving.py": "codes that were used, and wrong attempts: no page shows them",
}
"""Modules that use Django's caches, each with what it keeps there."""
TAG = re.compile(r"\{%\s*(?:cache\b|load\b[^%]*\bcache\b)")
CACHES = {
    "django.core.cache",
    "django.views.decorators.cache",
    "django.middleware.cache",
    "django.template.loaders.cached",
}
NOT_KEPT = {"never_cache", "cache_control"}


def _uses_cache(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in CACHES:
            if {alias.name for alias in node.names} - NOT_KEPT:
                return True
        elif isinstance(node, ast.Import) and any(alias.name in CACHES for alias in node.names):
            return True
    return False


def test_no_template_keeps_a_part_of_a_page():
    templates = [path for path in list_files() if path.suffix == ".html" and path.is_relative_to(SOURCE)]
    assert len(templates) > 10
    assert [short(path) for path in templates if TAG.search(path.read_text("utf-8"))] == []


def test_no_room_asks_a_cache_for_what_it_shows():
    found = [short(path) for path in list_modules("src") if _uses_cache(parse(path))]
    assert_only(found, COUNTERS, "render it anew and note its tags: kopir.pagecache")


def test_no_middleware_keeps_answers():
    assert [name for name in settings.MIDDLEWARE if "cache" in name and "kopir.pagecache" not in name] == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("from django.core.cache import cache", True),
        ("def f():\n    from django.core.cache import caches", True),
        ("import django.core.cache", True),
        ("from django.views.decorators.cache import cache_page", True),
        ("from django.views.decorators.cache import never_cache", False),
        ("from functools import cache", False),
    ],
)
def test_what_counts_as_a_cache(text, is_found):
    assert _uses_cache(ast.parse(text)) is is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("{% cache 500 x %}", True), ("{% load i18n cache %}", True), ("{% load i18n %} cache", False)],
)
def test_what_counts_as_the_tag(text, is_found):
    assert bool(TAG.search(text)) is is_found


def _list_views(resolver: URLResolver) -> Iterator[Callable[..., Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _list_views(entry)
        else:
            yield entry.callback


def test_only_pages_for_everyone_may_be_kept():
    kept = [view for view in _list_views(get_resolver()) if find_params(view) is not None]
    assert len(kept) >= 5
    assert [view.__qualname__ for view in kept if get_decision(view).who != "everyone"] == []
