"""The administration in the editor's language: nothing of Wagtail is left in English where the journeys lead."""

from __future__ import annotations

import io
import re
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from lxml import html

from codebase import ROOT
from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import SectionPage

SHOWN = (
    "@title",
    "@aria-label",
    "@placeholder",
    "@alt",
    "input[@type='submit']/@value",
    "@data-w-tooltip-content-value",
)
PACKAGES = ("wagtail", "wagtail.admin", "wagtail.images", "wagtail.documents", "wagtail.users")
NOT_SAID = {"URL", "None"}  # a name; and what stands in a counter that is hidden until a program fills it


@pytest.fixture
def editor(education, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.SITE_ADMINISTRATOR, education)], language="kk")[1]


@pytest.fixture
def section(education):
    return SectionPage.objects.get(website=education, slug="news", locale__language_code="kk")


@cache
def english() -> frozenset[str]:
    """Every sentence of Wagtail without a field in it; what Kopir says too is for the test of our own catalogues."""
    folders = [Path(import_module(one).__path__[0]) for one in PACKAGES]
    found = said_in(*(folder / "locale/en/LC_MESSAGES/django.po" for folder in folders))
    ours = {key.singular.casefold() for key in load("messages").gather()}
    return frozenset(one.strip() for one in found if "%" not in one and "{" not in one and one.casefold() not in ours)


def load(name: str) -> Any:
    """A program of the folder languages."""
    spec = spec_from_file_location(name, ROOT / "languages" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said_in(*files: Path) -> set[str]:
    """The English of these catalogues."""
    catalogs = [read_po(io.BytesIO(file.read_bytes())) for file in files]
    return {one.id for catalog in catalogs for one in catalog if isinstance(one.id, str) and one.id}


def shown(text: str) -> set[str]:
    """What a page says: its texts and the attributes that are read out, each with single spaces."""
    tree = html.fromstring(text)
    for node in tree.xpath("//script|//style"):
        node.drop_tree()
    texts = [*tree.itertext(), *(value for name in SHOWN for value in tree.xpath(f"//{name}"))]
    return {re.sub(r"\s+", " ", one).strip() for one in texts}


def addresses(section):
    add = "/edit/pages/add/websites"
    return {
        "home": "/edit/",
        "explorer": f"/edit/pages/{section.pk}/",
        "edit": f"/edit/pages/{section.pk}/edit/",
        "new": f"/edit/pages/{section.pk}/add_subpage/",
        "history": f"/edit/pages/{section.pk}/history/",
        "reviews": f"/edit/pages/{section.pk}/workflow_history/",
        "copy": f"/edit/pages/{section.pk}/copy/",
        "move": f"/edit/pages/{section.pk}/move/",
        "delete": f"/edit/pages/{section.pk}/delete/",
        "unpublish": f"/edit/pages/{section.pk}/unpublish/",
        "news": f"{add}/newspage/{section.pk}/",
        "person": f"{add}/personpage/{section.pk}/",
        "images": "/edit/images/",
        "image": "/edit/images/add/",
        "several images": "/edit/images/multiple/add/",
        "documents": "/edit/documents/",
        "document": "/edit/documents/add/",
        "search": "/edit/pages/search/?q=zzz",
    }


def test_the_explorer_speaks_kazakh(editor, section):
    said = shown(editor.get(f"/edit/pages/{section.pk}/").content.decode())
    assert {"Тақырыбы", "Жаңартылды", "Күйі", "Ішкі бет қосу"} <= said


def test_no_page_of_the_journeys_is_left_in_english(editor, section):
    left = {}
    for name, address in addresses(section).items():
        answer = editor.get(address)
        assert answer.status_code == 200, address
        assert '<html lang="kk"' in answer.content.decode(), address
        left[name] = sorted((shown(answer.content.decode()) & english()) - NOT_SAID)
    assert {name: found for name, found in left.items() if found} == {}


def test_what_is_left_in_english_would_be_found(education, section, settings):
    use_real_doors(settings)
    browser = make_editor("reader", [(Role.SITE_ADMINISTRATOR, education)], language="en")[1]
    left = shown(browser.get(f"/edit/pages/{section.pk}/").content.decode()) & english()
    assert {"Updated", "Toggle breadcrumbs", "Add child page"} <= left
