"""Bundles go out as a whole or not at all, and nobody approves what they had a hand in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.notices.models import Message
from kopir.websites.actions import publish_page, unpublish_page
from kopir.websites.actions.bundles import approve_bundle, save_bundle, send_bundle, withdraw_bundle
from kopir.websites.errors import BundleClosedError, BundleError, ForeignThingError, GateError, TooEarlyError
from kopir.websites.models import NewsPage
from planned import facts_of, let_pass, make_publisher, page_at
from sitemedia import change, write_news

BAD = [{"type": "paragraph", "value": '<p><a href="https://a.example/">click here</a></p>', "id": "1"}]


@pytest.fixture
def editor(education):
    return make_publisher(education, "editor", Role.EDITOR)


@pytest.fixture
def publisher(education):
    return make_publisher(education)


@pytest.fixture
def pages(education, editor, hands):
    """One piece of news in two languages, and a change of a page that is live."""
    made = [write_news(education, language, slug=f"bridge-{language}") for language in ("kk", "ru")]
    for page in made:
        page.save_revision(user=editor[0])
    about = page_at(education, "ru", "about")
    about.title = "Новое имя"
    about.save_revision(user=editor[0])
    return [*made, page_at(education, "ru", "about")]


def bundle_of(education, pages, editor, now, go_out_at=None):
    return save_bundle(
        website=education, title="Budget day", go_out_at=go_out_at, pages=pages, actor=editor[1], now=now
    )


def shown(pages):
    """For each whether its newest version is what the public sees."""
    found = []
    for page in pages:
        page.refresh_from_db()
        found.append(page.live and page.live_revision_id == page.latest_revision_id)
    return found


def test_all_go_out_as_soon_as_another_person_approves(education, pages, editor, publisher, now, client):
    bundle = bundle_of(education, pages, editor, now)
    assert shown(pages) == [False] * 3
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    assert shown(pages) == [True] * 3
    assert "Новое имя" in client.get("/ru/ministry-of-education/about/").content.decode()
    rows = Row.objects.filter(action="websites.publish_page")
    assert {(row.actor_id, facts_of(row)["bundle"]) for row in rows} == {(publisher[1].id, bundle.pk)}
    assert Row.objects.filter(subject=f"websites.bundle:{bundle.pk}").count() == 3


def test_all_go_out_at_their_instant_and_leak_nowhere_before(education, pages, editor, publisher, now, hands, client):
    soon = now + timedelta(hours=1)
    bundle = approve_bundle(bundle=bundle_of(education, pages, editor, now, soon), actor=publisher[1], now=now)
    let_pass(hands, soon - timedelta(seconds=1))
    assert shown(pages) == [False] * 3
    for path in ("/kk/ministry-of-education/", "/ru/ministry-of-education/feed.xml", "/api/1/contents?kind=news"):
        assert "bridge" not in client.get(path).content.decode()
    let_pass(hands, soon)
    assert shown(pages) == [True] * 3
    row = Row.objects.get(action="websites.send_bundle")
    assert (row.actor_kind, row.subject) == ("system", f"websites.bundle:{bundle.pk}")
    assert send_bundle(bundle_id=bundle.pk, now=soon) is False


@pytest.mark.parametrize("fault", ["gate", "own work", "own time"])
def test_one_that_may_not_keeps_all_back_and_is_named(education, pages, editor, publisher, now, fault):
    odd = pages[1]
    if fault == "gate":
        change(odd, body=BAD, title="Odd")
    elif fault == "own work":
        odd.title = "Odd"
        odd.save_revision(user=publisher[0])
    else:
        change(odd, title="Odd", go_live_at=now + timedelta(days=9))
    bundle = bundle_of(education, pages, editor, now)
    with pytest.raises(BundleError) as caught:
        approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    assert [title for title, _error in caught.value.faults] == ["Odd"]
    assert "“Odd”" in caught.value.message()
    assert shown(pages) == [False] * 3
    bundle.refresh_from_db()
    assert bundle.state == "open"


def test_a_written_reason_lets_stay_what_the_gate_found(education, pages, editor, publisher, now, hands):
    change(pages[0], body=BAD)
    soon = now + timedelta(hours=1)
    bundle = bundle_of(education, pages, editor, now, soon)
    approve_bundle(bundle=bundle, reason="The law gives these very words", actor=publisher[1], now=now)
    let_pass(hands, soon)
    assert shown(pages) == [True] * 3


def test_who_put_it_together_and_who_may_only_write_do_not_approve(education, finance, pages, editor, publisher, now):
    bundle = bundle_of(education, pages, publisher, now)
    with pytest.raises(TooEarlyError):
        approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    almost = Actor("person", id=editor[1].id, grants=editor[1].grants | {(Role.PUBLISHER, finance.body_id)})
    with pytest.raises(NotAllowedError):
        approve_bundle(bundle=bundle, actor=almost, now=now)
    with pytest.raises(NotAllowedError):
        bundle_of(education, pages, make_publisher(finance, "stranger"), now)


def test_who_changed_it_last_does_not_approve_it(education, pages, editor, publisher, now):
    bundle = bundle_of(education, pages, editor, now)
    changes = {"title": "x", "go_out_at": None, "pages": pages[:1]}
    save_bundle(website=education, bundle=bundle, **changes, actor=publisher[1], now=now)
    with pytest.raises(TooEarlyError):
        approve_bundle(bundle=bundle, actor=publisher[1], now=now)


def test_an_earlier_approval_does_not_send_a_page_out_before_its_bundle(
    education, pages, editor, publisher, now, hands
):
    early, soon = now + timedelta(minutes=30), now + timedelta(hours=1)
    publish_page(page=change(pages[2], go_live_at=early), actor=publisher[1], now=now)
    approve_bundle(bundle=bundle_of(education, pages, editor, now, soon), actor=publisher[1], now=now)
    let_pass(hands, early)
    assert shown(pages) == [False] * 3
    let_pass(hands, soon)
    assert shown(pages) == [True] * 3


def test_at_the_instant_a_page_whose_version_is_out_already_keeps_all_back(
    education, pages, editor, publisher, now, hands
):
    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    bundle.entries.get(page=pages[2]).version.revision.publish()  # past our actions
    assert "published otherwise" in refused(pages[:2], now, hands, publisher)


def refused(pages, now, hands, publisher):
    let_pass(hands, now + timedelta(hours=1))
    assert Row.objects.filter(action="websites.refuse_bundle").count() == 1
    assert not NewsPage.objects.filter(slug__startswith="bridge", live=True).exists()
    return Message.objects.get(user=publisher[0], letter="websites.refused").text


def test_at_the_instant_a_page_that_was_deleted_keeps_all_back(education, pages, editor, publisher, now, hands):
    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    pages[2].delete()
    assert "deleted, taken down or published" in refused(pages[:2], now, hands, publisher)
    bundle.refresh_from_db()
    assert bundle.state == "refused"


def test_at_the_instant_a_page_that_was_published_otherwise_keeps_all_back(
    education, pages, editor, publisher, system, now, hands
):
    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    publish_page(page=change(pages[2], title="Other"), actor=system, now=now)
    assert "published otherwise" in refused(pages[:2], now, hands, publisher)


def test_at_the_instant_a_page_that_was_taken_down_keeps_all_back(
    education, pages, editor, publisher, system, now, hands
):
    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    unpublish_page(page=pages[2], actor=system, now=now)
    assert "taken down" in refused(pages[:2], now, hands, publisher)
    pages[2].refresh_from_db()
    assert not pages[2].live


def test_at_the_instant_the_gate_judges_again(education, pages, editor, publisher, now, hands, monkeypatch):
    from kopir.websites.actions import scheduling
    from kopir.websites.gate import Finding

    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    monkeypatch.setattr(
        scheduling, "judge", lambda page: [Finding("heading_empty", "x")] if page.pk == pages[1].pk else []
    )
    assert GateError([Finding("heading_empty", "x")]).message() in refused(pages, now, hands, publisher)


def test_an_approval_can_be_taken_back_and_what_is_approved_is_not_changed(
    education, pages, editor, publisher, now, hands
):
    bundle = bundle_of(education, pages, editor, now, now + timedelta(hours=1))
    approve_bundle(bundle=bundle, actor=publisher[1], now=now)
    again = {"website": education, "title": "x", "go_out_at": None, "pages": pages, "bundle": bundle}
    with pytest.raises(BundleClosedError):
        save_bundle(**again, actor=editor[1], now=now)
    with pytest.raises(NotAllowedError):
        withdraw_bundle(bundle=bundle, actor=editor[1], now=now)
    withdraw_bundle(bundle=bundle, actor=publisher[1], now=now)
    let_pass(hands, now + timedelta(hours=2))
    assert shown(pages) == [False] * 3
    assert save_bundle(**again, actor=editor[1], now=now).title == "x"


def test_pages_of_another_website_are_refused(education, finance, editor, now):
    with pytest.raises(ForeignThingError):
        bundle_of(education, [page_at(finance, "ru", "about")], editor, now)
