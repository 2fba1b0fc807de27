"""What the tables themselves refuse, whoever writes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kopir.accounts.models import Counter, FactorReset, Invitation, Level, NationalId, RoleGrant, User
from kopir.base import clock
from kopir.base.actors import Role
from people import make_person

pytestmark = pytest.mark.django_db


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_person_is_found_by_address_in_any_case():
    user = User.objects.create_user("A.B@Example.org", "x", name="Аружан")
    assert user.email == "a.b@example.org"
    assert User.objects.get_by_natural_key("A.b@example.ORG") == user
    assert (str(user), user.get_full_name()) == ("Аружан", "Аружан")
    assert str(User(email="a@example.org")) == "a@example.org"


def test_nobody_is_a_superuser():
    refused(lambda: User.objects.create_user("a@example.org", "x", is_superuser=True))


def test_addresses_are_kept_in_lower_case_and_once():
    refused(lambda: User.objects.create(email="A@example.org"))
    make_person("a@example.org")
    refused(lambda: User.objects.create_user("a@example.org"))


def test_many_people_have_no_address():
    User.objects.create_user(None)
    assert not User.objects.create_user(None).has_usable_password()


def test_staff_is_who_holds_a_grant(bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0])])
    assert user.is_staff
    RoleGrant.objects.update(ended_at=clock.now())
    assert not user.is_staff


@pytest.mark.parametrize(("role", "with_body"), [("editor", False), ("platform_operator", True), ("king", True)])
def test_a_role_stands_where_it_belongs(bodies, role, with_body):
    user = make_person()
    body = bodies[0] if with_body else None
    refused(lambda: RoleGrant.objects.create(user=user, role=role, body=body, granted_at=clock.now()))
    refused(
        lambda: Invitation.objects.create(
            email="b@example.org", role=role, body=body, invited_at=clock.now(), expires_at=clock.now(), token_hash="x"
        )
    )


def test_a_grant_stands_once_and_again_after_its_end(bodies):
    user = make_person(grants=[(Role.EDITOR, bodies[0]), (Role.AUDITOR, None)], factor=False)
    refused(lambda: RoleGrant.objects.create(user=user, role="editor", body=bodies[0], granted_at=clock.now()))
    refused(lambda: RoleGrant.objects.create(user=user, role="auditor", granted_at=clock.now()))
    RoleGrant.objects.update(ended_at=clock.now())
    assert RoleGrant.objects.create(user=user, role="editor", body=bodies[0], granted_at=clock.now())


def test_a_confirmed_number_belongs_to_one_person_and_a_claim_blocks_nobody():
    one, other = make_person("a@example.org"), make_person("b@example.org")
    number = {"country": "KZ", "scheme": "IIN", "value": "791028302728"}
    NationalId.objects.create(user=one, **number)
    NationalId.objects.create(user=other, **number, level=Level.HIGH, confirmed_by="x")
    refused(lambda: NationalId.objects.filter(user=one).update(level=Level.LOW, confirmed_by="y"))
    refused(lambda: NationalId.objects.filter(user=other).update(confirmed_by=""))


def test_a_reset_is_by_two_and_not_by_the_owner():
    owner, one, two = (make_person(f"{letter}@example.org") for letter in "abc")
    refused(lambda: FactorReset.objects.create(user=owner, requested_by=owner, requested_at=clock.now()))
    reset = FactorReset.objects.create(user=owner, requested_by=one, requested_at=clock.now())
    refused(lambda: FactorReset.objects.filter(pk=reset.pk).update(confirmed_by=one))
    refused(lambda: FactorReset.objects.filter(pk=reset.pk).update(confirmed_by=owner))
    assert FactorReset.objects.filter(pk=reset.pk).update(confirmed_by=two) == 1


def test_rows_say_in_short_what_they_are(bodies):
    assert str(RoleGrant(role="auditor")) == "auditor@platform"
    assert str(Invitation(pk=3, role="editor", body=bodies[0])) == f"editor@{bodies[0].pk} #3"
    assert str(NationalId(country="TJ", scheme="RMA", value="020025789")) == "TJ:RMA:020025789"
    assert str(FactorReset(pk=4)) == "reset #4"
    assert str(Counter(cache_key="k")) == "k"
