"""What Wagtail shows and leaves out here."""

from __future__ import annotations

import json
import re

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import SectionPage


@pytest.fixture
def editor(education, finance, settings):
    use_real_doors(settings)
    return make_editor("editor", [(Role.SITE_ADMINISTRATOR, education)])[1]


def test_the_menu_leads_to_open_addresses_alone(editor):
    html = editor.get("/edit/").content.decode()
    (props,) = re.findall(r'<script id="wagtail-sidebar-props"[^>]*>(.*?)</script>', html, re.DOTALL)
    addresses = set(re.findall(r'"(/edit/[^"]*)"', json.dumps(json.loads(props))))
    assert {"/edit/pages/", "/edit/images/", "/edit/documents/", "/edit/sites/"} <= addresses
    for address in addresses - {"/edit/logout/", "/edit/account/"}:
        assert editor.get(address).status_code == 200, address


def test_the_chooser_shows_public_pages_of_others(editor, finance):
    section = SectionPage.objects.get(website=finance, slug="about", locale__language_code="kk")
    address = f"/edit/choose-page/{section.get_parent().pk}/"
    assert section.title in editor.get(address).json()["html"]
    SectionPage.objects.filter(pk=section.pk).update(live=False)
    assert section.title not in editor.get(address).json()["html"]


def test_the_first_page_counts_no_pages_for_wagtail_counts_those_of_others(editor):
    html = editor.get("/edit/").content.decode()
    (summary,) = re.findall(r'<section class="w-summary".*?</section>', html, re.DOTALL)
    assert "/edit/images/" in summary
    assert "/edit/pages/" not in summary


def test_submitting_has_words_of_ours(editor, education):
    section = SectionPage.objects.get(website=education, slug="about", locale__language_code="kk")
    html = editor.get(f"/edit/pages/{section.pk}/edit/").content.decode()
    assert "Submit for review" in html


def test_nothing_is_done_to_many_objects_at_once(editor, education):
    section = SectionPage.objects.get(website=education, slug="about", locale__language_code="kk")
    assert "/edit/bulk/" not in editor.get(f"/edit/pages/{section.get_parent().pk}/").content.decode()
    assert editor.get(f"/edit/bulk/wagtailcore/page/delete/?id={section.pk}").status_code == 404
