"""Wagtail's editor without its letters: that colleagues remarked on a page is told by `notices`."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page

from kopir.base import clock
from kopir.websites.actions.telling import tell_remarked
from kopir.websites.models import SitePage

TOLD: Final = ("new_comments", "deleted_comments", "resolved_comments", "new_replies")
"""What of Wagtail's changes of remarks is told; not that one was put in other words."""


class Quiet:
    """Sends no mail itself: a request that writes runs in a transaction, and mail is the business of `notices`."""

    page: Page
    request: HttpRequest

    def send_commenting_notifications(self, changes: Any) -> None:  # noqa: ANN401 - Wagtail's
        """Tell those whom it concerns, in their inbox and by mail, once the request is committed."""
        if not any(changes[name] for name in TOLD):
            return
        threads = [comment.pk for comment in changes["resolved_comments"]]
        threads += [comment.pk for comment, _replies in changes["new_replies"]]
        page = SitePage.objects.get(pk=self.page.pk)
        tell_remarked(page=page, threads=threads, by=self.request.user.pk, now=clock.now())


class QuietEditView(Quiet, EditView):
    """The editor of a page."""


class QuietRevertView(Quiet, RevisionsRevertView):
    """The same with an earlier version in it."""


edit_page = require_admin_access(QuietEditView.as_view())
revert_page = require_admin_access(QuietRevertView.as_view())
