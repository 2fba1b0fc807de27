"""The one step between draft and public: another person reads the page and shows it, or sends it back."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Page, Task, TaskState

from kopir.base import clock
from kopir.websites.models.base import SitePage

KEPT: Final = _("What you write here is kept in the record, with your name.")


class ReasonForm(TaskStateCommentForm):
    """What the window asks of who publishes although the gate has found something."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Say what becomes of the words."""
        super().__init__(*args, **kwargs)
        self.fields["comment"].help_text = KEPT


def tell_publishing(*, is_faulty: bool) -> Promise:
    """What the button says that publishes a page; `is_faulty`: the gate has found something."""
    return _("Publish, with a reason") if is_faulty else _("Publish")


class ReviewTask(Task):
    """Done by whoever may publish on the website for which they act, and did not write any of it themselves."""

    class Meta:
        verbose_name = _("review by a publisher")

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:  # noqa: ANN401 - the person, lazily
        """Publish or send back: for those who may, of pages of the acting website alone."""
        from kopir.websites.gate import judge
        from kopir.websites.rights import may_review

        if not may_review(obj, user):
            return []
        # What the gate found is published with a written reason alone: the window that asks for a remark asks for it.
        draft = obj.get_latest_revision_as_object()
        is_faulty = any(finding.is_must for finding in judge(draft))
        publish = ("approve", tell_publishing(is_faulty=is_faulty), is_faulty)
        return [publish, ("reject", _("Send back with a remark"), True)]

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        """What the window asks before it publishes, or sends back."""
        return ReasonForm if action == "approve" else TaskStateCommentForm

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **options: Any) -> Any:  # noqa: ANN401
        """Judge once more, with what is in the database now: the page may have changed since the button was shown."""
        from kopir.websites.actions.approving import approve
        from kopir.websites.actions.publishing import check_gate
        from kopir.websites.rights import check_may_review

        page = SitePage.objects.get(pk=task_state.workflow_state.object_id)
        check_may_review(page, user)
        if action_name == "approve":
            passed = check_gate(task_state.revision, str(options.get("comment") or ""))
            approve(page=page, revision=task_state.revision, user_id=user.pk, passed=passed, now=clock.now())
        return super().on_action(task_state, user, action_name, **options)

    def get_task_states_user_can_moderate(self, user: Any, **_options: Any) -> QuerySet[TaskState]:  # noqa: ANN401
        """What waits on the acting website, for its publishers."""
        from kopir.websites.rights import find_rights

        rights = find_rights(user)
        if rights is None or not rights.may_publish:
            found: QuerySet[TaskState] = TaskState.objects.none()
            return found
        ids = SitePage.objects.filter(website=rights.website).values(text=Cast("pk", CharField()))
        states: QuerySet[TaskState] = TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, task=self, workflow_state__object_id__in=ids
        )
        return states

    @classmethod
    def get_description(cls) -> str:
        """One line, for lists of tasks."""
        return str(_("Another person of the same body reads the page and publishes it."))
