"""An old page's HTML as our blocks."""

from __future__ import annotations

import pytest

from kopir.importing import markup
from kopir.importing.markup import LIMIT_OPEN, make_blocks
from kopir.websites.blocks import Content
from kopir.websites.blocks.cleaning import LIMIT_DEPTH, clean_html

PAGE = """<div class="c"><h1>Су</h1><p style="color:red">Бірінші <strong>сөз</strong>.</p><h3>Бөгет</h3>
<ul><li>бір</li><li>екі</li></ul><script>alert(1)</script><img src="/a.png"><p>Соңы &amp; бәрі</p></div>"""


def blocks(html, address="https://edu.example/news/1"):
    return make_blocks(html, address, "The title").blocks


def test_headings_text_and_lists_in_their_order():
    made = make_blocks(PAGE, "", "T")
    assert made.blocks == [
        {"type": "heading", "value": {"text": "Су", "level": "2"}},
        {"type": "paragraph", "value": "<p>Бірінші <b>сөз</b>.</p>"},
        {"type": "heading", "value": {"text": "Бөгет", "level": "3"}},
        {"type": "paragraph", "value": "<ul><li>бір</li><li>екі</li></ul><p>Соңы &amp; бәрі</p>"},
    ]
    assert made.left_out == 1


def test_the_first_heading_is_a_section_however_deep_it_was():
    made = blocks("<h4>A</h4><h2>B</h2><h3>C</h3>")
    assert [(block["value"]["text"], block["value"]["level"]) for block in made] == [("A", "2"), ("B", "2"), ("C", "3")]


def test_a_table_with_its_caption_and_every_cell():
    rows = "<tr><th>Жыл</th><th></th></tr>"
    rows += "<tr><td>2025</td><td>a\tb<br>c</td></tr><tr><td>2026</table>"
    html = f"<table><caption>Сандар</caption>{rows}"
    (table,) = blocks(html)
    assert table["value"] == {"caption": "Сандар", "cells": "Жыл\t2\n2025\ta b c\n2026\t", "source": ""}
    assert blocks("<h2>H</h2>" + html.replace("<caption>Сандар</caption>", ""))[1]["value"]["caption"] == "H"
    assert blocks(html.replace("<caption>Сандар</caption>", ""))[0]["value"]["caption"] == "The title"


def test_a_table_that_lays_out_a_page_is_text():
    assert blocks("<table><tr><td>Text &lt; here</td></tr></table>") == [
        {"type": "paragraph", "value": "<p>Text &lt; here</p>"}
    ]


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/docs/1", '<a href="https://edu.example/docs/1">here</a>'),
        ("https://other.example/", '<a href="https://other.example/">here</a>'),
        ("mailto:a@example.org", '<a href="mailto:a@example.org">here</a>'),
        ("javascript:alert(1)", "<a>here</a>"),
        ("data:text/html,x", "<a>here</a>"),
    ],
)
def test_links_are_whole_or_words(href, kept):
    assert blocks(f'<p>see <a href="{href}" onclick="x()">here</a></p>')[0]["value"] == f"<p>see {kept}</p>"


def test_without_an_address_a_link_within_the_old_site_is_words():
    assert blocks('<p>see <a href="/docs/1">here</a></p>', "")[0]["value"] == "<p>see <a>here</a></p>"


def test_a_heading_too_long_for_one_is_text():
    (block,) = blocks(f"<h2>{'a ' * 120}</h2>")
    assert block["type"] == "paragraph"


@pytest.mark.parametrize(
    "html",
    [
        PAGE,
        "plain words < 5",
        "<b>open <table><tr><td><table><tr><td>deep</td></tr></table></td><td>x</td></tr><tr><td>1<td>2</table> after",
        "</table></h2></p><h2>unclosed",
        "<svg><script>x</script></svg><math><mi>x</mi></math><iframe src=x>inner</iframe><form><input>Name</form>",
        "<p>" * 3000 + "deep",
    ],
)
def test_whatever_comes_is_valid_and_harmless(html):
    made = blocks(html)
    for number, block in enumerate(made):
        block["id"] = str(number)
    value = Content().to_python(made)
    Content().clean(value)
    text = str(value)
    assert "<script" not in text
    assert "alert" not in text


def test_nothing_makes_nothing():
    assert blocks("<p> </p><div><br></div><h2> </h2><table></table>") == []


def test_a_link_that_is_no_address_is_its_words():
    assert "words" in str(blocks('<p><a href="http://[x/">words</a> <a href="//[y">more</a></p>'))


class Everything:
    """Has every picture and no file."""

    def find_picture(self, address, words):
        return 1

    def find_file(self, address):
        return None


@pytest.fixture
def cleaned(monkeypatch):
    """The texts that were cleaned."""
    texts = []

    def clean(html):
        texts.append(html)
        return clean_html(html)

    monkeypatch.setattr(markup, "clean_html", clean)
    return texts


@pytest.mark.parametrize("between", ["", " ", "&nbsp;"])
def test_pictures_with_no_words_between_them_cut_nothing(cleaned, between):
    html = "<b>" * 500 + "a" + f"<img src=/a.png>{between}" * 500 + "z"
    made = make_blocks(html, "https://edu.example/1", "T", Everything()).blocks
    assert [block["type"] for block in made] == ["paragraph", *["picture"] * 500, "paragraph"]
    assert len(cleaned) == 2


def test_what_is_nested_too_deep_keeps_its_words(cleaned):
    html = "<div><i>" * 200 + "a<img src=/a.png>b" + "</i></div>" * 200 + "<p>c</p>"
    made = make_blocks(html, "https://edu.example/1", "T", Everything()).blocks
    assert [block["type"] for block in made] == ["paragraph", "picture", "paragraph"]
    assert [text.count("<div>") + text.count("<i>") for text in cleaned] == [LIMIT_DEPTH, LIMIT_DEPTH]
    assert made[2]["value"].endswith("<p>c</p>")


@pytest.mark.parametrize("start", ["<ul><li>", "<div>", "<blockquote>", "<made-up>", "</b><b>"])
def test_what_is_within_itself_without_end_costs_no_hours(start):
    """A cleaner that took all of it would take the square of it: minutes for a megabyte."""
    assert "words" in str(make_blocks(start * (1_000_000 // len(start)) + "<b>words</b>", "", "T").blocks)


def test_what_a_text_may_have_within_itself_stays():
    html = "<p>one<p>two</i>" * LIMIT_OPEN + "<ul>" + "<li>one<br>" * LIMIT_OPEN + "</ul><b>words</b>"
    assert "<b>words</b>" in str(make_blocks(html, "", "T").blocks)
