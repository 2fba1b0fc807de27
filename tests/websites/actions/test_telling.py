"""What is not shown though somebody approved it is told, in each reader's own language."""

from __future__ import annotations

from kopir.accounts.models import User
from kopir.notices.models import Message
from kopir.websites.actions.telling import tell_refused
from kopir.websites.errors import SiteArchivedError
from planned import make_publisher


def test_each_is_told_once_in_their_language(education, now):
    reader, _actor = make_publisher(education)
    gone, _actor = make_publisher(education, "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    to = [reader.pk, reader.pk, None, gone.pk]
    tell_refused(to, "The title", "/edit/", SiteArchivedError(name="a-site"), now)
    (message,) = Message.objects.all()
    assert message.user_id == reader.pk
    assert "The title" in message.subject
    assert "“a-site” is archived" in message.text
