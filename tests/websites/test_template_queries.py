"""What templates give is what new websites have."""

from __future__ import annotations

import pytest

from kopir.websites.models import SitePage
from kopir.websites.template_queries import content_key, get_version, list_given


def test_what_is_given_is_what_a_new_website_has(education, template):
    for given in list_given(template):
        pages = SitePage.objects.filter(translation_key=content_key(education.pk, given.key)).specific()
        assert len(pages) == 3, given.key
        for page in pages:
            fields = given.fields[page.locale.language_code]
            assert page.url_path.split("/", 3)[3].rstrip("/") == given.path
            assert {name: getattr(page, name) for name in fields if name != "body"} == {
                name: value for name, value in fields.items() if name != "body"
            }
            assert type(page) is given.model
            assert [dict(block) for block in getattr(page, "body", ()) and page.body.raw_data] == fields.get("body", [])


def test_keys_are_stable_and_those_of_pages_above_are_told(kz, template):
    given = {page.key: page for page in list_given(template)}
    assert list(given) == ["", "news", "about", "about/head", "contacts"]
    assert given["about/head"].parent == "about"
    assert get_version(template) == 3
    with pytest.raises(LookupError):
        list_given("gone")
