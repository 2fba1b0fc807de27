"""Keys that a national provider publishes: a new one works at once, a withdrawn one no more, and floods stay here."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
import requests
from django.db import connection
from jwt.algorithms import RSAAlgorithm
from urllib3.exceptions import DecodeError, ProtocolError

from kopir.accounts.models import Level
from kopir.accounts.oidc.errors import ProviderUnreachableError, StatementError
from kopir.accounts.oidc.providers import Provider, list_providers
from kopir.accounts.oidc.published_keys import find_key
from kopir.base import clock
from portals import IDENTITY, Answer, Cut, Portal, rsa_key

NOW = clock.now().replace(second=0, microsecond=0)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    return Provider(
        slug="national",
        country="KZ",
        names={"en": "eGov"},
        issuer="https://idp.example",
        client_id="portal",
        authorization="https://idp.example/authorize",
        token="https://idp.example/token",
        keys={},
        keys_address="https://idp.example/keys",
    )


class Publisher:
    """The provider's address of keys, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.were_within: list[bool] = []
        self.status = 200
        self.body = b""
        self.publish("old")

    def publish(self, *names: str) -> None:
        self.body = json.dumps({"keys": [jwk(name) for name in names]}).encode()

    def get(self, address: str, *, allow_redirects: bool, **_: object) -> Answer:
        assert not allow_redirects
        self.asked.append(address)
        self.were_within.append(connection.in_atomic_block)
        if self.status == 0:
            raise requests.ConnectionError
        return Answer(self.status, self.body)


@pytest.fixture
def idp(monkeypatch):
    publisher = Publisher()
    monkeypatch.setattr(requests, "get", publisher.get)
    return publisher


def jwk(name: str, **changes: str):
    return {**RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True), "kid": name, "use": "sig", **changes}


def is_known(provider, name, now):
    key = find_key(provider, name, now)
    return key is not None and key.public_numbers() == rsa_key(name).public_key().public_numbers()


def test_keys_are_read_once_and_kept(provider, idp):
    assert is_known(provider, "old", NOW)
    assert is_known(provider, "old", NOW + 59 * MINUTE)
    assert idp.asked == ["https://idp.example/keys"]


def test_a_new_key_works_at_the_next_sign_in(provider, idp):
    assert is_known(provider, "old", NOW)
    idp.publish("old", "new")
    assert is_known(provider, "new", NOW + MINUTE)
    assert is_known(provider, "old", NOW + MINUTE), "while the provider publishes it"
    assert len(idp.asked) == 2


def test_a_key_that_was_withdrawn_works_no_more(provider, idp):
    assert is_known(provider, "old", NOW)
    idp.publish("new")
    assert is_known(provider, "new", NOW + MINUTE)
    assert not is_known(provider, "old", NOW + MINUTE)


def test_a_key_that_was_withdrawn_in_silence_works_for_an_hour_at_most(provider, idp):
    assert is_known(provider, "old", NOW)
    idp.publish("new")
    assert not is_known(provider, "old", NOW + HOUR + MINUTE)


def test_a_flood_of_unknown_keys_asks_once_a_minute(provider, idp):
    assert is_known(provider, "old", NOW)
    for second in range(0, 180, 2):
        assert find_key(provider, f"made-up-{second}", NOW + MINUTE + timedelta(seconds=second)) is None
    assert len(idp.asked) == 1 + 3
    assert is_known(provider, "old", NOW + 4 * MINUTE), "which harms nobody"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (0, b""),
        (500, b""),
        (302, b'{"keys": []}'),
        (200, b"no json"),
        (200, b"[]"),
        (200, b'{"keys": 7}'),
        (200, b'{"keys": []}'),
        (200, b'{"keys": ["x", {"kid": "old"}, {"kid": "old", "kty": "oct", "k": "AAAA"}]}'),
        (200, json.dumps({"keys": [jwk("old", use="enc")]}).encode()),
        (200, b" " * (300 << 10) + b"{}"),
    ],
)
def test_what_a_provider_may_answer_instead_of_keys(provider, idp, status, body):
    idp.status, idp.body = status, body
    with pytest.raises(ProviderUnreachableError):
        find_key(provider, "old", NOW)
    idp.status = 200
    idp.publish("old")
    assert is_known(provider, "old", NOW + MINUTE)
    idp.status, idp.body = status, body
    assert is_known(provider, "old", NOW + 23 * HOUR), "what was read last serves on"
    with pytest.raises(ProviderUnreachableError):
        find_key(provider, "old", NOW + 25 * HOUR)


@pytest.mark.parametrize("fault", [ProtocolError("cut off"), DecodeError("no gzip")])
def test_what_was_read_last_serves_on_when_the_body_stops(provider, idp, monkeypatch, fault):
    assert is_known(provider, "old", NOW)
    monkeypatch.setattr(requests, "get", lambda *_, **__: Cut(fault))
    assert is_known(provider, "old", NOW + 2 * HOUR)


class Second:
    """Signs in while the keys are read for somebody else."""

    def __init__(self, provider: Provider, idp: Publisher) -> None:
        self.provider, self.idp, self.was_known = provider, idp, False
        self.thread = Thread(target=self.sign_in)

    def get(self, address: str, **named: bool) -> Answer:
        self.thread.start()
        self.thread.join(0.5)
        return self.idp.get(address, **named)

    def sign_in(self) -> None:
        try:
            self.was_known = is_known(self.provider, "old", NOW)
        except ProviderUnreachableError:
            pass
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [200, 500])
def test_of_two_at_once_the_second_waits_for_the_keys_of_the_first(provider, idp, monkeypatch, status):
    second, idp.status = Second(provider, idp), status
    monkeypatch.setattr(requests, "get", second.get)
    if status == 200:
        assert is_known(provider, "old", NOW)
    else:
        with pytest.raises(ProviderUnreachableError):
            find_key(provider, "old", NOW)
    second.thread.join(5)
    assert second.was_known == (status == 200)
    assert len(idp.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_keys_that_could_not_be_read(provider, idp, monkeypatch):
    idp.status = 500
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(2):
        with pytest.raises(ProviderUnreachableError):
            find_key(provider, "old", NOW)
    assert slept == []


def test_another_address_is_another_set(provider, idp):
    assert is_known(provider, "old", NOW)
    idp.publish("new")
    assert not is_known(replace(provider, keys_address="https://idp.example/others"), "old", NOW)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_within_a_transaction(provider, idp):
    assert is_known(provider, "old", NOW)
    assert idp.were_within == [False]


def test_a_portal_of_another_country_is_never_asked_for_keys(tmp_path, idp):
    kz, tj = Portal("KZ", tmp_path), Portal("TJ", tmp_path)
    kz.trust(tj)
    with kz.here():
        (found,) = list_providers(clock.now())
        assert found.keys_address == ""
        assert find_key(found, "made-up", NOW) is None
        assert find_key(found, next(iter(found.keys)), NOW)
    assert idp.asked == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('keys_address = "https://idp.example/keys"', None),
        ('keys_address = "http://idp.example/keys"', "no address with https"),
        ('keys_address = "https://idp.example/keys"\nkeys_file = "keys.json"', "not both"),
        ("keys_address = 7", "identity.toml"),
        ("", "'keys_file' is missing"),
    ],
)
def test_the_address_stands_in_the_file_of_the_provider(tmp_path, line, why):
    kz = Portal("KZ", tmp_path)
    (kz.folder / "identity.toml").write_text(IDENTITY.replace('keys_file = "keys.json"', line))
    (kz.folder / "secret").write_text("hidden\n")
    with kz.here():
        if why is None:
            (found,) = list_providers(clock.now())
            assert (found.keys_address, found.keys, found.least) == ("https://idp.example/keys", {}, Level.SUBSTANTIAL)
            return
        with pytest.raises(StatementError, match=why):
            list_providers(clock.now())
