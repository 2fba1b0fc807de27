"""Wagtail's editor sends no letters."""

from __future__ import annotations

import pytest
from django.core import mail
from wagtail.models import Comment, PageSubscription

from editing import use_real_doors
from tenants import Tenant, news_form

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


def test_a_remark_is_kept_and_nobody_gets_a_letter_of_wagtails(education, settings):
    use_real_doors(settings)
    a = Tenant(education, "alphamarkq")
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
    answer = a.administrators_client.post(f"/edit/pages/{a.draft.pk}/edit/", news_form("Changed", "changed", **remark))
    assert answer.status_code == 302
    assert Comment.objects.filter(page=a.draft, text="Shorter, please", user=a.administrator).exists()
    assert mail.outbox == []
