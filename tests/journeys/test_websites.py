"""From the first word to the reader: an editor writes, a publisher publishes, a citizen reads; in a real browser.

The console of the browser is watched from the first page to the last (`visitor`): a report of the content security
policy or a broken script anywhere fails the test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from entering import enter
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website
from kopir.websites.models import NewsPage, SectionPage
from kopir.websites.packs import list_templates

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

TITLE = "Су жүйесі жаңартылды"
WORDS = "Ауылда жаңа су құбыры іске қосылды."


@pytest.fixture
def section(visitor, settings) -> SectionPage:
    """The section of news of a ministry's website, in Kazakh."""
    settings.KOPIR_COUNTRY = "kz"
    system = system_actor("tests")
    load_pack(pack=read_pack("kz"), actor=system, now=clock.now())
    body = get_body("ministry-of-education")
    website = create_website(body=body, template=list_templates()[0], actor=system, now=clock.now())
    found: SectionPage = SectionPage.objects.filter(website=website, listing="news", locale__language_code="kk").first()
    return found


def write(visitor: Any, tab: Tab, section: SectionPage) -> None:
    """Write a piece of news with a quote, and submit it for review."""
    tab.goto(visitor.address(f"/edit/pages/add/websites/newspage/{section.pk}/"))
    tab.locator("#id_title").fill(TITLE)
    tab.locator("#id_happened_on").fill("2026-03-01")
    tab.keyboard.press("Tab")
    tab.locator(".c-sf-add-button").first.click()
    tab.locator('.w-combobox__option:has(use[href="#icon-openquote"])').first.click()
    tab.locator('[name="body-0-value-text"]').fill(WORDS)
    tab.locator('[name="body-0-value-source"]').fill("Әкім")
    tab.get_by_role("tab").nth(1).click()
    tab.locator("#id_slug").fill("su-zhuyesi")
    press(tab, '[name="action-submit"]')


def press(tab: Tab, button: str) -> None:
    """Press a button of the menu at the foot of the editor."""
    tab.locator("footer [data-w-dropdown-target=toggle]").last.click()
    with tab.expect_navigation():
        tab.locator(f"footer {button}").click()


def test_an_editor_writes_a_publisher_publishes_a_citizen_reads(visitor, section):
    tab = enter(visitor, "editor", Role.EDITOR, section.website.body)
    write(visitor, tab, section)
    page = NewsPage.objects.get(slug="su-zhuyesi")
    assert not page.live
    tab = enter(visitor, "publisher", Role.PUBLISHER, section.website.body)
    assert TITLE in tab.locator("main").inner_text(), "it waits there"
    tab.locator(f'main a[href$="/edit/pages/{page.pk}/edit/"]:visible').first.click()
    press(tab, '[data-workflow-action-name="approve"]')
    visitor.context().clear_cookies()
    reader = visitor.open(page.get_url(), width=360)
    assert reader.locator("h1").inner_text() == TITLE
    assert WORDS in reader.locator("main").inner_text()
