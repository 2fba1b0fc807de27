"""Templates of websites: those that ship, and what is wrong with others."""

from __future__ import annotations

import pytest

from kopir.websites import packs
from kopir.websites.packs import TemplateError, list_templates, read_template

PAGE = """
[[pages]]
slug = "{slug}"
kind = "{kind}"
parent = "{parent}"
listing = "{listing}"
titles = {{ en = "x" }}
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    def write(*pages: tuple[str, str, str, str]) -> None:
        keys = ("slug", "kind", "parent", "listing")
        text = "".join(PAGE.format(**dict(zip(keys, page, strict=True))) for page in pages)
        (tmp_path / "t.toml").write_text(text, encoding="utf-8")

    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    read_template.cache_clear()
    yield write
    read_template.cache_clear()


HOME = ("", "home", "", "pages")


@pytest.mark.parametrize("name", ["ministry", "region"])
def test_each_template_says_every_title_and_text_in_all_five_languages(name):
    template = read_template(name)
    assert template.version >= 1
    for page in template.pages[1:]:
        assert page.titles.keys() >= {"kk", "tg", "uz", "ru", "en"}, page.slug
        assert all(page.titles.values()), page.slug
        assert not page.texts or page.texts.keys() >= {"kk", "tg", "uz", "ru", "en"}, page.slug


def test_the_names_of_templates_are_those_of_their_files():
    assert list_templates() == ["ministry", "region"]


def test_another_name_is_refused_also_one_that_leads_elsewhere():
    for name in ("large", "../packs/ministry", ""):
        with pytest.raises(LookupError):
            read_template(name)


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([("a", "section", "", "pages")], "home page"),
        ([HOME, HOME], "home page"),
        ([HOME, ("a", "section", "b", "pages")], "a comes before|b/a comes before"),
        ([HOME, ("a", "section", "", "pages"), ("a", "section", "", "pages")], "twice"),
        ([HOME, ("a", "shop", "", "pages")], "no such kind"),
        ([HOME, ("a", "section", "", "cats")], "no such kind or listing"),
    ],
)
def test_what_cannot_be_is_named(write, pages, words):
    write(*pages)
    with pytest.raises(TemplateError, match=words):
        read_template("t")
