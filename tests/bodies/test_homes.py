"""The website of a body comes from a room above, in the reader's language."""

from __future__ import annotations

from kopir.base.registry import Registry
from kopir.bodies import homes
from kopir.bodies.models import Body


def test_the_first_that_knows_one_is_asked_in_the_language_of_the_reader(monkeypatch):
    sources = Registry("source of websites of bodies")
    monkeypatch.setattr(homes, "HOMES", sources)
    body = Body(slug="w")
    assert homes.find_home(body, "kk") == ""
    sources.add("none", lambda body, language: "")
    sources.add("one", lambda body, language: f"/{language}/{body.slug}/")
    sources.add("two", lambda body, language: "/another/")
    assert homes.find_home(body, "kk") == "/kk/w/"
