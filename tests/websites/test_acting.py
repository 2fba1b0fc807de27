"""For which website a person works: one at a time, never for longer than the grant."""

from __future__ import annotations

import pytest

from editing import act_for, make_editor, use_real_doors
from kopir.accounts.actions import end_role
from kopir.accounts.models import RoleGrant
from kopir.audit.models import Row
from kopir.base.actors import ANONYMOUS, Role
from kopir.websites.acting import acting, find_current, list_choices
from kopir.websites.models import WebsiteState
from kopir.websites.rights import Rights
from people import actor_of, browser


@pytest.fixture(autouse=True)
def doors(education, finance, settings):
    use_real_doors(settings)


def works_for(client) -> str:
    """What the first page of the administration says; "" where it does not open."""
    answer = client.get("/edit/")
    if answer.status_code != 200:
        return ""
    html = answer.content.decode()
    return next(
        (slug for slug in ("Ministry of Education", "Ministry of Finance") if f"You work for: {slug}" in html), "?"
    )


def test_who_works_on_one_website_is_not_asked(education):
    _user, client = make_editor("one", [(Role.EDITOR, education)])
    assert works_for(client) == "Ministry of Education"


def test_who_works_on_two_chooses_and_may_change(education, finance):
    _user, client = make_editor("two", [(Role.EDITOR, education), (Role.PUBLISHER, finance)])
    assert client.get("/edit/").headers["Location"] == "/edit/sites/"
    act_for(client, finance)
    assert works_for(client) == "Ministry of Finance"
    act_for(client, education)
    assert works_for(client) == "Ministry of Education"


def test_a_website_of_others_cannot_be_chosen(education, finance):
    _user, client = make_editor("one", [(Role.EDITOR, education), (Role.OFFICER, finance)])
    assert act_for(client, finance).status_code == 200, "the page is shown again, with the error"
    assert works_for(client) == "Ministry of Education"


def test_a_grant_that_ends_takes_effect_at_once(education, finance, system, now):
    user, client = make_editor("leaving", [(Role.EDITOR, education), (Role.EDITOR, finance)])
    act_for(client, finance)
    end_role(grant=RoleGrant.objects.get(user=user, body=finance.body), actor=system, now=now)
    assert works_for(client) == "Ministry of Education"
    end_role(grant=RoleGrant.objects.get(user=user, body=education.body), actor=system, now=now)
    assert client.get("/edit/").status_code == 403


def test_a_closed_website_is_nobodys_to_edit(education):
    _user, client = make_editor("one", [(Role.EDITOR, education)])
    education.state = WebsiteState.ARCHIVED
    education.save()
    assert client.get("/edit/").headers["Location"] == "/edit/sites/"
    assert "There is no website yet" in client.get("/edit/sites/").content.decode()


def test_an_operator_always_chooses_and_that_is_recorded(education):
    user, client = make_editor("operator", [(Role.PLATFORM_OPERATOR, None)])
    assert client.get("/edit/").headers["Location"] == "/edit/sites/"
    act_for(client, education)
    assert works_for(client) == "Ministry of Education"
    row = Row.objects.get(action="websites.act_for")
    assert (row.actor_id, row.body_id) == (str(user.pk), education.body_id)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.AUDITOR])
def test_other_staff_of_the_body_has_no_business_there(education, role):
    _user, client = make_editor("other", [(role, education)])
    assert client.get("/edit/").status_code == 403
    assert client.get("/edit/sites/").status_code == 403


def test_strangers_are_led_to_sign_in(education):
    for path in ("/edit/", "/edit/sites/", "/edit/pages/1/edit/"):
        assert "/account/sign-in/" in browser().get(path).headers["Location"]


def test_what_may_be_chosen(education, finance):
    user, _client = make_editor("one", [(Role.EDITOR, education)])
    assert list(list_choices(actor_of(user))) == [education]
    assert not list_choices(ANONYMOUS).exists()


def test_nobody_acts_outside_of_a_request(education, operator):
    assert find_current() is None
    rights = Rights(education, frozenset({Role.EDITOR}), operator)
    with acting(rights):
        assert find_current() is rights
    assert find_current() is None
