"""Blocks that are copied to another website: the words, and nothing that belongs to the first."""

from __future__ import annotations

from kopir.websites.copying import copy_blocks


def test_pictures_files_cards_and_shared_texts_stay_behind():
    kinds = ("heading", "picture", "paragraph", "files", "cards", "shared", "news")
    blocks = [{"type": kind, "value": {}} for kind in kinds]
    assert [block["type"] for block in copy_blocks(blocks)] == ["heading", "paragraph", "news"]


def test_links_to_pages_and_files_become_words_at_every_depth():
    links = '<a id="7" linktype="page">Біз</a> <a linktype="document" id="1">PDF</a> <a href="https://a.example">a</a>'
    inner = f"<p>{links}</p>"
    blocks = [{"type": "questions", "value": {"items": [{"value": {"answer": inner, "count": 2, "is": True}}]}}]
    (copied,) = copy_blocks(blocks)
    assert copied["value"]["items"][0]["value"] == {
        "answer": '<p>Біз PDF <a href="https://a.example">a</a></p>',
        "count": 2,
        "is": True,
    }
    assert "linktype" in blocks[0]["value"]["items"][0]["value"]["answer"], "the source is left as it was"
