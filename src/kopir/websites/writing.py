"""Wagtail's editor without its letters: what colleagues remark stands beside the page."""

from __future__ import annotations

from typing import Any

from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages.edit import EditView


class QuietEditView(EditView):
    """Sends nothing: a request that writes runs in a transaction, and mail is the business of `notices`."""

    def send_commenting_notifications(self, changes: Any) -> None:  # noqa: ANN401 - Wagtail's
        """Leave the letters out."""


edit_page = require_admin_access(QuietEditView.as_view())
