"""Names of tags, and how they travel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kopir.edge.keeping import is_tag
from kopir.pagecache import tags
from kopir.pagecache.tags import LIMIT_GROUP, for_page, for_purge, group_tag, prefix_of, shorten, table_tag


def test_what_a_tag_is_about():
    assert prefix_of("bodies.body:children:5") == "bodies.body"
    assert table_tag("bodies_body") == "table:bodies_body"
    assert group_tag("bodies.body:5") == "bodies.body:*"
    assert group_tag("bodies.body:children:5") == "bodies.body:children:*"


def test_a_tag_travels_as_eleven_characters_and_never_changes():
    assert shorten("bodies.body:5") == "SuWrES-z4Vk"


@given(st.text(min_size=1))
def test_what_travels_can_be_a_tag_to_the_page_store(tag):
    assert len(shorten(tag)) == 11
    assert is_tag(shorten(tag))


def test_both_sides_meet():
    page = for_page({"a.b:1", "a.b:list"}, {"a_b"})
    assert set(page) & set(for_purge(["a.b:1"])) == {shorten("a.b:1")}
    assert set(page) & set(for_purge([table_tag("a_b")])) == {shorten("table:a_b")}
    assert not set(page) & set(for_purge(["a.b:2", "a.b:1:brief"]))


def test_a_large_page_carries_few_tags_and_is_purged_by_each_of_its_objects():
    many = {f"a.b:{number}" for number in range(LIMIT_GROUP + 1)}
    page = for_page({*many, "a.c:1"}, ())
    assert set(page) == {shorten("a.b:*"), shorten("a.c:1")}
    assert all(set(page) & set(for_purge([tag])) for tag in many)
    assert not set(page) & set(for_purge(["a.b:list:1"]))
    assert len(for_page({f"a.b:{number}" for number in range(LIMIT_GROUP)}, ())) == LIMIT_GROUP


def test_tags_are_told_apart():
    words = [f"{prefix}:{number}" for prefix in ("a.b", "a.bc", "table") for number in range(3000)]
    assert len({shorten(word) for word in words}) == len(words)
    assert tags.ALL not in for_page({"a.b:1"}, ())
