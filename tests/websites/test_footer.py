"""Links below a page come from rooms above, in the order in which they came."""

from __future__ import annotations

from kopir.base.registry import Registry
from kopir.design.page import Link
from kopir.websites import footer
from kopir.websites.models import Website


def test_links_of_every_source_come_in_order(monkeypatch):
    sources = Registry("source of links below a page")
    sources.add("first", lambda website, page, language: [Link(f"{website} {language}", "/a")])
    website = Website(slug="w")
    sources.add("second", lambda website, page, language: [Link("b", "/b")])
    monkeypatch.setattr(footer, "FOOTER", sources)
    assert [link.text for link in footer.list_footer(website, None, "kk")] == ["w kk", "b"]
