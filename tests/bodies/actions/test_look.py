"""Colors and crest of a body: judged before they are kept."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.actions import set_theme
from kopir.bodies.errors import ChangedMeanwhileError, UnknownBodyError, UnreadableColorsError
from kopir.bodies.models import Body
from kopir.bodies.queries import get_body
from kopir.design.errors import CrestUnreadableError, CrestUnsafeError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><rect width="9" height="9"/></svg>'


@pytest.fixture
def body(kz, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return get_body("ministry-of-finance")


def test_colors_and_a_crest_are_kept_and_recorded(body, operator, now):
    changed = set_theme(body=body, colors={"brand": "#0b4a6f"}, crest=SVG, revision=1, actor=operator, now=now)
    stored = get_body(body.slug)
    assert (stored.colors, stored.revision, changed.revision) == ({"brand": "#0b4a6f"}, 2, 2)
    with stored.crest.open() as file:
        kept = file.read()
    assert b"rect" in kept
    assert b"script" not in kept
    assert b"onload" not in kept
    row = Row.objects.get(action="bodies.set_theme")
    assert (row.body_id, '"brand":"#0b4a6f"' in (row.after or "")) == (body.pk, True)


def test_a_crest_stays_where_none_is_given(body, operator, now):
    set_theme(body=body, colors={}, crest=SVG, revision=1, actor=operator, now=now)
    set_theme(body=body, colors={"brand": "#0b4a6f"}, crest=None, revision=2, actor=operator, now=now)
    assert get_body(body.slug).crest
    set_theme(body=body, colors={"brand": "#0b4a6f"}, crest=None, revision=3, actor=operator, now=now)
    assert Row.objects.filter(action="bodies.set_theme").count() == 2


@pytest.mark.parametrize(
    ("colors", "field"),
    [
        ({"brand": "#ffff00"}, "brand"),
        ({"brand": "red"}, "brand"),
        ({"link": "#000000"}, "brand"),
        ({"x": "#000000"}, "x"),
    ],
)
def test_unreadable_colors_are_refused(body, operator, now, colors, field):
    with pytest.raises(UnreadableColorsError) as caught:
        set_theme(body=body, colors=colors, crest=None, revision=1, actor=operator, now=now)
    assert caught.value.fields["field"] == field
    assert get_body(body.slug).colors == {}


@pytest.mark.parametrize(
    ("crest", "error"),
    [(b"GIF89a", CrestUnreadableError), (b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>', CrestUnsafeError)],
)
def test_a_dangerous_crest_is_refused(body, operator, now, crest, error):
    with pytest.raises(error):
        set_theme(body=body, colors={}, crest=crest, revision=1, actor=operator, now=now)
    assert not get_body(body.slug).crest


def test_the_administrator_of_the_body_may_and_of_another_may_not(body, now):
    own = Actor("person", id="1", grants=frozenset({(Role.SITE_ADMINISTRATOR, body.pk)}))
    set_theme(body=body, colors={"brand": "#0b4a6f"}, crest=None, revision=1, actor=own, now=now)
    other = frozenset({(Role.SITE_ADMINISTRATOR, body.pk + 1), (Role.EDITOR, body.pk), (Role.PUBLISHER, body.pk)})
    for actor in (ANONYMOUS, Actor("person", id="2", grants=other)):
        with pytest.raises(NotAllowedError):
            set_theme(body=body, colors={}, crest=None, revision=2, actor=actor, now=now)


def test_old_knowledge_and_gone_bodies(body, operator, now):
    with pytest.raises(ChangedMeanwhileError):
        set_theme(body=body, colors={}, crest=SVG, revision=7, actor=operator, now=now)
    with pytest.raises(UnknownBodyError):
        set_theme(body=Body(pk=10**6), colors={}, crest=None, revision=1, actor=operator, now=now)
