"""What the gate found is told to who writes, and asked of who publishes from the administration."""

from __future__ import annotations

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.fallback import FallbackStorage
from wagtail.models import Task

from kopir.accounts.models import User
from kopir.base.actors import Actor, Role
from kopir.websites import gate_hooks
from kopir.websites.actions.review import ensure_review
from kopir.websites.errors import GateError
from kopir.websites.models import LanguageRoot
from kopir.websites.queries import get_home
from kopir.websites.rights import Rights, carry
from sitemedia import write_news

FAULTY = [{"type": "paragraph", "value": '<p><a href="https://x.example/">мында</a></p>'}]


@pytest.fixture
def request_(rf):
    """A request that keeps what is told."""
    request = rf.get("/edit/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def told(request):
    return [(message.level, str(message)) for message in request._messages]


def test_a_good_draft_is_told_nothing(education, request_):
    gate_hooks.tell(request_, write_news(education))
    assert told(request_) == []


def test_what_was_found_is_told_by_its_weight(education, request_):
    gate_hooks.tell(request_, write_news(education, body=FAULTY, title="ЖАҢА КӨПІР <АШЫЛДЫ>"))
    (must, first), (better, second) = told(request_)
    assert (must, better) == (constants.WARNING, constants.INFO)
    assert "“мында”" in first
    assert "&lt;АШЫЛДЫ&gt;" in second, "escaped"


def test_other_pages_are_left_alone(education, request_):
    gate_hooks.tell(request_, LanguageRoot.objects.first())
    assert told(request_) == []


@pytest.fixture
def reviewer(education, django_user_model):
    """A publisher of the website, who carries the rights of a request."""
    user = User.objects.create(email="p@example.org", name="P")
    roles = frozenset({Role.PUBLISHER})
    actor = Actor("person", id=str(user.pk), grants=frozenset({(Role.PUBLISHER, education.body_id)}))
    carry(user, Rights(education, roles, actor), "kk")
    return user


@pytest.mark.parametrize(("body", "asks"), [([], False), (FAULTY, True)])
def test_publishing_asks_for_a_reason_where_something_was_found(education, reviewer, body, asks, monkeypatch):
    passed: list[str] = []
    monkeypatch.setattr(Task, "on_action", lambda self, state, user, action, **_rest: passed.append(action))
    page = write_news(education, body=body)
    state = ensure_review(get_home(education, "kk")).start(page, None)
    task = state.current_task_state.task.specific
    actions = {name: needs_words for name, _label, needs_words in task.get_actions(page, reviewer)}
    assert actions == {"approve": asks, "reject": True}
    if asks:
        for comment in ("", "Иә"):
            with pytest.raises(GateError):
                task.on_action(state.current_task_state, reviewer, "approve", comment=comment)
    assert passed == []
    task.on_action(state.current_task_state, reviewer, "approve", comment="Заңның мәтіні осылай жазылған")
    task.on_action(state.current_task_state, reviewer, "reject", comment="")
    assert passed == ["approve", "reject"]
