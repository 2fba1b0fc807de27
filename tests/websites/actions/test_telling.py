"""What is not shown though somebody approved it is told, in each reader's own language."""

from __future__ import annotations

from kopir.accounts.models import RoleGrant, User
from kopir.base.actors import Role
from kopir.notices.models import Message
from kopir.websites.actions.telling import tell_refused
from kopir.websites.errors import SiteArchivedError
from people import make_person
from planned import make_publisher


def refuse(website, to, now):
    error = SiteArchivedError(name="a-site")
    tell_refused(website=website, to=to, title="The title", path="/edit/", error=error, now=now)


def test_each_is_told_once_in_their_language(education, now):
    reader, _actor = make_publisher(education)
    gone, _actor = make_publisher(education, "gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    to = [reader.pk, reader.pk, None, gone.pk]
    refuse(education, to, now)
    (message,) = Message.objects.all()
    assert message.user_id == reader.pk
    assert "The title" in message.subject
    assert "“a-site” is archived" in message.text


def test_who_works_for_the_website_no_more_is_not_told(education, finance, now):
    former, _actor = make_publisher(education, "former")
    RoleGrant.objects.filter(user=former).update(ended_at=now)
    moved, _actor = make_publisher(finance, "moved")
    operator = make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])
    refuse(education, [former.pk, moved.pk, operator.pk], now)
    assert [message.user_id for message in Message.objects.all()] == [operator.pk]
