"""The list of components is whole: every tag has its example, every example its row, and the reference shows each."""

from __future__ import annotations

import pytest
from lxml import html

from codebase import PAGES
from kopir.design.catalog import COMPONENTS, EXAMPLES, list_specimens
from kopir.design.samples import get_samples
from kopir.design.templatetags.design import register

REFERENCE = PAGES / "reference" / "design.md"
OF_THE_FRAME = {
    "theme_style": "in the head of every page",
    "language_switch": "in the head of every page",
    "low_vision_link": "in the head of every page",
    "urgent_words": "over every page",
    "host_link": "an address, nothing to see",
    "low_vision_address": "an address, nothing to see",
    "icon": "within other components",
    "error_summary": "comes with every form",
}


def test_every_tag_has_an_example():
    assert set(register.tags) == {name for name, *_ in COMPONENTS} | set(OF_THE_FRAME)
    assert {path.stem for path in EXAMPLES.iterdir()} == {name for name, *_ in COMPONENTS}


@pytest.mark.parametrize("name", [name for name, *_ in COMPONENTS])
def test_each_example_uses_its_tag_and_shows_something(name):
    specimen = next(specimen for specimen in list_specimens(get_samples()) if specimen.name == name)
    assert f"{{% {name} " in specimen.source
    tree = html.fromstring(f"<div>{specimen.shown}</div>")
    assert tree.text_content().strip()
    assert "{%" not in specimen.shown


@pytest.mark.parametrize("name", [name for name, *_ in COMPONENTS])
def test_the_reference_shows_each_example(name):
    assert (EXAMPLES / f"{name}.html").read_text("utf-8").strip() in REFERENCE.read_text("utf-8")


@pytest.mark.parametrize("name", OF_THE_FRAME)
def test_the_reference_names_the_other_tags(name):
    assert f"`{name}`" in REFERENCE.read_text("utf-8")
