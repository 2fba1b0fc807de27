"""National identifiers: check digits, claims and confirmations, one owner; never a birth date."""

from __future__ import annotations

import pytest

from kopir.accounts.actions import arrive, confirm_identifier, remove_identifier, state_identifier
from kopir.accounts.errors import IdentifierError, IdentifierTakenError, NotPermittedError, UnknownPersonError
from kopir.accounts.models import Level, NationalId, User
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import Role, system_actor
from people import actor_of, make_person

pytestmark = pytest.mark.django_db

IIN, OTHER_IIN = "791028302728", "061211600012"
SYSTEM = system_actor("accounts.oidc")


def confirm(user, value=IIN, level=Level.SUBSTANTIAL, actor=SYSTEM):
    return confirm_identifier(
        user=user,
        country="KZ",
        scheme="IIN",
        value=value,
        level=level,
        source="https://x",
        actor=actor,
        now=clock.now(),
    )


def state(user, value=IIN, actor=None, country="KZ", scheme="IIN"):
    return state_identifier(
        user=user, country=country, scheme=scheme, value=value, actor=actor or actor_of(user), now=clock.now()
    )


def test_a_person_states_a_number_in_the_way_people_write_it():
    user = make_person()
    number = state(user, "791028 302728")
    assert (number.value, number.level, number.confirmed_by) == (IIN, Level.CLAIMED, "")
    row = Row.objects.get(action="accounts.keep_identifier")
    assert IIN not in f"{row.before}{row.after}", "the number stands encrypted"


@pytest.mark.parametrize("value", ["791028302729", "79102830272", "79102830272x", "", "061240016016x"])
def test_wrong_check_digits_are_refused(value):
    with pytest.raises(IdentifierError, match="not a valid IIN"):
        state(make_person(), value)


@pytest.mark.parametrize(("country", "scheme"), [("KZ", "PINFL"), ("XX", "IIN")])
def test_a_kind_that_nobody_knows_is_refused(country, scheme):
    with pytest.raises(IdentifierError):
        state(make_person(), country=country, scheme=scheme)


def test_digits_that_are_no_date_are_a_number_like_any_other():
    """13th month, 99th day: since 2013 the digits need not be a date, so nothing reads them as one."""
    weights = [tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)]
    stem = "99139930001"
    check = next(
        remainder for row in weights if (remainder := sum(int(d) * w for d, w in zip(stem, row, strict=True)) % 11) < 10
    )
    assert state(make_person(), f"{stem}{check}").value == f"{stem}{check}"


def test_a_provider_confirms_and_a_level_never_falls():
    user = make_person()
    assert confirm(user, level=Level.HIGH).level == Level.HIGH
    assert confirm(user, level=Level.LOW).level == Level.HIGH
    assert NationalId.objects.get().confirmed_by == "https://x"


def test_a_claim_does_not_replace_what_was_confirmed():
    user = make_person()
    confirm(user)
    with pytest.raises(IdentifierTakenError):
        state(user, OTHER_IIN)


def test_a_squatter_with_a_claim_does_not_keep_the_owner_out():
    squatter, owner = make_person("a@example.org"), make_person("b@example.org")
    state(squatter)
    assert confirm(owner).user == owner
    with pytest.raises(IdentifierTakenError, match="confirmed for another account"):
        confirm(squatter)


def test_who_may_confirm():
    user = make_person()
    operator = make_person("operator@example.org", grants=[(Role.PLATFORM_OPERATOR, None)])
    assert confirm(user, actor=actor_of(operator))
    for wrong in (actor_of(user), actor_of(make_person("c@example.org", grants=[(Role.AUDITOR, None)]))):
        with pytest.raises(NotPermittedError):
            confirm(user, actor=wrong)
    with pytest.raises(NotPermittedError):
        confirm(operator, OTHER_IIN, actor=actor_of(operator))
    with pytest.raises(ValueError, match="level above a claim"):
        confirm(user, level=Level.CLAIMED)


def test_nobody_states_for_another():
    with pytest.raises(NotPermittedError):
        state(make_person(), actor=actor_of(make_person("b@example.org")))


def test_an_owner_takes_a_number_away():
    user, other = make_person(), make_person("b@example.org")
    number = state(user)
    with pytest.raises(NotPermittedError):
        remove_identifier(identifier=number, actor=actor_of(other), now=clock.now())
    remove_identifier(identifier=number, actor=actor_of(user), now=clock.now())
    with pytest.raises(UnknownPersonError):
        remove_identifier(identifier=NationalId(pk=number.pk or 1, user=user), actor=actor_of(user), now=clock.now())


def arrival(user=None, value="020025789"):
    return arrive(
        user=user,
        name="Фирӯза",
        language="tg",
        country="TJ",
        scheme="RMA",
        value=value,
        level=Level.SUBSTANTIAL,
        source="https://tj",
        actor=SYSTEM,
        now=clock.now(),
    )


def test_who_arrives_from_abroad_gets_an_account_once():
    user = arrival()
    assert arrival(user) == user
    assert NationalId.objects.get().user == user


def test_an_arrival_with_a_wrong_number_leaves_no_account():
    with pytest.raises(IdentifierError):
        arrival(value="0200")
    assert not User.objects.exists()


def test_another_confirmed_number_takes_no_account_over():
    owner = make_person()
    confirm(owner)
    with pytest.raises(IdentifierTakenError):
        confirm(owner, OTHER_IIN, level=Level.HIGH)
    assert [number.value for number in owner.national_ids.all()] == [IIN]


def test_who_owns_the_account_is_told_when_a_number_opens_it_and_when_no_more(letters):
    user = make_person()
    state(user)
    assert letters == [], "nothing rests on a claim"
    number = confirm(user)
    (letter,) = letters
    assert (letter.template, letter.user_id, letter.language) == ("accounts.number_linked", str(user.pk), "kk")
    assert letter.context == {"scheme": "IIN", "country": "KZ"}, "no digits"
    confirm(user, level=Level.HIGH)
    assert len(letters) == 1, "it opened the account before"
    number.refresh_from_db()
    remove_identifier(identifier=number, actor=actor_of(user), now=clock.now())
    assert [one.template for one in letters] == ["accounts.number_linked", "accounts.number_removed"]


def test_a_claim_that_goes_is_told_to_nobody(letters):
    user = make_person()
    remove_identifier(identifier=state(user), actor=actor_of(user), now=clock.now())
    assert letters == []
