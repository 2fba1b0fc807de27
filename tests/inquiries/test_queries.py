"""The page that a form is about is one that the public sees, of that website."""

from __future__ import annotations

import pytest

from kopir.inquiries.queries import find_page
from kopir.websites import queries
from kopir.websites.actions import unpublish_page


def test_a_page_is_found_on_its_own_website_alone(education, finance, system, now):
    page = queries.find_page(education, "kk", "about")
    assert page is not None
    assert find_page(education, str(page.pk)).pk == page.pk
    assert find_page(finance, str(page.pk)) is None
    unpublish_page(page=page, actor=system, now=now)
    assert find_page(education, str(page.pk)) is None


@pytest.mark.parametrize("text", ["", "x", "-1", "1" * 30, "١"])
def test_what_is_no_id_finds_nothing(education, text):
    assert find_page(education, text) is None
