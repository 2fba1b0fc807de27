"""The step between draft and public. Who may take it: test_rights.py."""

from __future__ import annotations

import pytest
from wagtail.models import TaskState

from kopir.base.errors import NotAllowedError
from kopir.websites.models import ReviewTask
from kopir.websites.queries import find_page
from people import make_person


@pytest.fixture
def waiting(education):
    """A page that waits for review, with its step."""
    page = find_page(education, "kk", "about")
    page.save_revision()
    return page, page.get_workflow().start(page, None).current_task_state


def test_who_carries_no_rights_sees_and_does_nothing(waiting):
    page, state = waiting
    user = make_person("somebody@example.org")
    task = state.task.specific
    assert isinstance(task, ReviewTask)
    assert task.get_actions(page, user) == []
    assert not task.get_task_states_user_can_moderate(user).exists()
    with pytest.raises(NotAllowedError):
        task.on_action(state, user, "approve")
    assert TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_IN_PROGRESS


def test_it_says_what_it_is():
    assert "Another person" in ReviewTask.get_description()
