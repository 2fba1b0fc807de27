"""The door before each of Wagtail's views, and the policy that its pages carry."""

from __future__ import annotations

import re

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import include, path, resolve

from editing import make_editor, use_real_doors
from kopir.base.access import get_decision
from kopir.base.actors import Role
from kopir.websites.acting import ALL
from kopir.websites.admin_addresses import OPEN, Open
from kopir.websites.admin_door import guard, is_admitted
from kopir.websites.models import NewsPage, SectionPage
from kopir.websites.rights import Rights
from kopir.websites.rules import EDITING
from tenants import news_form, png

INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)(?![^>]*type="(?:application/json|text/template)")|\son[a-z]+\s*=\s*["']""", re.IGNORECASE
)


@pytest.fixture
def editor(education, finance, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.SITE_ADMINISTRATOR, education)])[1]


@pytest.fixture
def section(education):
    return SectionPage.objects.get(website=education, slug="news", locale__language_code="kk")


def policy_of(answer) -> dict[str, str]:
    """The directives of an answer's content security policy."""
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {name: value for name, _space, value in parts}


def pages_of(section):
    """Every kind of page of the administration that an editor stands on."""
    add = "/edit/pages/add/websites"
    return [
        "/edit/",
        "/edit/pages/",
        f"/edit/pages/{section.pk}/",
        f"/edit/pages/{section.pk}/edit/",
        f"/edit/pages/{section.pk}/add_subpage/",
        f"/edit/pages/{section.pk}/history/",
        f"/edit/pages/{section.pk}/copy/",
        f"/edit/pages/{section.pk}/move/",
        f"/edit/pages/{section.pk}/delete/",
        *(f"{add}/{kind}page/{section.pk}/" for kind in ("section", "news", "person", "document", "contacts")),
        "/edit/images/",
        "/edit/images/add/",
        "/edit/images/multiple/add/",
        "/edit/documents/",
        "/edit/documents/add/",
        "/edit/choose-page/",
        "/edit/choose-external-link/",
        "/edit/images/chooser/",
        "/edit/documents/chooser/",
        "/edit/pages/search/",
    ]


def test_no_page_of_the_administration_has_a_script_inline(editor, section):
    for address in pages_of(section):
        answer = editor.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert not INLINE.search(html), f"{address}: {INLINE.search(html)}"
        policy = policy_of(answer)
        assert policy["script-src"] == "'self'", address
        assert policy["style-src"] == "'self' 'unsafe-inline'", address
        assert policy["frame-ancestors"] == "'none'", address


def test_a_script_inline_would_be_found():
    assert INLINE.search("<script>initDateChooser()</script>")
    assert INLINE.search('<button onclick="x()">')
    assert not INLINE.search('<script src="/static/a.js"></script><script id="c" type="application/json">{}</script>')


def test_other_pages_of_the_portal_take_no_style_inline(education, editor):
    assert "unsafe-inline" not in editor.get("/kk/ministry-of-education/")["Content-Security-Policy"]
    assert "unsafe-inline" not in editor.get("/edit/sites/")["Content-Security-Policy"]


def test_a_preview_is_a_public_page_in_a_frame_of_the_editor(editor, section):
    editor.post(f"/edit/pages/add/websites/newspage/{section.pk}/", news_form("Story", "story"))
    page = NewsPage.objects.get(slug="story")
    answer = editor.get(f"/edit/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    assert "Words" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_every_address_is_for_staff_alone_and_the_closed_ones_for_nobody(editor):
    for address in ("", "login/", "users/", "groups/", "api/main/pages/", "test404/"):
        decision = get_decision(resolve(f"/edit/{address}").func)
        assert (decision.who, decision.roles, decision.hosts) == ("staff", frozenset(ALL), "portal")
    for address in ("login/", "password_reset/", "users/", "groups/", "workflows/list/", "reports/site-history/", "x/"):
        assert editor.get(f"/edit/{address}").status_code == 404


def test_an_address_that_a_new_wagtail_brings_is_closed():
    below = [path("new/", lambda request: HttpResponse("open"), name="new")]
    (guarded,) = guard([path("a/", include((below, "brand"), namespace="brand"))], {})
    match = guarded.resolve("a/new/")
    with pytest.raises(Http404):
        match.func(RequestFactory().get("/"))


def test_ids_are_judged_in_path_query_and_form(education, finance, operator):
    rights = Rights(education, EDITING, operator)
    own, foreign = (
        SectionPage.objects.filter(website=website, slug="news").first().pk for website in (education, finance)
    )
    asked = RequestFactory()
    page = OPEN["wagtailadmin_pages:edit"]
    assert is_admitted(page, rights, asked.get("/"), (), {"page_id": own})
    assert not is_admitted(page, rights, asked.get("/"), (), {"page_id": foreign})
    assert not is_admitted(page, rights, asked.get("/", {"parent_page_id": foreign}), (), {"page_id": own})
    assert not is_admitted(page, rights, asked.post("/", {"new_parent_page": foreign}), (), {"page_id": own})
    assert not is_admitted(page, rights, asked.get("/", {"new_parent_page": [own, foreign]}), (), {"page_id": own})
    collection = {f"image-3-{name}": finance.collection_id for name in ("collection",)}
    assert not is_admitted(Open(), rights, asked.post("/", collection), (), {})
    assert is_admitted(Open(), rights, asked.post("/", {"collection": ""}), (), {})
    compare = OPEN["wagtailadmin_pages:revisions_compare"]
    assert is_admitted(compare, rights, asked.get("/"), (str(own), "live", "latest"), {})
    assert not is_admitted(compare, rights, asked.get("/"), (str(own), "live", "999999"), {})


def test_a_view_that_is_open_for_some_values_is_closed_for_others(editor, section):
    assert editor.get(f"/edit/pages/add/wagtailcore/page/{section.pk}/").status_code == 404
    assert editor.get(f"/edit/pages/add/websites/homepage/{section.pk}/").status_code in (302, 403)


def test_what_writes_stands_or_falls_with_its_row(editor, monkeypatch):
    from kopir.websites import recording
    from kopir.websites.models import SiteImage

    monkeypatch.setattr(recording, "record", lambda **_fields: 1 / 0)
    editor.raise_request_exception = False
    assert editor.post("/edit/images/add/", {"title": "P", "file": png()}).status_code == 500
    assert not SiteImage.objects.exists()
