"""The one workflow of the platform."""

from __future__ import annotations

from wagtail.models import GroupApprovalTask, Page, Task, Workflow

from kopir.websites.actions.review import ensure_review
from kopir.websites.queries import find_page


def test_every_page_of_every_website_has_the_same(education, finance):
    workflow = Workflow.objects.get()
    for website in (education, finance):
        assert find_page(website, "kk", "about/head").get_workflow() == workflow


def test_the_one_of_wagtails_first_migration_is_gone(db):
    assert GroupApprovalTask.objects.exists()
    ensure_review(Page.get_first_root_node())
    assert not GroupApprovalTask.objects.exists()


def test_it_is_made_once(education):
    before = (Workflow.objects.get(), Task.objects.get())
    ensure_review(Page.get_first_root_node())
    assert (Workflow.objects.get(), Task.objects.get()) == before
