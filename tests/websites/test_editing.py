"""How Wagtail's administration is made ours at start-up."""

from __future__ import annotations

from django.urls import get_resolver
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from kopir.websites.forms import SitePageForm
from kopir.websites.models import NewsPage, SitePage


def test_every_page_has_our_form():
    assert issubclass(SitePage.base_form_class, SitePageForm)
    assert issubclass(NewsPage.get_edit_handler().get_form_class(), SitePageForm)


def test_nothing_listens_that_would_send_letters():
    assert get_resolver().url_patterns, "the addresses are read, and with them Wagtail's hooks"
    assert not task_submitted.has_listeners(TaskState)
    for signal in (workflow_approved, workflow_rejected, workflow_submitted):
        assert not signal.has_listeners(WorkflowState)
