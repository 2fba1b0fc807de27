"""Tables of which pages are made: each type of page is declared, so that none of them is left unkept."""

from __future__ import annotations

from wagtail.models import get_page_models

from kopir.pagecache.tables import find_table
from kopir.websites.models import SiteRendition


def test_every_type_of_page_is_declared_and_called_by_the_uppermost_table():
    for model in get_page_models():
        table = find_table(model._meta.db_table)
        assert table is not None, model
        assert table.prefix == "wagtailcore.page"


def test_a_size_of_a_picture_is_a_part_of_it():
    table = find_table(SiteRendition._meta.db_table)
    assert table is not None
    assert table.prefix == "websites.siteimage"
