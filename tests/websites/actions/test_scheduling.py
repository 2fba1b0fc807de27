"""What the clock does to pages: an embargo tells nobody, an end holds to the second, no approval is taken on trust."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kopir.audit.models import Row
from kopir.notices.models import Message
from kopir.search.models import Change
from kopir.websites import found
from kopir.websites.actions import publish_page
from kopir.websites.actions.publishing import unpublish_page
from kopir.websites.actions.scheduling import expire_page, publish_due
from kopir.websites.errors import TooEarlyError
from kopir.websites.models import NewsPage, SectionPage
from planned import facts_of, let_pass, make_publisher, page_at
from sitemedia import put_file, write_news

MARKER = "zqxembargo"
FACES = (
    "/kk/ministry-of-education/",
    "/kk/ministry-of-education/news/",
    "/kk/ministry-of-education/about/",
    "/ru/ministry-of-education/news/",
    "/kk/ministry-of-education/feed.xml",
    "/sitemaps/ministry-of-education.xml",
    "/api/1/contents?size=200",
    "/kk/search/?q=unheard",
)


@pytest.fixture
def soon(now, hands):
    return now + timedelta(hours=1)


@pytest.fixture
def publisher(education):
    return make_publisher(education)[1]


def text(page):
    """A block that links to a page, and a card that does."""
    link = f'<p>Read <a linktype="page" id="{page.pk}">more on it</a></p>'
    card = {"title": "A way on", "text": "", "page": page.pk, "address": ""}
    return [
        {"type": "paragraph", "value": link, "id": "6a1d3b3e-0000-4000-8000-000000000001"},
        {
            "type": "cards",
            "value": {"items": [{"type": "item", "value": card, "id": "6a1d3b3e-0000-4000-8000-000000000002"}]},
            "id": "6a1d3b3e-0000-4000-8000-000000000003",
        },
    ]


def read(client, path):
    answer = client.get(path)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")


def test_an_embargo_tells_nobody_until_its_instant(education, system, publisher, now, soon, hands, client):
    file = put_file(education, system, now, name="report.pdf")
    body = [{"type": "files", "value": {"items": [{"type": "item", "value": file.pk, "id": "1"}]}, "id": "2"}]
    page = write_news(education, title=f"Unheard {MARKER}", slug=f"a-{MARKER}", body=body, go_live_at=soon)
    about = page_at(education, "kk", "about")
    about.body = text(page)
    publish_page(page=about, revision=about.save_revision(), actor=system, now=now)
    Change.objects.all().delete()
    publish_page(page=page, actor=publisher, now=now)
    let_pass(hands, soon - timedelta(seconds=1))
    for face in FACES:
        assert MARKER not in read(client, face), face
    assert not Change.objects.exists()
    assert str(page.pk) not in found.visible(set(found.list_ids()) | {str(page.pk)})
    assert client.get(file.url).status_code == 404
    hidden, never = (client.get(f"/kk/ministry-of-education/news/{slug}/") for slug in (page.slug, "a-neverthere"))
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert hidden.content.decode().replace(MARKER, "neverthere") == never.content.decode()

    let_pass(hands, soon)
    assert client.get(page.get_url()).status_code == 200
    for face in ("/kk/ministry-of-education/", *FACES[1:3], *FACES[4:7]):
        assert MARKER in read(client, face), face
    assert str(page.pk) in found.visible({str(page.pk)})
    answer = client.get(file.url)
    answer.getvalue()
    assert answer.status_code == 200
    row = Row.objects.get(action="websites.publish_page", subject=f"websites.page:{page.pk}")
    assert (row.actor_kind, row.actor_id) == ("system", "websites.schedule")
    assert facts_of(row)["approved_by"] == publisher.id


def test_what_is_live_stays_until_the_next_version_comes(education, publisher, now, soon, hands, client):
    about = page_at(education, "ru", "about")
    about.title, about.go_live_at = "Новое имя", soon
    publish_page(page=about, revision=about.save_revision(), actor=publisher, now=now)
    assert Row.objects.filter(action="websites.schedule_page").count() == 1
    before = read(client, about.url_path)
    assert "О министерстве" in before
    assert "Новое имя" not in before
    let_pass(hands, soon)
    assert "Новое имя" in read(client, about.url_path)
    assert [version.number for version in about.versions.all()] == [1, 2]


def test_a_page_is_hidden_at_its_end_before_any_job_and_then_taken_down(
    education, publisher, now, soon, hands, client, system
):
    file = put_file(education, system, now)
    body = [{"type": "files", "value": {"items": [{"type": "item", "value": file.pk, "id": "1"}]}, "id": "2"}]
    page = publish_page(
        page=write_news(education, title=f"Title {MARKER}", body=body, expire_at=soon), actor=publisher, now=now
    )
    assert MARKER in read(client, "/kk/ministry-of-education/feed.xml")
    for face in ("/kk/ministry-of-education/", *FACES[1:2], *FACES[4:6], page.url_path):
        kept = json.loads(client.get(face).headers["Kopir-Keep"])
        assert kept["until"] == soon.timestamp(), f"{face} is kept longer than it is true"
    hands(soon)
    for face in ("/kk/ministry-of-education/", *FACES[1:7]):
        assert MARKER not in read(client, face), face
    assert client.get(page.get_url()).status_code == 404
    assert client.get(file.url).status_code == 404
    assert found.visible({str(page.pk)}) == set()
    let_pass(hands, soon)
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    row = Row.objects.get(action="websites.expire_page")
    assert (row.actor_kind, facts_of(row)["approved_by"]) == ("system", publisher.id)
    assert expire_page(page_id=page.pk, now=soon) is False


def test_what_was_approved_for_after_the_end_comes_all_the_same(education, publisher, now, soon, hands):
    page = publish_page(page=write_news(education, expire_at=soon), actor=publisher, now=now)
    page.expire_at, page.go_live_at, page.title = None, soon + timedelta(hours=1), "Again"
    publish_page(page=page, revision=page.save_revision(), actor=publisher, now=now)
    let_pass(hands, soon)
    page.refresh_from_db()
    assert not page.live
    let_pass(hands, soon + timedelta(hours=1))
    page.refresh_from_db()
    assert (page.live, page.title, page.expired) == (True, "Again", False)


def test_what_is_taken_back_before_its_instant_never_comes(education, publisher, now, soon, hands):
    about = page_at(education, "ru", "about")
    about.title, about.go_live_at = "Nothing", soon
    publish_page(page=about, revision=about.save_revision(), actor=publisher, now=now)
    unpublish_page(page=page_at(education, "ru", "about"), actor=publisher, now=now)
    let_pass(hands, soon)
    assert not SectionPage.objects.get(pk=about.pk).live


def schedule(education, publisher, now, soon):
    page = write_news(education, go_live_at=soon)
    publish_page(page=page, actor=publisher, now=now)
    return page


def refusal(page):
    """What the record says of the refusal; nothing was shown."""
    assert not NewsPage.objects.get(pk=page.pk).live
    return facts_of(Row.objects.get(action="websites.refuse_scheduled_page"))["why"]


def test_a_closed_website_shows_nothing_and_who_approved_is_told(education, publisher, now, soon, hands):
    page = schedule(education, publisher, now, soon)
    education.state = "archived"
    education.save()
    let_pass(hands, soon)
    assert refusal(page) == "websites.archived"
    message = Message.objects.get(user=publisher.id, letter="websites.refused")
    assert "archived" in message.text
    assert f"/edit/pages/{page.pk}/edit/" in message.text
    assert publish_due(revision_id=page.latest_revision_id, now=soon) is False


def test_what_the_gate_finds_since_then_stops_it(education, publisher, now, soon, hands, monkeypatch):
    from kopir.websites.actions import scheduling
    from kopir.websites.gate import Finding

    page = schedule(education, publisher, now, soon)
    monkeypatch.setattr(scheduling, "judge", lambda _page: [Finding("heading_empty", "x")])
    let_pass(hands, soon)
    assert refusal(page) == "websites.gate"


def test_what_was_let_stay_with_a_reason_is_let_stay_then_too(education, publisher, now, soon, hands):
    body = [{"type": "paragraph", "value": '<p><a href="https://a.example/">click here</a></p>', "id": "1"}]
    page = write_news(education, body=body, go_live_at=soon)
    publish_page(page=page, actor=publisher, now=now, reason="The law gives these very words")
    let_pass(hands, soon)
    assert NewsPage.objects.get(pk=page.pk).live


def test_nobody_is_taken_to_have_approved_their_own_and_nothing_goes_without_approval(
    education, publisher, now, soon, hands
):
    page = schedule(education, publisher, now, soon)
    page.latest_revision.user_id = publisher.id
    page.latest_revision.save(update_fields=["user"])
    let_pass(hands, soon)
    assert refusal(page) == TooEarlyError.code


def test_an_instant_that_nobody_approved_shows_nothing(education, publisher, now, soon, hands):
    page = schedule(education, publisher, now, soon)
    page.versions.all().delete()
    let_pass(hands, soon)
    assert refusal(page) == "base.not_allowed"
