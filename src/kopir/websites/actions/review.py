"""The one workflow of the platform, the same for every website: who reviews is said by grants, not by its rows."""

from __future__ import annotations

from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

from kopir.websites.models import ReviewTask

NAME = "Review"


def ensure_review(top: Page) -> Workflow:
    """The workflow with its one step, for every page below `top`; made where it is missing.

    Wagtail's first migration puts another there, in which groups review: it goes before anybody has used it.
    """
    found = Workflow.objects.filter(workflow_tasks__task__in=ReviewTask.objects.values("pk")).first()
    if found is not None:
        workflow: Workflow = found
        return workflow
    Workflow.objects.all().delete()
    Task.objects.all().delete()
    workflow = Workflow.objects.create(name=NAME)
    WorkflowTask.objects.create(workflow=workflow, task=ReviewTask.objects.create(name=NAME), sort_order=0)
    WorkflowPage.objects.create(page=top, workflow=workflow)
    return workflow
