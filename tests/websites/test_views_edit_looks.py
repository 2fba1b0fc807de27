"""Our own pages of the administration as Chromium shows them: axe finds nothing at AA, on a telephone and a desk."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from browser import find_faults, scrolls_sideways
from entering import enter
from kopir.banners.actions import set_banner
from kopir.banners.rules import Place
from kopir.base import clock
from kopir.base.actors import Role
from kopir.config import settings as shipped
from kopir.websites.actions.bundles import save_bundle
from kopir.websites.actions.words import fix_word
from kopir.websites.models import SitePage
from people import make_person
from sitemedia import write_news

WIDTHS = (360, 1280)
FAULTY = [{"type": "paragraph", "value": '<p><a href="https://x.example/">мында</a></p>'}]
TITLE = "Ауыл шаруашылығы мақсатындағы жерлерді суландыру"


@pytest.fixture
def tab(visitor, education, system, settings):
    """The administration, open for an administrator, with something on each of its pages."""
    settings.MIDDLEWARE = list(shipped.MIDDLEWARE)
    now = clock.now()
    news = write_news(education, title=TITLE, body=[{"type": "paragraph", "value": "<p>Су</p>", "id": "1"}])
    save_bundle(website=education, title=TITLE, go_out_at=None, pages=[news], actor=system, now=now)
    fix_word(website=education, language="kk", word="Шымкент*", form="Shymkent", actor=system, now=now)
    SitePage.objects.filter(website=education).update(review_on=now.date() - timedelta(days=1))
    place = Place(body_id=education.body_id)
    set_banner(place=place, titles={"kk": TITLE}, texts={}, until=now + timedelta(days=1), actor=system, now=now)
    return enter(visitor, "administrator", Role.SITE_ADMINISTRATOR, education.body)


def test_axe_finds_nothing_in_the_windows_of_review_and_publishing(visitor, tab, education):
    news = education.pages.get(slug="bridge").specific
    news.body = FAULTY
    news.save_revision()
    editor = make_person("writer@example.org", name="Writer", grants=[(Role.EDITOR, education.body)])
    news.get_workflow().start(news, editor)
    for width, action in product(WIDTHS, ("reject", "approve")):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(visitor.address(f"/edit/pages/{news.pk}/edit/"))
        tab.locator("footer [data-w-dropdown-target=toggle]").last.click()
        publish = tab.locator('footer [data-workflow-action-name="approve"]').inner_text()
        assert publish.strip() == "Себебін көрсетіп жариялау"
        tab.locator(f'footer [data-workflow-action-name="{action}"]').click()
        tab.locator(".modal.in textarea").wait_for()
        tab.wait_for_timeout(500)  # it fades in
        assert (width, action, find_faults(tab, within=".modal-content")) == (width, action, [])


def test_axe_finds_nothing_in_our_panels_of_the_administration(visitor, tab, education):
    bundle, news = education.bundles.get(), education.pages.get(slug="bridge")
    own = ("bundles/", f"bundles/{bundle.pk}/", "bundles/add/", "overdue/", "words/", f"beside/{news.pk}/", "template/")
    paths = [
        *(f"/edit/{path}" for path in ("", *own, f"pages/{news.pk}/edit/")),
        *(f"/kk/manage/{path}/" for path in ("banners", "banners/new", "inquiries")),
    ]
    for path, width in product(paths, WIDTHS):
        tab.set_viewport_size({"width": width, "height": 900})
        answer = tab.goto(visitor.address(path))
        assert (path, answer.status if answer else 0) == (path, 200)
        tab.wait_for_load_state("networkidle")
        assert (path, width, find_faults(tab)) == (path, width, [])
        assert (path, width, scrolls_sideways(tab)) == (path, width, False)
