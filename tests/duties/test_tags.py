"""Tags of this room belong to the table of scores."""

from __future__ import annotations

from kopir.duties import tags
from kopir.pagecache.tags import prefix_of


def test_they_belong_to_the_scores():
    assert {prefix_of(tag) for tag in (tags.NEWEST, tags.of_website(3))} == {"duties.score"}
    assert tags.of_website(3) != tags.of_website(4)
