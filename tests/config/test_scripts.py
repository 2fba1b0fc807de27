"""Scripts: the same pages in the other script of their language, at addresses of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

import acting
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.config.scripts import ScriptVariant, find_variant, list_scripts, rewrite_links


@pytest.fixture(autouse=True)
def kazakhstan(settings):
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"


@pytest.fixture
def bodies(db, settings):
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=datetime(2026, 3, 2, 9, tzinfo=UTC))


def ask(rf, address: str, answer):
    """What the middleware makes of an answer, and the path that the view saw."""
    seen = []

    def view(request):
        seen.append(request.path_info)
        return answer

    return ScriptVariant(view)(rf.get(address)), seen[0]


def test_a_page_is_read_in_the_other_script(bodies, client):
    answer = client.get("/kk-latn/", headers={"host": "kz.localhost"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="kk-Latn">' in html
    assert "Ministr" in html
    assert "Министрліктер" not in html
    assert 'href="/kk-latn/bodies/ministry-of-education/"' in html
    assert 'href="/kk/bodies/' not in html
    assert client.get("/kk-latn/bodies/ministry-of-education/", headers={"host": "kz.localhost"}).status_code == 200


def test_the_switch_leads_from_script_to_script_and_back(bodies, client):
    cyrillic = client.get("/kk/calendar/", headers={"host": "kz.localhost"}).content.decode()
    assert 'href="/kk-latn/calendar/" rel="alternate" lang="kk-Latn"' in cyrillic
    latin = client.get("/kk-latn/calendar/", headers={"host": "kz.localhost"}).content.decode()
    assert 'href="/kk/calendar/" rel="alternate" lang="kk-Cyrl"' in latin
    assert 'href="/ru/calendar/"' in latin


def test_uzbek_is_read_in_cyrillic(db, client, settings):
    settings.KOPIR_COUNTRY = "uz"
    html = client.get("/uz-cyrl/", headers={"host": "kz.localhost"}).content.decode()
    assert '<html lang="uz-Cyrl">' in html
    assert "Давлат" in html


@pytest.mark.parametrize("address", ["/kk-cyrl/", "/ru-latn/", "/kk-arab/", "/uz-cyrl/", "/kk-latnx/"])
def test_a_script_that_the_language_has_not_is_no_page(db, client, address):
    assert client.get(address, headers={"host": "kz.localhost"}).status_code == 404


def test_a_redirect_stays_in_the_script(db, rf):
    answer, path = ask(rf, "/kk-latn/old/", HttpResponseRedirect("/kk/new/"))
    assert (answer["Location"], path) == ("/kk-latn/new/", "/kk/old/")
    assert ask(rf, "/kk-latn/old/", HttpResponseRedirect("/ru/new/"))[0]["Location"] == "/ru/new/"


def test_what_is_no_page_passes_as_it_is(rf):
    for answer in (
        HttpResponse("қала", content_type="text/plain"),
        StreamingHttpResponse([b"<p>"], content_type="text/html"),
    ):
        assert ask(rf, "/kk-latn/a", answer)[0] is answer
    assert ask(rf, "/kk-latn/a", HttpResponse("қала", content_type="text/plain"))[0].content == "қала".encode()


def test_the_length_is_that_of_what_was_converted(db, rf):
    page = HttpResponse('<p lang="kk">қала</p>', headers={"Content-Length": "99"})
    answer, _path = ask(rf, "/kk-latn/", page)
    assert answer["Content-Length"] == str(len(answer.content))


def test_links_lead_on_in_the_script_and_nothing_else_is_touched():
    page = '<a href="/kk/a/">="/kk/</a><form action="/kk/b/"><img src="/kk/c"><a href="/kkz/">z</a>'
    assert rewrite_links(page, "kk", "Latn") == (
        '<a href="/kk-latn/a/">="/kk/</a><form action="/kk-latn/b/"><img src="/kk/c"><a href="/kkz/">z</a>'
    )


def test_variants_are_those_of_the_pack_that_can_be_written():
    assert find_variant("kk", "latn").code == "Latn"
    assert find_variant("kk", "Cyrl") is None
    assert find_variant("ru", "Latn") is None


def test_a_language_of_one_script_has_no_switch(rf):
    assert list_scripts(rf.get("/ru/"), "ru") == []
    assert list_scripts(rf.get("/"), "") == []
    assert [choice.is_current for choice in list_scripts(rf.get("/kk/"), "kk")] == [True, False]
