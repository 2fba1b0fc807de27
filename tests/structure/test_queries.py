"""No page of the portal takes more than 8 queries, whoever opens it: every page whose address has no arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from codebase import assert_only
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.models import Body
from kopir.bodies.pack import read_pack
from people import browser, make_person, show_factor, sign_in

MOST = 8
ARGUMENTS = re.compile(r"[<(\[*+?]")
LIBRARY = "/edit/"
"""Wagtail's lists, choosers and reports are a library's pages, for few people."""
PLATFORM = (Role.PLATFORM_OPERATOR, Role.AUDITOR)
PAGES = {"stranger": 8, "citizen": 20, "staff of a body": 28, "operator and auditor": 32}
"""Who opens how many pages, at the least."""
EXCUSED = {
    "/en/account/factors/app/remove/": "the library asks what factors there are once for each of its own checks",
    "/en/account/factors/passkeys/add/": "the library asks as well, and the challenge is written into the session",
    "/en/manage/audit/": "asks for the names of what its rows speak of, once for each kind of thing",
}


def list_addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address without arguments, however deep it is included."""
    for entry in patterns:
        route = str(entry.pattern).removesuffix("\\Z").removesuffix("$")
        if ARGUMENTS.search(route):
            continue
        address = before + route.removeprefix("^").replace("\\", "")
        if isinstance(entry, URLResolver):
            yield from list_addresses(entry.url_patterns, address)
        else:
            yield address


def come(who: str) -> Client:
    """A browser in which one of `PAGES` has signed in."""
    client = browser()
    if who == "stranger":
        return client
    body = Body.objects.filter(kind="ministry").first()
    grants: dict[str, list[tuple[Role, Body | None]]] = {
        "citizen": [],
        "staff of a body": [(role, body) for role in Role if role not in PLATFORM],
        "operator and auditor": [(role, None) for role in PLATFORM],
    }
    user = make_person(f"{who.replace(' ', '-')}@example.org", grants=grants[who], factor=True)
    sign_in(client, user)
    show_factor(client, user)
    return client


def count_queries(client: Client, address: str) -> int:
    """How many queries a page takes once the process has read what it keeps; 0 for what answers with no page."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return sum("SAVEPOINT" not in one["sql"] for one in asked) if is_page else 0


@pytest.fixture
def kz(db, settings) -> None:
    settings.KOPIR_COUNTRY = "kz"
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=clock.now())


def test_no_page_takes_more_than_8_queries(kz):
    addresses = {one for one in list_addresses(get_resolver().url_patterns) if not one.startswith(LIBRARY)}
    assert {"/en/", "/en/account/", "/en/manage/people/", "/en/calendar/"} <= addresses
    found: dict[str, str] = {}
    for who, least in PAGES.items():
        client = come(who)
        counts = {address: count_queries(client, address) for address in sorted(addresses)}
        assert sum(map(bool, counts.values())) > least, "most pages do not open"
        found |= {address: f"{address}: {count} for a {who}" for address, count in counts.items() if count > MOST}
    assert_only(found, EXCUSED, "; ".join(found.values()))
