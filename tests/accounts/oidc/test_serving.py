"""What this node tells another portal, to whom, and how sure it may sound."""

from __future__ import annotations

import pytest
from allauth.idp.oidc.models import Client

from kopir.accounts.models import Level, NationalId
from kopir.accounts.oidc.errors import LevelTooLowError, NothingToTellError, UnknownPortalError
from kopir.accounts.oidc.serving import (
    ServingAdapter,
    get_portal_client,
    make_sign_in_key,
    put_aside,
    sync_portals,
    take_up,
    what_to_tell,
)
from kopir.accounts.presence import Presence, Proof
from kopir.audit.models import Row
from kopir.base import clock
from people import actor_of, make_person
from portals import Portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def kz(tmp_path):
    return Portal("KZ", tmp_path)


@pytest.fixture
def tj(tmp_path, kz):
    portal = Portal("TJ", tmp_path)
    portal.trust(kz)
    with portal.here():
        yield portal


def presence(level=Level.SUBSTANTIAL, country="TJ", *, factor=True):
    user = make_person(name="Фирӯза")
    if level is not None:
        NationalId.objects.create(
            user=user,
            country=country,
            scheme="RMA",
            value="020025789",
            level=level,
            confirmed_by="x" if level else "",
        )
    now = clock.now()
    return Presence(user=user, proof=Proof(password_at=now, factor_at=now if factor else None))


def test_number_name_and_level_are_told_and_nothing_else(tj):
    assert what_to_tell(presence(), Level.SUBSTANTIAL) == {
        "national_id": {"country": "TJ", "scheme": "RMA", "value": "020025789"},
        "name": "Фирӯза",
        "acr": "substantial",
    }


@pytest.mark.parametrize(
    ("number", "factor", "told"),
    [
        (Level.HIGH, True, "substantial"),
        (Level.HIGH, False, "low"),
        (Level.LOW, True, "low"),
        (Level.SUBSTANTIAL, True, "substantial"),
    ],
)
def test_the_weaker_of_number_and_sign_in_counts(tj, number, factor, told):
    assert what_to_tell(presence(number, factor=factor), Level.LOW)["acr"] == told


def test_nothing_is_told_below_the_level_that_is_asked_for(tj):
    with pytest.raises(LevelTooLowError):
        what_to_tell(presence(factor=False), Level.SUBSTANTIAL)


@pytest.mark.parametrize(("level", "country"), [(None, "TJ"), (Level.CLAIMED, "TJ"), (Level.HIGH, "KZ")])
def test_only_a_confirmed_number_of_ones_own_country_is_told(tj, level, country):
    with pytest.raises(NothingToTellError):
        what_to_tell(presence(level, country), Level.LOW)
    with pytest.raises(NothingToTellError):
        what_to_tell(Presence(), Level.LOW)


def test_a_trusted_portal_may_ask_and_return_to_one_address(tj):
    client = get_portal_client("KZ", clock.now())
    assert client.get_redirect_uris() == ["http://kz.localhost/account/callback/TJ/"]
    assert client.get_scopes() == ["openid", "identity"]
    assert client.type == Client.Type.PUBLIC
    assert Row.objects.filter(action="accounts.trust_portals").count() == 1
    get_portal_client("KZ", clock.now())
    assert Row.objects.filter(action="accounts.trust_portals").count() == 1


@pytest.mark.parametrize("instance", ["UZ", "TJ", "", "kz"])
def test_nobody_else_may_ask(tj, instance):
    with pytest.raises(UnknownPortalError):
        get_portal_client(instance, clock.now())


def test_a_portal_does_not_ask_itself(tj):
    tj.trust(tj)
    with pytest.raises(UnknownPortalError):
        get_portal_client("TJ", clock.now())


def test_who_is_trusted_no_more_may_not_ask(tj):
    get_portal_client("KZ", clock.now())
    (tj.portals / "KZ.portal.jws").unlink()
    with pytest.raises(UnknownPortalError):
        get_portal_client("KZ", clock.now())
    sync_portals(now=clock.now())
    assert not Client.objects.exists()


def test_what_is_put_aside_is_taken_once(tj):
    user = make_person("a@x.org")
    put_aside("code", {"acr": "low"}, Client(pk="KZ"), actor_of(user), clock.now())
    assert take_up("another") is None
    assert take_up("code") == {"acr": "low"}
    assert take_up("code") is None
    assert Row.objects.get(action="accounts.tell_identity").subject == f"accounts.user:{user.pk}"


def test_our_name_and_key_as_issuer(tj):
    adapter = ServingAdapter()
    assert adapter.get_issuer() == "http://tj.localhost"
    assert adapter.list_private_keys()[0].pem.startswith("-----BEGIN PRIVATE KEY")
    user = make_person("b@x.org")
    assert adapter.get_claims("id_token", user, Client(), ["openid"]) == {"sub": str(user.pk)}


def test_a_new_key_is_a_private_key():
    assert make_sign_in_key().startswith(b"-----BEGIN PRIVATE KEY")


def test_without_a_key_that_is_fit_nothing_is_vouched_for(tj, caplog):
    assert tj.browser().get("/identity/keys").status_code == 200
    tj.key_file.chmod(0o644)
    assert tj.browser().get("/identity/keys").status_code == 503
    tj.key_file.unlink()
    answer = tj.browser().get("/identity/keys")
    assert (answer.status_code, "cannot vouch for anybody now" in answer.content.decode()) == (503, True)
    assert str(tj.key_file) not in answer.content.decode()
    assert str(tj.key_file) in str([record.__dict__.get("why") for record in caplog.records])
