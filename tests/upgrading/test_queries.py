"""What is read of many websites at once, and which of them wait for an upgrade."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kopir.bodies.queries import get_body
from kopir.upgrading.queries import find_offer, find_plan, plan_upgrades
from kopir.upgrading.rules import BLOCKS, MENU, Unit
from kopir.websites.actions import create_website
from kopir.websites.models import DocumentPage, Website


def test_a_website_as_it_was_made_waits_for_nothing(website):
    assert list(plan_upgrades([website])) == []
    plan = find_plan(website)
    assert not plan.is_pending
    assert plan.standing.state == plan.base == plan.offer.state


def test_what_stands_there_is_the_draft_with_its_own_blocks(website, page):
    about = page("about")
    about.title = "Черновик"
    about.body = [{"type": "paragraph", "value": "<p>x</p>", "id": "own"}]
    about.save_revision()
    state = find_plan(website).standing.state
    assert state[Unit("about", "ru", "title")] == "Черновик"
    assert state[Unit("about", "ru", BLOCKS)] == ["own"]
    assert state[Unit("", "ru", MENU)] == ["news", "about", "contacts"]


def test_many_websites_are_read_with_few_queries(website, template, system, give, now, django_assert_max_num_queries):
    create_website(body=get_body("ministry-of-finance"), template=template, actor=system, now=now)
    give(('ru = "Контакты"', 'ru = "Связь"'))
    websites = list(Website.objects.order_by("pk"))
    with django_assert_max_num_queries(12):
        plans = list(plan_upgrades(websites))
    assert [len(plan.merge().changes) for plan in plans] == [1, 1]


def test_pages_that_the_template_never_gave_are_not_read(website, page):
    with CaptureQueriesContext(connection) as before:
        find_plan(website)
    page("").add_child(instance=DocumentPage(title="Приказ", slug="order", website=website))
    with CaptureQueriesContext(connection) as after:
        find_plan(website)
    assert len(after) == len(before)


def test_a_template_that_is_gone_offers_nothing(website, template):
    assert find_offer("gone") is None
    website.template = "gone"
    assert find_plan(website) is None
    assert find_offer(template).digest == find_offer(template).digest
