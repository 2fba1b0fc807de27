"""Makes Wagtail's administration ours, once, at start-up: its forms, the record, and no letters of its own."""

from __future__ import annotations

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from kopir.websites import recording
from kopir.websites.models import SitePage


def prepare() -> None:
    """Set the form behind every page, and listen for the record."""
    from kopir.websites.forms import SitePageForm

    SitePage.base_form_class = SitePageForm
    recording.connect()


def silence() -> None:
    """Take off the receivers that Wagtail's administration connects to send letters by itself, within a request."""
    for signal, sender, uid in (
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
    ):
        signal.disconnect(sender=sender, dispatch_uid=uid)
