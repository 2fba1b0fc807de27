"""Every address of the administration, filled with another website's things: nothing comes back and nothing changes.

The addresses come from the resolver, so that what a new Wagtail brings is walked as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from editing import act_for, make_editor, use_real_doors
from kopir.accounts.actions import end_role
from kopir.accounts.models import RoleGrant, Session
from kopir.base.actors import Role
from kopir.pagecache.statements import parse
from kopir.websites import admin_door
from kopir.websites.admin_addresses import OPEN
from tenants import Call, Tenant, fill, list_patterns

# Wagtail leaves the temporary file of a picture in another size to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")
REPLACED = {"wagtailadmin_account", "wagtailadmin_logout", "editing:sites"}
"""Views of ours that name nothing of a website."""
WRITES = {
    "editing:words",
    "editing:versions",
    "editing:release",
    "editing:bundle_add",
    "editing:bundle_edit",
    "editing:bundle_approve",
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:edit",
    "wagtailadmin_pages:copy",
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:unpublish",
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_editing_sessions:ping",
    "wagtailimages:add",
    "wagtailimages:edit",
    "wagtailimages:delete",
    "wagtailimages:add_multiple",
    "wagtailimages_chooser:create",
    "wagtaildocs:add",
    "wagtaildocs:edit",
    "wagtaildocs:delete",
    "wagtaildocs:add_multiple",
    "wagtaildocs_chooser:create",
}
"""Addresses whose valid form changes something: the walk as the owner shows that it is valid."""


def list_calls(of: Tenant) -> Iterator[Call]:
    """Every call of every pattern below /edit/."""
    (below,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "edit/"]
    for name, pattern in list_patterns(below.url_patterns):
        if pattern.name:
            yield from fill(name, pattern, of)


def ask(client: Client, call: Call, method: str) -> Any:
    """The answer to a call."""
    client.raise_request_exception = False  # a view that breaks is one of the faults
    path = reverse(call.name, args=call.args or None, kwargs=dict(call.kwargs) or None)
    if method == "get":
        return client.get(path, call.query)
    asked = "&".join(f"{name}={value}" for name, value in call.query.items())
    ajax = {"x-requested-with": "XMLHttpRequest"} if "multiple" in call.name else {}
    return client.post(f"{path}?{asked}", call.data, headers=ajax)


def text_of(answer: Any) -> str:
    """Headers and body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join([*(f"{name}: {value}" for name, value in answer.items()), body.decode("utf-8", "replace")])


@pytest.fixture
def tenants(education, finance, settings):
    """A, and B whose things are asked for."""
    use_real_doors(settings)
    settings.RATELIMIT = None
    return Tenant(education, "alphamarkq"), Tenant(finance, "betamarkq")


@contextmanager
def watch_writes() -> Iterator[set[str]]:
    """The tables that were written since it was cleared; sessions are nobody's."""
    written: set[str] = set()

    def see(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        written.update(parse(str(sql)).writes - {Session._meta.db_table})
        return execute(sql, params, many, context)

    with connection.execute_wrapper(see):
        yield written


@pytest.fixture
def callers(tenants, system, now):
    """By who they are, those who must not see anything of B: signed in when they are asked for."""
    a, b = tenants
    return {
        "A's editor": lambda: a.client,
        "A's publisher": lambda: make_editor("publisher", [(Role.PUBLISHER, a.website)])[1],
        "A's administrator": lambda: a.administrators_client,
        "an editor of B whose role ended": lambda: sign_in_who_left(a, b, system, now),
        "an administrator of both who acts for A": lambda: sign_in_for_both(a, b),
    }


def sign_in_who_left(a: Tenant, b: Tenant, system: Any, now: Any) -> Client:
    gone, ended = make_editor("gone", [(Role.EDITOR, b.website), (Role.EDITOR, a.website)])
    act_for(ended, b.website)
    assert ended.get("/edit/").status_code == 200
    end_role(grant=RoleGrant.objects.get(user=gone, body=b.website.body), actor=system, now=now)
    return ended


def sign_in_for_both(a: Tenant, b: Tenant) -> Client:
    _user, both = make_editor(
        "both", [(Role.SITE_ADMINISTRATOR, a.website), (Role.SITE_ADMINISTRATOR, b.website), (Role.OFFICER, None)][:2]
    )
    act_for(both, a.website)
    return both


def walk(client: Client, b: Tenant, words: str) -> list[str]:
    """What goes wrong when this person asks for B's things everywhere; B is looked at after whatever has written."""
    faults, before = [], b.dump()
    with watch_writes() as written:
        for call in list_calls(b):
            for method in ("get", "post"):
                written.clear()
                answer = ask(client, call, method)
                where = f"{words}: {method} {call.name} {dict(call.kwargs)} {dict(call.query)} -> {answer.status_code}"
                if b.marker in text_of(answer):
                    faults.append(f"{where}: shows B's marker")
                if written and (after := b.dump()) != before:
                    faults.append(f"{where}: changes B")
                    before = after
                if answer.status_code >= 500:
                    faults.append(f"{where}: breaks")
    return faults


@pytest.mark.parametrize("who", ["A's editor", "A's publisher", "A's administrator"])
def test_nobody_of_a_sees_or_changes_anything_of_b(tenants, callers, who):
    faults = walk(callers[who](), tenants[1], who)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", ["an editor of B whose role ended", "an administrator of both who acts for A"])
def test_nor_does_who_may_elsewhere_or_might_before(tenants, callers, who):
    faults = walk(callers[who](), tenants[1], who)
    assert not faults, "\n".join(faults)


def test_the_same_calls_succeed_for_b(tenants):
    _a, b = tenants
    faults, before = [], b.dump()
    for call in list_calls(b):
        for method in ("get", "post"):
            with transaction.atomic(), watch_writes() as written:
                is_personal = {"uploaded_file_id", "session_id"} & set(call.kwargs)
                client = b.client if is_personal else b.administrators_client
                answer = ask(client, call, method)
                has_changed = bool(written) and b.dump() != before
                transaction.set_rollback(True)
            is_open = call.name in OPEN or call.name in REPLACED
            good = {200, 302, 405} if is_open else {404}
            where = f"{method} {call.name} {dict(call.kwargs)} {dict(call.query)} -> {answer.status_code}"
            if answer.status_code not in good:
                faults.append(where)
            if method == "post" and call.name in WRITES and not has_changed:
                faults.append(f"{where}: changes nothing {text_of(answer)[-300:]}")
    assert not faults, "\n".join(faults)


def test_the_walk_finds_an_open_door(tenants, callers, monkeypatch):
    monkeypatch.setattr(admin_door, "is_admitted", lambda *_args: True)
    faults = "\n".join(walk(callers["A's editor"](), tenants[1], "A's editor"))
    assert "shows B's marker" in faults


def test_a_pattern_without_a_filler_is_noticed(tenants):
    from django.urls import path

    with pytest.raises(KeyError, match="new_thing_id"):
        fill("wagtailadmin_pages:new", path("new/<int:new_thing_id>/", lambda request: HttpResponse()), tenants[1])


def test_every_open_address_exists():
    (below,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "edit/"]
    names = {name for name, _pattern in list_patterns(below.url_patterns)}
    assert set(OPEN) <= names, "Wagtail has these no more: take them from the list"
