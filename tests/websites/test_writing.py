"""Wagtail's editor sends no letters; who is concerned by a remark hears of it from the portal."""

from __future__ import annotations

import pytest
from django.core import mail
from wagtail.models import Comment, PageSubscription

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.notices.models import Message
from tenants import Tenant, news_form

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


@pytest.fixture
def tenant(education, settings):
    use_real_doors(settings)
    return Tenant(education, "alphamarkq")


@pytest.mark.parametrize("where", ["edit", "revisions/{}/revert"])
def test_a_remark_is_kept_and_told_by_the_portal_alone(tenant, finance, where, now):
    a, path = tenant, where.format(tenant.revision.pk)
    stranger, _client = make_editor("stranger", [(Role.EDITOR, finance)])
    PageSubscription.objects.create(page=a.draft, user=stranger, comment_notifications=True)
    PageSubscription.objects.filter(page=a.draft).update(comment_notifications=True)
    remark = {
        "comments-TOTAL_FORMS": "1",
        "comments-0-id": "",
        "comments-0-contentpath": "title",
        "comments-0-text": "Shorter, please",
        "comments-0-position": "",
        "comments-0-DELETE": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    answer = a.administrators_client.post(
        f"/edit/pages/{a.draft.pk}/{path}/", news_form("Changed", "changed", **remark)
    )
    assert answer.status_code == 302
    assert Comment.objects.filter(page=a.draft, text="Shorter, please", user=a.administrator).exists()
    assert mail.outbox == []
    (message,) = Message.objects.filter(letter="websites.remarked")
    assert message.user == a.editor, "who is from another body hears nothing, nor does who wrote it"
    assert f"/edit/pages/{a.draft.pk}/edit/" in message.text
    assert "Shorter" not in message.text


def test_what_changes_no_remark_is_told_to_nobody(tenant):
    tenant.administrators_client.post(f"/edit/pages/{tenant.draft.pk}/edit/", news_form("Changed", "changed"))
    assert not Message.objects.filter(letter="websites.remarked").exists()
