"""Whether things belong to a website: kind by kind, own and foreign."""

from __future__ import annotations

import pytest
from django.db import connection
from wagtail.models import Page

from editing import use_real_doors
from kopir.base.actors import Actor
from kopir.websites.belonging import TESTS, belongs, linkable
from kopir.websites.rights import Rights
from kopir.websites.rules import EDITING
from tenants import Tenant

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")
THINGS = {
    "page": lambda of: of.draft.pk,
    "inner page": lambda of: of.draft.pk,
    "folder": lambda of: of.section.pk,
    "target": lambda of: of.draft.pk,
    "image": lambda of: of.image.pk,
    "document": lambda of: of.document.pk,
    "collection": lambda of: of.collection.pk,
    "revision": lambda of: of.revision.pk,
    "version": lambda of: of.revision.pk,
    "task state": lambda of: of.task_state.pk,
    "review": lambda of: of.state.pk,
    "editing": lambda of: of.session.pk,
    "upload": lambda of: of.upload_image.pk,
    "word": lambda of: of.word.pk,
    "bundle": lambda of: of.bundle.pk,
}


@pytest.fixture
def tenants(education, finance, settings):
    use_real_doors(settings)
    return Tenant(education, "alphamarkq"), Tenant(finance, "betamarkq")


@pytest.fixture
def rights(tenants):
    a, _b = tenants
    return Rights(a.website, EDITING, Actor("person", str(a.editor.pk)))


def test_own_things_belong_and_those_of_others_do_not(tenants, rights):
    a, b = tenants
    assert set(THINGS) == set(TESTS) - {"task"}
    for kind, find in THINGS.items():
        assert belongs(rights, kind, find(a)), kind
        assert not belongs(rights, kind, find(b)), kind


def test_what_is_the_same_for_all(tenants, rights):
    a, b = tenants
    assert a.task.pk == b.task.pk
    assert belongs(rights, "task", a.task.pk)
    assert not belongs(rights, "task", 999_999)
    assert belongs(rights, "version", "live")
    assert not belongs(rights, "revision", "live")


def test_the_pages_above_all_websites_are_looked_at_and_not_touched(tenants, rights):
    top = Page.get_first_root_node()
    for page in (top, *top.get_children()):
        assert belongs(rights, "folder", page.pk)
        assert not belongs(rights, "page", page.pk)


def test_a_home_page_is_no_inner_page(tenants, rights):
    a, _b = tenants
    home = a.section.get_parent()
    assert belongs(rights, "page", home.pk)
    assert not belongs(rights, "inner page", home.pk)


def test_links_may_lead_to_what_the_public_sees_and_to_nothing_below_a_hidden_page(tenants, rights):
    _a, b = tenants
    assert belongs(rights, "target", b.live.pk)
    Page.objects.filter(pk=b.section.pk).update(live=False)
    assert not belongs(rights, "target", b.live.pk)
    assert b.live.pk not in set(linkable(rights).values_list("pk", flat=True))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables as a whole, index or not")
def test_what_stands_above_a_page_is_found_by_an_index(rights):
    plan = linkable(rights).explain()
    assert "(path=?)" in plan
    assert "SCAN U0" not in plan


def test_the_website_of_a_closed_body_is_no_target(tenants, rights):
    _a, b = tenants
    b.website.state = "archived"
    b.website.save()
    assert not belongs(rights, "target", b.live.pk)


@pytest.mark.parametrize("value", ["", "0", "-1", "1e3", "١", "9" * 40, "1 OR 1=1", None, "live"])
def test_what_is_no_number_belongs_to_nobody(rights, value):
    for kind in set(TESTS) - {"version"}:
        if kind != "editing" or value != "0":
            assert not belongs(rights, kind, value), kind


def test_a_path_that_begins_alike_is_another_website(tenants, rights):
    a, b = tenants
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_collection SET path = %s WHERE id = %s", ["00010099", b.collection.pk])
    assert not belongs(rights, "collection", b.collection.pk)
    assert belongs(rights, "collection", a.collection.pk)
