"""The tag of a website's statement is one of the table that was declared."""

from __future__ import annotations

from kopir.pagecache.tags import prefix_of
from kopir.statements import tags


def test_each_website_has_its_own():
    assert prefix_of(tags.of_website(7)) == "statements.statement"
    assert tags.of_website(7) != tags.of_website(8)
