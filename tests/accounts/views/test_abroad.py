"""A Tajik citizen signs in at the Kazakh portal through her own node: both nodes, every step; and who may not."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from kopir.accounts.actions import confirm_identifier
from kopir.accounts.models import Level, NationalId, User
from kopir.accounts.oidc.client import PENDING
from kopir.accounts.queries import get_actor
from kopir.audit.models import Row
from kopir.base import clock
from kopir.base.actors import system_actor
from people import PASSWORD, is_signed_in, make_person, sign_in
from portals import Portal, wired

pytestmark = pytest.mark.django_db

NUMBER = "020025789"


@pytest.fixture
def kz(tmp_path):
    return Portal("KZ", tmp_path)


@pytest.fixture
def tj(tmp_path, kz):
    portal = Portal("TJ", tmp_path)
    portal.trust(kz)
    kz.trust(portal)
    return portal


@pytest.fixture
def firuza():
    user = make_person("firuza@example.tj", name="Фирӯза", factor=True)
    confirm_identifier(
        user=user,
        country="TJ",
        scheme="RMA",
        value=NUMBER,
        level=Level.SUBSTANTIAL,
        source="service center",
        actor=system_actor("accounts.seed"),
        now=clock.now(),
    )
    return user


def ask(kz, client):
    """The Kazakh portal sends the browser to the Tajik one: the address."""
    with kz.here():
        return client.get(reverse("account_provider", args=["TJ"]), {"next": "/kk/account/sessions/"})["Location"]


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def agree(tj, client, address, action="grant"):
    """At the Tajik portal: the page that asks, then the answer; gives the address that leads back."""
    with tj.here():
        page = client.get(path_of(address))
        assert page.status_code == 200, page.content.decode()
        signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())[1]
        data = {"request": signed, "scopes": ["openid", "identity"], "action": action}
        return page, client.post(path_of(address), data)["Location"]


def at_home(tj, user):
    client = tj.browser()
    with tj.here():
        sign_in(client, user)
    return client


def come_back(kz, client, address):
    with kz.here():
        return client.get(path_of(address))


def test_a_tajik_citizen_signs_in_at_the_kazakh_portal(kz, tj, firuza):
    abroad, home = kz.browser(), at_home(tj, firuza)
    with wired(tj) as sent:
        page, back = agree(tj, home, ask(kz, abroad))
        answer = come_back(kz, abroad, back)
    assert "Фирӯза" in page.content.decode()
    assert NUMBER in page.content.decode()
    assert "Substantial" in page.content.decode(), "the level in words, not as it goes over the wire"
    assert answer["Location"] == "/kk/account/sessions/"
    with kz.here():
        assert is_signed_in(abroad)
        guest = User.objects.exclude(pk=firuza.pk).get()
        found = get_actor(abroad.get(reverse("account_profile")).wsgi_request)
    assert found.id == str(guest.pk)
    assert (guest.name, guest.email, guest.has_usable_password()) == ("Фирӯза", None, False)
    assert "code_verifier" in sent[0]
    assert "client_secret" not in sent[0]
    actions = set(Row.objects.values_list("action", flat=True))
    assert {"accounts.tell_identity", "accounts.give_token", "accounts.register_arrival"} <= actions


@pytest.fixture(autouse=True)
def each_node_its_own_numbers(monkeypatch, request):
    """Both nodes share one table in these tests: let each see as confirmed only what it confirmed itself."""
    from kopir.accounts import actions, queries

    real_find, real_arrive = queries.find_owner, actions.arrive

    def find(country, scheme, value):
        owner = real_find(country, scheme, f"{value}")
        return owner if owner is not None and owner.email is None else None

    def arrive(**fields):
        NationalId.objects.filter(user__email="firuza@example.tj").update(level=Level.CLAIMED, confirmed_by="")
        return real_arrive(**fields)

    monkeypatch.setattr(queries, "find_owner", find)
    monkeypatch.setattr(actions, "arrive", arrive)


def test_she_comes_to_the_same_account_again(kz, tj, firuza):
    home = at_home(tj, firuza)
    seen = set()
    for _ in range(2):
        NationalId.objects.filter(user=firuza).update(level=Level.CLAIMED, confirmed_by="")
        NationalId.objects.exclude(user=firuza).update(level=Level.CLAIMED, confirmed_by="")
        NationalId.objects.filter(user=firuza).update(level=Level.SUBSTANTIAL, confirmed_by="x")
        abroad = kz.browser()
        with wired(tj):
            _, back = agree(tj, home, ask(kz, abroad))
            NationalId.objects.filter(user=firuza).update(level=Level.CLAIMED, confirmed_by="")
            NationalId.objects.exclude(user=firuza).update(level=Level.SUBSTANTIAL, confirmed_by="x")
            come_back(kz, abroad, back)
        with kz.here():
            seen.add(get_actor(abroad.get(reverse("account_profile")).wsgi_request).id)
    assert len(seen) == 1


def test_at_home_she_must_have_signed_in(kz, tj, firuza):
    with tj.here():
        answer = tj.browser().get(path_of(ask(kz, kz.browser())))
        assert urlsplit(answer["Location"]).path == reverse("account_login")


def test_who_does_not_agree_is_not_signed_in_and_nothing_is_told(kz, tj, firuza):
    abroad, home = kz.browser(), at_home(tj, firuza)
    with wired(tj) as sent:
        _, back = agree(tj, home, ask(kz, abroad), action="deny")
        answer = come_back(kz, abroad, back)
    assert answer.status_code == 403
    assert "You did not agree" in answer.content.decode()
    assert not sent
    assert not Row.objects.filter(action="accounts.tell_identity").exists()


def test_a_sign_in_without_factor_at_home_is_one_step_too_low(kz, tj, firuza):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    home = at_home(tj, firuza)
    with tj.here():
        answer = home.get(path_of(ask(kz, kz.browser())))
    assert answer.status_code == 403
    assert "“Low”, but “Substantial” is needed" in answer.content.decode()
    assert "second factor" in answer.content.decode()


def test_a_node_that_tells_a_low_level_all_the_same_is_refused_abroad(kz, tj, firuza):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    abroad, home = kz.browser(), at_home(tj, firuza)
    address = ask(kz, abroad).replace("acr_values=substantial+high", "acr_values=low")
    with wired(tj):
        _, back = agree(tj, home, address)
        answer = come_back(kz, abroad, back)
    assert answer.status_code == 403
    assert "“Low”, but “Substantial” is needed" in answer.content.decode()
    with kz.here():
        assert not is_signed_in(abroad)


def test_an_answer_does_not_work_twice_or_in_another_browser(kz, tj, firuza):
    abroad, other, home = kz.browser(), kz.browser(), at_home(tj, firuza)
    with wired(tj):
        _, back = agree(tj, home, ask(kz, abroad))
        ask(kz, other)
        assert come_back(kz, other, back).status_code == 400
        assert come_back(kz, abroad, back).status_code == 302
        assert come_back(kz, abroad, back).status_code == 400
    with kz.here():
        assert not is_signed_in(other)


def test_a_question_is_used_up_by_the_first_return(kz, tj, firuza):
    abroad = kz.browser()
    ask(kz, abroad)
    assert PENDING in abroad.session
    come_back(kz, abroad, f"{kz.address}/account/callback/TJ/?state=guessed&code=x")
    assert PENDING not in abroad.session


def test_a_code_works_once_and_only_with_its_verifier(kz, tj, firuza):
    home = at_home(tj, firuza)
    _, back = agree(tj, home, ask(kz, kz.browser()))
    code = parse_qs(urlsplit(back).query)["code"][0]
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "KZ",
        "redirect_uri": "http://kz.localhost/account/callback/TJ/",
        "code_verifier": "guessed" * 8,
    }
    with tj.here():
        thief = Client(headers={"host": tj.host})
        assert thief.post("/identity/token", data).status_code == 400
        assert thief.post("/identity/token", data).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        ("client_id=KZ", "client_id=UZ"),
        ("client_id=KZ", "client_id=TJ"),
        ("redirect_uri=http%3A%2F%2Fkz.localhost", "redirect_uri=http%3A%2F%2Fevil.localhost"),
        ("callback%2FTJ%2F", "callback%2FUZ%2F"),
    ],
)
def test_another_portal_or_address_learns_nothing(kz, tj, firuza, change):
    home = at_home(tj, firuza)
    address = ask(kz, kz.browser())
    assert change[0] in address
    with tj.here():
        answer = home.get(path_of(address.replace(*change)))
    assert answer.status_code in {200, 403}
    assert NUMBER not in answer.content.decode()
    assert "Location" not in answer


@pytest.mark.parametrize(
    "change",
    [
        ("response_type=code", "response_type=id_token"),
        ("code_challenge_method=S256", "x=y"),
        ("code_challenge_method=S256", "code_challenge_method=plain"),
        ("nonce=", "once="),
        ("identity", "email"),
    ],
)
def test_a_weaker_flow_is_refused(kz, tj, firuza, change):
    home = at_home(tj, firuza)
    address = ask(kz, kz.browser())
    assert change[0] in address
    with tj.here():
        answer = home.get(path_of(address.replace(*change)))
    assert NUMBER not in answer.content.decode()
    assert "code=" not in answer.headers.get("Location", "")


def test_a_forged_agreement_tells_nothing(kz, tj, firuza):
    home = tj.browser(enforce_csrf_checks=True)
    with tj.here():
        home.cookies = at_home(tj, firuza).cookies
        page = home.get(path_of(ask(kz, kz.browser())))
        signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())[1]
        data = {"request": signed, "scopes": ["openid", "identity"], "action": "grant"}
        assert home.post("/identity/authorize", data).status_code == 403


def test_our_policy_lets_the_form_lead_to_that_portal_alone(kz, tj, firuza):
    with tj.here():
        page = at_home(tj, firuza).get(path_of(ask(kz, kz.browser())))
        assert "form-action 'self' http://kz.localhost;" in page["Content-Security-Policy"] + ";"
        other = tj.browser().get(reverse("account_login"))
        assert "kz.localhost" not in other["Content-Security-Policy"]


def test_who_is_signed_in_confirms_a_number_and_no_other_account(kz, tj, firuza):
    citizen = make_person("guest@example.kz", name="Гость")
    abroad, home = kz.browser(), at_home(tj, firuza)
    with kz.here():
        sign_in(abroad, citizen)
    with wired(tj):
        _, back = agree(tj, home, ask(kz, abroad))
        come_back(kz, abroad, back)
    assert NationalId.objects.get(user=citizen).level == Level.SUBSTANTIAL


def test_a_provider_that_is_away_is_told_on_a_page(kz, tj, firuza):
    abroad, home = kz.browser(), at_home(tj, firuza)
    _, back = agree(tj, home, ask(kz, abroad))
    with wired():
        answer = come_back(kz, abroad, back)
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()


def test_the_list_of_providers_leads_to_each(kz, tj):
    with kz.here():
        page = kz.browser().get(reverse("account_providers"))
        assert reverse("account_provider", args=["TJ"]) in page.content.decode()
        assert kz.browser().get(reverse("account_provider", args=["UZ"])).status_code == 404


def test_what_libraries_are_told_about_this_node(tj):
    with tj.here():
        told = tj.browser().get("/.well-known/openid-configuration").json()
        assert told["issuer"] == "http://tj.localhost"
        assert told["response_types_supported"] == ["code"]
        keys = tj.browser().get(urlsplit(told["jwks_uri"]).path).json()["keys"]
    assert set(keys[0]) >= {"kty", "kid", "n", "e"}
    assert "d" not in keys[0]


def test_the_token_endpoint_gives_nothing_else(tj):
    with tj.here():
        for grant in ("client_credentials", "refresh_token", "password", "authorization_code", ""):
            answer = tj.browser().post("/identity/token", {"grant_type": grant, "client_id": "KZ", "code": "x"})
            assert answer.status_code == 400


def test_who_finds_a_session_open_adds_no_number_to_it(kz, tj, later):
    owner = make_person("owner@example.kz")
    left_open = kz.browser()
    with kz.here():
        sign_in(left_open, owner)
        assert PENDING not in left_open.session
        later(timedelta(minutes=11))
        answer = left_open.get(reverse("account_provider", args=["TJ"]))
        assert answer["Location"].partition("?")[0] == reverse("account_fresh")
        assert PENDING not in left_open.session
        left_open.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        left_open.get(reverse("account_provider", args=["TJ"]))
        assert PENDING in left_open.session


@pytest.mark.parametrize("more", ["claims=x", "resource=http://[", "request=x", "id_token_hint=x"])
def test_a_question_with_more_than_we_take_is_refused_with_a_page(kz, tj, firuza, more):
    home, address = at_home(tj, firuza), ask(kz, kz.browser())
    with tj.here():
        assert home.get(f"{path_of(address)}&{more}").status_code == 403
        assert home.post(f"{path_of(address)}&{more}", {"request": "x"}).status_code == 403


def test_a_stranger_asks_so_often_alone(kz, tj, settings):
    """Each question begins a session, which whoever asks without a cookie leaves behind."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "begin": "2/m/ip"}
    with kz.here():
        answers = [kz.browser().get(reverse("account_provider", args=["TJ"])).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
