"""Seeding fills a portal once, through actions, as the system, and only where a stand is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from actors import NOW
from kopir.accounts.models import Level, NationalId, RoleGrant, User
from kopir.audit.models import Row
from kopir.base import clock
from kopir.bodies.models import Body
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body, get_portal
from kopir.demo.places import NoStandError
from kopir.demo.seeding import Seeded, seed
from kopir.demo.sign_ins import SignIns, make_code, make_sign_ins
from kopir.demo.territory import COUNTRY_NAMES
from kopir.notices.models import Message
from people import browser

pytestmark = pytest.mark.django_db
DIGITAL = "ministry-of-artificial-intelligence-and-digital-development"


@pytest.fixture
def sign_ins(settings, tmp_path: Path) -> SignIns:
    settings.KOPIR_STAND = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KOPIR_MASTER_KEY_FILE = tmp_path / "master.key"
    return make_sign_ins(tmp_path, tuple(COUNTRY_NAMES))


@pytest.fixture
def seeded(sign_ins, django_capture_on_commit_callbacks) -> Seeded:
    with django_capture_on_commit_callbacks(execute=True):
        return seed(sign_ins, NOW)


def test_it_brings_the_pack_and_four_people(seeded):
    assert seeded == Seeded(bodies=Body.objects.count(), people=4, websites=12)
    assert seeded.bodies > 250
    emails = User.objects.order_by("email").values_list("email", flat=True)
    assert list(emails) == [f"{who}@kz.localhost" for who in ("auditor", "citizen", "editor", "operator")]


@pytest.mark.parametrize("country", sorted(COUNTRY_NAMES))
def test_every_country_is_filled(sign_ins, settings, country):
    settings.KOPIR_COUNTRY = country

    seeded = seed(sign_ins, NOW)

    assert seeded.bodies == len(read_pack(country).bodies)
    assert User.objects.filter(email__endswith=f"@{country}.localhost").count() == 4
    assert NationalId.objects.get().country == country.upper()


def test_a_few_bodies_and_the_portal_have_colors_and_plain_logos(seeded):
    assert get_portal().colors["brand"] == "#00607a"
    assert Body.objects.exclude(colors={}).count() == 3
    with get_body(DIGITAL).crest.open() as logo:
        assert logo.read().startswith(b"<svg")


def test_roles_are_given_and_the_citizen_has_none(seeded):
    digital = get_body(DIGITAL).pk
    assert sorted(RoleGrant.objects.values_list("user__email", "role", "body_id")) == [
        ("auditor@kz.localhost", "auditor", None),
        ("editor@kz.localhost", "editor", digital),
        ("editor@kz.localhost", "site_administrator", digital),
        ("operator@kz.localhost", "platform_operator", None),
    ]
    number = NationalId.objects.get()
    assert (number.user.email, number.level) == ("citizen@kz.localhost", Level.SUBSTANTIAL)


def test_a_demonstration_person_signs_in_with_the_code_of_the_stand(seeded, sign_ins):
    visitor = browser()
    login = {"login": "operator@kz.localhost", "password": sign_ins.password}
    visitor.post(reverse("account_login"), login)
    code, _ = make_code(sign_ins.secrets["kz/operator"], clock.now().timestamp())
    visitor.post(reverse("mfa_authenticate"), {"code": code})

    assert visitor.get(reverse("bodies:manage_bodies")).status_code == 200


def test_letters_wait_in_the_language_of_their_reader(seeded):
    operator = Message.objects.filter(user__email="operator@kz.localhost").order_by("-pk")
    assert [message.subject for message in operator[:2]] == ["Неден бастау керек", "Көрсетілімге қош келдіңіз"]
    assert {message.language for message in operator} == {"kk"}
    auditor = Message.objects.filter(user__email="auditor@kz.localhost", letter="demo.message")
    assert auditor.earliest("pk").text.startswith("Это демонстрация.")


def test_every_row_of_the_record_names_the_system(seeded):
    rows = set(Row.objects.values_list("actor_kind", "actor_id"))
    assert rows == {("system", "demo.seed"), ("system", "accounts.factors")}
    # pack, calendar, portal, looks, people, apps, roles, number, websites made, websites filled, files kept
    assert Row.objects.count() == sum((1, 1, 1, 3, 4, 4, 4, 1, 12, 12, 18))


def test_a_second_time_nothing_is_brought_and_nothing_undone(seeded, sign_ins):
    Body.objects.filter(slug=DIGITAL).update(colors={"brand": "#111111"})
    before = Row.objects.count()

    assert seed(sign_ins, NOW) == Seeded(0, 0, 0)

    assert get_body(DIGITAL).colors == {"brand": "#111111"}
    assert Row.objects.count() == before


def test_what_was_stopped_halfway_is_done_again_from_the_start(sign_ins, monkeypatch):
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kopir.demo.seeding.grant_role", stop)
        with pytest.raises(KeyboardInterrupt):
            seed(sign_ins, NOW)
    assert not User.objects.exists()

    assert seed(sign_ins, NOW).people == 4


def test_where_no_stand_is_it_is_refused(sign_ins, settings):
    del settings.KOPIR_STAND
    with pytest.raises(NoStandError, match="start one with `kopir stand`"):
        seed(sign_ins, NOW)
    assert not Body.objects.exists()
