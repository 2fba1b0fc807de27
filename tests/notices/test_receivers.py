"""Letters that lower rooms want sent: from the event to the mail."""

from __future__ import annotations

import pytest

from kopir.accounts.events import LetterDue
from kopir.accounts.models import User
from kopir.base.events import emit
from kopir.base.models import Job
from kopir.base.running import attempt
from kopir.notices.models import Delivery, Message
from kopir.notices.receivers import receive
from kopir.notices.sending import DELIVER

pytestmark = pytest.mark.django_db


def test_a_letter_to_a_person_is_due(django_capture_on_commit_callbacks, mailoutbox):
    anna = User.objects.create_user("anna@example.org", language="ru")
    with django_capture_on_commit_callbacks(execute=True):
        emit(LetterDue("accounts.reset_withdrawn", "kk", {"operator": "Boris"}, user_id=str(anna.pk)))
    assert Message.objects.get().user == anna
    job = Job.objects.get(name=DELIVER)
    attempt.call(job.pk, 1)
    (mail,) = mailoutbox
    assert mail.to == ["anna@example.org"]
    assert "Boris" in mail.body
    assert [kind for _, kind in mail.alternatives] == ["text/html"]


def test_a_letter_to_an_address_is_due(mailoutbox):
    receive(LetterDue("accounts.confirm_email", "kk", {"code": "918273"}, address="new@example.org"))
    delivery = Delivery.objects.get()
    assert (delivery.user, delivery.address, delivery.language) == (None, "new@example.org", "kk")
    assert not Message.objects.exists()
