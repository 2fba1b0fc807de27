"""Lists of the administration: pages without the columns and filters that show people and other websites."""

from __future__ import annotations

from kopir.websites.listing import SitePagesFilter, SitePagesView, site_pages


def test_the_list_has_no_actions_on_many_pages_at_once():
    assert "bulk_actions" not in [column.name for column in SitePagesView.base_columns]
    assert site_pages.index_view_class is SitePagesView


def test_nobody_is_offered_to_filter_by():
    assert not {"owner", "edited_by", "site"} & set(SitePagesFilter.base_filters)
