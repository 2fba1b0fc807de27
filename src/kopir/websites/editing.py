"""Makes Wagtail's administration ours, once, at start-up: its forms, the record, and no letters of its own."""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import BaseChooser
from wagtail.models import ReferenceIndex, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from kopir.websites import recording
from kopir.websites.acting import find_current
from kopir.websites.linking import find_references_to, is_visible
from kopir.websites.models import SitePage


def prepare() -> None:
    """Set the form behind every page, listen for the record, and let choosers and counts name nothing foreign."""
    from kopir.websites.forms import SitePageForm

    SitePage.base_form_class = SitePageForm
    recording.connect()
    BaseChooser.render = render_chooser
    BaseChooser.get_value_data = get_chosen
    ReferenceIndex.get_references_to = staticmethod(lambda thing: find_references_to(thing, find_current()))


def render_chooser(
    self: BaseChooser,
    name: str,
    value: Any,  # noqa: ANN401 - a widget's
    attrs: dict[str, Any] | None = None,
    renderer: Any = None,  # noqa: ANN401 - a widget's
) -> SafeString:
    """What `BaseChooser.render` gives, with a mark for our script in the place of one inline: it has no template."""
    target = (attrs or {})["id"]
    data = self.get_value_data(value)
    return format_html(
        '{}<template data-websites-start="{}" data-websites-new data-websites-target="{}" data-websites-options="{}">'
        "</template>",
        self.render_html(name, data, attrs),
        self.js_constructor,
        target,
        json.dumps(self.get_js_init_options(target, name, data)),
    )


def get_chosen(self: BaseChooser, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a number, or the thing itself
    """What `BaseChooser.get_value_data` gives, and nothing of what belongs to another website."""
    instance = self.get_instance(value)
    if not instance or not is_visible(instance, find_current()):
        return None
    data: dict[str, Any] = self.get_value_data_from_instance(instance)
    return data


def silence() -> None:
    """Take off the receivers that Wagtail's administration connects to send letters by itself, within a request."""
    for signal, sender, uid in (
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
    ):
        signal.disconnect(sender=sender, dispatch_uid=uid)
