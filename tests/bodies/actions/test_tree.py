"""The tree: made, moved and closed by the operator alone, never in a circle, each change with its row."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.events import subscribe, unsubscribe
from kopir.bodies.actions import archive_body, change_body, create_body, move_body, restore_body
from kopir.bodies.errors import (
    BodyExistsError,
    ChangedMeanwhileError,
    HasSubordinatesError,
    OwnAncestorError,
    UnfitFieldError,
    UnknownBodyError,
    WrongNumberError,
)
from kopir.bodies.events import BodyChanged
from kopir.bodies.models import Body
from kopir.bodies.queries import find_broken_paths, get_body, list_ancestors, list_descendants
from kopir.pagecache.models import Purge

NAMES = {"kk": "Агенттік", "ru": "Агентство", "en": "Agency"}


def person(*grants: tuple[Role, int | None]) -> Actor:
    """Somebody who holds these grants and no other."""
    return Actor("person", id="9", name="B. Person", grants=frozenset(grants))


@pytest.fixture
def make(kz, operator, now):
    def make_body(slug: str, parent: Body | None = None, **fields) -> Body:
        return create_body(
            parent=parent, actor=operator, now=now, **{"slug": slug, "kind": "agency", "names": NAMES} | fields
        )

    return make_body


def test_a_body_is_made_below_another_and_recorded(make, now):
    body = make("a", get_body("government"), code="061240016016")
    assert [each.slug for each in list_ancestors(body)] == ["government"]
    assert (body.revision, body.created_at) == (1, now)
    row = Row.objects.get(action="bodies.create_body")
    assert (row.subject, row.body_id) == (f"bodies.body:{body.pk}", body.pk)
    assert '"parent":"government"' in (row.after or "")


def test_a_body_moves_with_all_below_it(make, operator, now):
    top, other = make("top"), make("other")
    middle = make("middle", top)
    leaf = make("leaf", middle)
    move_body(body=middle, parent=other, revision=1, actor=operator, now=now)
    assert [each.slug for each in list_ancestors(get_body("leaf"))] == ["other", "middle"]
    assert {each.pk for each in list_descendants(get_body("other"))} == {middle.pk, leaf.pk}
    assert not list_descendants(get_body("top")).exists()
    assert find_broken_paths() == []
    move_body(body=middle, parent=None, revision=2, actor=operator, now=now)
    assert get_body("leaf").ancestor_ids == [middle.pk]
    assert find_broken_paths() == []


@pytest.mark.parametrize("under", ["top", "middle", "leaf"])
def test_a_body_is_never_its_own_ancestor(make, operator, now, under):
    top = make("top")
    make("leaf", make("middle", top))
    with pytest.raises(OwnAncestorError, match="cannot stand below itself"):
        move_body(body=top, parent=get_body(under), revision=1, actor=operator, now=now)
    assert find_broken_paths() == []
    assert not Row.objects.filter(action="bodies.move_body").exists()


def test_ids_that_begin_alike_are_no_ancestors(make, operator, now):
    """The body with id 1 is not above the one with id 12."""
    one = make("one")
    others = [make(f"x{number}") for number in range(12)]
    alike = next((each for each in others if str(each.pk).startswith(str(one.pk))), others[-1])
    move_body(body=one, parent=alike, revision=1, actor=operator, now=now)
    assert find_broken_paths() == []


def test_the_database_itself_refuses_a_body_above_itself(make):
    from django.db import IntegrityError, transaction

    body = make("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.filter(pk=body.pk).update(parent=body)


def test_a_move_to_where_it_stands_is_no_change(make, operator, now):
    body = make("a", get_body("government"))
    assert move_body(body=body, parent=get_body("government"), revision=1, actor=operator, now=now).revision == 1
    assert not Row.objects.filter(action="bodies.move_body").exists()


def test_only_what_differs_is_recorded(make, operator, now):
    body = make("a", phone="1414")
    changed = change_body(body=body, revision=1, phone="1414", site="https://a.example", actor=operator, now=now)
    assert (changed.revision, changed.site) == (2, "https://a.example")
    row = Row.objects.get(action="bodies.change_body")
    assert (row.before, row.after) == ('{"site":""}', '{"site":"https://a.example"}')
    change_body(body=body, revision=2, phone="1414", actor=operator, now=now)
    assert Row.objects.filter(action="bodies.change_body").count() == 1


def test_a_body_is_closed_after_those_below_it(make, operator, now):
    top = make("top")
    leaf = make("leaf", top)
    with pytest.raises(HasSubordinatesError, match="1 active bodies stand below"):
        archive_body(body=top, revision=1, actor=operator, now=now)
    archive_body(body=leaf, revision=1, actor=operator, now=now)
    archive_body(body=top, revision=1, actor=operator, now=now)
    with pytest.raises(UnknownBodyError):
        get_body("top")
    with pytest.raises(UnfitFieldError, match="body above is closed"):
        restore_body(body=leaf, revision=2, actor=operator, now=now)
    restore_body(body=top, revision=2, actor=operator, now=now)
    assert not get_body("top").is_archived


@pytest.mark.parametrize("action", [archive_body, restore_body])
def test_closing_twice_is_once(make, operator, now, action):
    body = make("a")
    if action is restore_body:
        archive_body(body=body, revision=1, actor=operator, now=now)
    before = action(body=body, revision=Body.objects.get(pk=body.pk).revision, actor=operator, now=now)
    assert action(body=body, revision=before.revision, actor=operator, now=now).revision == before.revision


def test_others_are_told_after_the_change(make, operator, now, django_capture_on_commit_callbacks):
    heard = []
    subscribe(BodyChanged, heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            body = make("a")
            assert heard == []
    finally:
        unsubscribe(BodyChanged, heard.append)
    assert heard == [BodyChanged(body.pk, "a")]


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"slug": "government"}, BodyExistsError, "slug"),
        ({"code": "061240016016"}, BodyExistsError, "code"),
        ({"code": "061240016017"}, WrongNumberError, "code"),
        ({"kind": "hokimiyat"}, UnfitFieldError, "kind"),
        ({"kind": ""}, UnfitFieldError, "kind"),
        ({"slug": "../x"}, UnfitFieldError, "slug"),
        ({"slug": "x" * 101}, UnfitFieldError, "slug"),
        ({"names": {"kk": "А"}}, UnfitFieldError, "names"),
        ({"names": NAMES | {"tg": "А"}}, UnfitFieldError, "names"),
        ({"names": "x"}, UnfitFieldError, "names"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make, fields, error, field):
    make("a", code="061240016016")
    with pytest.raises(error) as caught:
        make(**({"slug": "b"} | fields))
    assert caught.value.fields["field"] == field
    assert not Body.objects.filter(slug="b").exists()


def test_a_body_that_is_gone(make, operator, now):
    body = make("a")
    Body.objects.filter(pk=body.pk).delete()
    with pytest.raises(UnknownBodyError):
        change_body(body=body, revision=1, phone="1", actor=operator, now=now)


@pytest.mark.parametrize("revision", [0, 2])
def test_old_knowledge_changes_nothing(make, operator, now, revision):
    body = make("a")
    for attempt in (
        lambda: change_body(body=body, revision=revision, phone="1414", actor=operator, now=now),
        lambda: move_body(body=body, parent=get_body("government"), revision=revision, actor=operator, now=now),
        lambda: archive_body(body=body, revision=revision, actor=operator, now=now),
    ):
        with pytest.raises(ChangedMeanwhileError):
            attempt()


def test_the_deny_table(make, now):
    """Everybody but the operator of the whole platform, the almost-right person among them."""
    body, other = make("a"), make("other")
    outsiders = [
        ANONYMOUS,
        person(),
        person((Role.PLATFORM_OPERATOR, body.pk)),
        person((Role.SITE_ADMINISTRATOR, body.pk)),
        person((Role.SITE_ADMINISTRATOR, None)),
        person((Role.HEAD, body.pk), (Role.PUBLISHER, None), (Role.AUDITOR, None)),
    ]
    for actor in outsiders:
        mine = {"actor": actor, "now": now}
        for action, arguments in (
            (create_body, {"parent": None, "slug": "b", "kind": "agency", "names": NAMES}),
            (change_body, {"body": body, "revision": 1, "code": "061240016016"}),
            (move_body, {"body": body, "revision": 1, "parent": other}),
            (archive_body, {"body": body, "revision": 1}),
            (restore_body, {"body": body, "revision": 1}),
        ):
            with pytest.raises(NotAllowedError):
                action(**arguments, **mine)
    stored = get_body("a")
    assert (stored.revision, stored.parent) == (1, None)


def test_the_administrator_of_one_body_changes_the_face_of_that_one_alone(make, now):
    body, other = make("a"), make("other")
    actor = person((Role.SITE_ADMINISTRATOR, body.pk))
    assert change_body(body=body, revision=1, phone="1414", actor=actor, now=now).phone == "1414"
    with pytest.raises(NotAllowedError):
        change_body(body=other, revision=1, phone="1414", actor=actor, now=now)
    with pytest.raises(NotAllowedError):
        change_body(body=body, revision=2, phone="1415", slug="b", actor=actor, now=now)
    with pytest.raises(TypeError, match="is_archived"):
        change_body(body=body, revision=2, is_archived=True, actor=actor, now=now)


def test_a_body_that_is_closed_is_purged_hard(make, operator, now):
    body = make("a")
    Purge.objects.all().delete()
    archive_body(body=body, revision=1, actor=operator, now=now)
    assert [(f"bodies.body:{body.pk}" in row.tags, row.is_hard) for row in Purge.objects.all()] == [(True, True)]
    restore_body(body=body, revision=2, actor=operator, now=now)
    assert not Purge.objects.last().is_hard
