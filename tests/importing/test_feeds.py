"""Feeds: RSS and Atom as records, and no entity ever."""

from __future__ import annotations

import pytest

from kopir.importing.errors import SourceFileError
from kopir.importing.feeds import read_feed

RSS = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Новости</title>
<item><title>Новая школа</title><link>https://edu.example/news/1</link><guid>n-1</guid>
<pubDate>Mon, 02 Feb 2026 10:00:00 +0500</pubDate><description>Коротко</description>
<content:encoded><![CDATA[<p>Открыта <b>школа</b></p>]]></content:encoded></item>
<item><title>Без номера</title><link>https://edu.example/news/2</link>
<description>&lt;p&gt;Весь текст&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title>A</title>
<link rel="self" href="https://x.example/self"/><link href="https://x.example/a"/>
<published>2026-02-02T10:00:00Z</published><updated>2026-02-03T10:00:00Z</updated><summary>S</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p class="x">One &amp; <a href="/b">two</a></p></div></content>
</entry></feed>"""


def test_rss_in_its_own_encoding():
    first, second = read_feed(RSS.encode("cp1251"))
    assert first.place == "item 1"
    assert first.fields == {
        "key": "n-1",
        "title": "Новая школа",
        "date": "Mon, 02 Feb 2026 10:00:00 +0500",
        "summary": "Коротко",
        "body": "<p>Открыта <b>школа</b></p>",
        "address": "https://edu.example/news/1",
    }
    assert (second.fields["key"], second.fields["body"]) == ("https://edu.example/news/2", "<p>Весь текст</p>")
    assert "summary" not in second.fields


def test_atom_with_its_own_link_and_day():
    (entry,) = read_feed(ATOM.encode())
    assert entry.fields == {
        "key": "tag:1",
        "title": "A",
        "date": "2026-02-02T10:00:00Z",
        "summary": "S",
        "body": '<div>\n<p class="x">One &amp; <a href="/b">two</a></p></div>',
        "address": "https://x.example/a",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<!DOCTYPE r [<!ENTITY a "aaaa">]><rss><item><title>&a;</title></item></rss>', "document type or entities"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><rss/>', "document type or entities"),
        ("<rss><item>", "It is no XML"),
        ('<?xml version="1.0" encoding="none-such"?><rss/>', "It is no XML"),
    ],
)
def test_what_declares_entities_or_is_no_xml_is_refused(text, words):
    with pytest.raises(SourceFileError, match=words):
        list(read_feed(text.encode()))
