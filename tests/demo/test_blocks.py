"""Plain texts become paragraphs and lists, and nothing in them is markup."""

from __future__ import annotations

from kopir.demo.blocks import as_html, as_items, inset, paragraphs


def test_an_empty_line_begins_a_paragraph_and_a_line_does_not():
    assert as_html("one\ntwo\n\nthree") == "<p>one two</p><p>three</p>"
    assert paragraphs("one") == [{"type": "paragraph", "value": "<p>one</p>"}]
    assert inset("one") == {"type": "inset", "value": {"text": "<p>one</p>"}}


def test_a_list_has_its_items_and_markup_is_text():
    assert as_items(["one", "<two>"]) == "<ul><li>one</li><li>&lt;two&gt;</li></ul>"
    assert as_html("<script>") == "<p>&lt;script&gt;</p>"
