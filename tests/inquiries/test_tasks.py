"""The hourly job erases what was kept for long enough."""

from __future__ import annotations

from datetime import timedelta

from kopir.base import clock
from kopir.base.actors import ANONYMOUS
from kopir.inquiries import actions, rules, tasks
from kopir.inquiries.models import Inquiry, Kind


def test_it_erases_what_is_old(education, now, monkeypatch):
    facts = {"words": "w", "address": "", "language": "en", "once": "a", "actor": ANONYMOUS, "now": now}
    actions.send_inquiry(website=education, page=None, kind=Kind.QUESTION, **facts)
    monkeypatch.setattr(clock, "now", lambda: now + rules.KEPT + timedelta(hours=1))
    tasks.forget()
    assert Inquiry.objects.get().words == ""
