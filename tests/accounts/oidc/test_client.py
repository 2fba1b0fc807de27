"""An answer counts only if it is for us, of this provider, for this browser, of this minute, and sure enough."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import asdict, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from urllib3.exceptions import DecodeError, ProtocolError

from kopir.accounts.models import Level
from kopir.accounts.oidc import client
from kopir.accounts.oidc.client import Question
from kopir.accounts.oidc.errors import (
    AnswerRefusedError,
    CancelledError,
    LevelTooLowError,
    ProviderUnreachableError,
)
from kopir.accounts.oidc.providers import LEVELS, Provider
from kopir.base import clock
from portals import Answer, Cut, rsa_key

NOW = clock.now()
PERSON = {"country": "TJ", "scheme": "RMA", "value": "020025789"}


@pytest.fixture
def provider():
    return Provider(
        slug="TJ",
        country="TJ",
        names={"en": "Tajikistan"},
        issuer="https://tj.example",
        client_id="KZ",
        authorization="https://tj.example/authorize",
        token="https://tj.example/token",
        keys={"k1": rsa_key("TJ").public_key()},
    )


@pytest.fixture
def question():
    return Question.new("TJ", "/kk/", NOW)


def claims(question, **changes):
    told = {
        "iss": "https://tj.example",
        "aud": "KZ",
        "sub": "1",
        "nonce": question.nonce,
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        "national_id": PERSON,
        "name": "Фирӯза",
        "acr": "substantial",
    }
    return {key: value for key, value in (told | changes).items() if value is not None}


def sign(told, key=None, kid="k1", algorithm="RS256"):
    return jwt.encode(told, key or rsa_key("TJ"), algorithm=algorithm, headers={"kid": kid})


def test_a_right_answer_says_who_it_is(provider, question):
    found = client.judge(sign(claims(question)), question, provider, NOW)
    assert asdict(found) == {**PERSON, "name": "Фирӯза", "level": Level.SUBSTANTIAL}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "UZ"},
        {"aud": ["KZ", "UZ"]},
        {"aud": None},
        {"iss": "https://uz.example"},
        {"iss": None},
        {"nonce": "another"},
        {"nonce": None},
        {"azp": "UZ"},
        {"exp": int(NOW.timestamp()) - 31},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 31},
        {"iat": int(NOW.timestamp()) - 601},
        {"iat": None},
        {"iat": "soon"},
        {"iat": 10**400},
        {"exp": 10**400},
        {"exp": float("nan")},
        {"national_id": None},
        {"national_id": "020025789"},
        {"national_id": {**PERSON, "country": "KZ"}},
        {"national_id": {**PERSON, "value": 20025789}},
        {"national_id": {**PERSON, "value": ""}},
        {"national_id": {**PERSON, "value": "1" * 201}},
        {"name": None},
        {"name": ["Фирӯза"]},
    ],
)
def test_an_answer_that_is_not_right_is_refused(provider, question, changes):
    with pytest.raises(AnswerRefusedError, match="you were not signed in"):
        client.judge(sign(claims(question, **changes)), question, provider, NOW)


def test_an_answer_for_one_client_alone_may_say_so_in_a_list(provider, question):
    assert client.judge(sign(claims(question, aud=["KZ"], azp="KZ")), question, provider, NOW)


def confused(told, public):
    """Signed by HMAC with the public key as its secret, which a careless reader takes for the key to verify with."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    signed = part(json.dumps({"alg": "HS256", "kid": "k1"}).encode()) + b"." + part(json.dumps(told).encode())
    return (signed + b"." + part(hmac.digest(public, signed, "sha256"))).decode()


def test_only_the_known_key_signs(provider, question):
    told = claims(question)
    public = rsa_key("TJ").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    wrong = [
        sign(told, key=rsa_key("thief")),
        sign(told, kid="k2"),
        jwt.encode(told, "", algorithm="none", headers={"kid": "k1"}),
        confused(told, public),
        sign(told, algorithm="RS512"),
        "a.b.c",
        "",
    ]
    for token in wrong:
        with pytest.raises(AnswerRefusedError):
            client.judge(token, question, provider, NOW)


@pytest.mark.parametrize(
    ("acr", "passes"), [("high", True), ("substantial", True), ("low", False), ("", False), (7, False)]
)
def test_a_level_one_step_too_low_is_refused_with_both_levels(provider, question, acr, passes):
    token = sign(claims(question, acr=acr))
    if passes:
        assert client.judge(token, question, provider, NOW).level == LEVELS[acr]
        return
    with pytest.raises(LevelTooLowError, match=r"“(Low|Stated by the person)”, but “Substantial” is needed"):
        client.judge(token, question, provider, NOW)


def test_a_national_provider_says_it_in_its_own_words(provider, question):
    national = replace(
        provider,
        country="KZ",
        scheme="IIN",
        number_claim="iin",
        name_claim="fullname",
        levels={"urn:2": Level.SUBSTANTIAL},
    )
    token = sign(claims(question, iin="791028302728", fullname="Аружан", acr="urn:2"))
    found = client.judge(token, question, national, NOW)
    assert (found.country, found.scheme, found.value, found.name) == ("KZ", "IIN", "791028302728", "Аружан")


def test_the_question_asks_with_proof_key_and_level(provider, question):
    query = parse_qs(urlsplit(client.address_of(question, provider, "https://kz.example/back", "kk")).query)
    assert query["code_challenge_method"] == ["S256"]
    assert question.verifier not in str(query)
    assert query["state"] == [question.state]
    assert query["acr_values"] == ["substantial high"]
    assert query["scope"] == ["openid identity"]


def test_a_return_that_was_asked_for_is_taken(provider, question):
    params = {"state": question.state, "code": "c", "iss": provider.issuer}
    assert client.check_return(asdict(question), provider, params, NOW) == question


@pytest.mark.parametrize(
    ("changes", "params", "step"),
    [
        ({}, {"state": "another"}, timedelta()),
        ({}, {"state": ""}, timedelta()),
        ({}, {"state": None}, timedelta()),
        ({"slug": "UZ"}, {}, timedelta()),
        ({}, {"iss": "https://uz.example"}, timedelta()),
        ({}, {"code": None}, timedelta()),
        ({}, {"code": None, "error": "server_error"}, timedelta()),
        ({}, {}, timedelta(minutes=10, seconds=1)),
    ],
)
def test_a_return_that_was_not_asked_for_is_refused(provider, question, changes, params, step):
    given = {"state": question.state, "code": "c"} | params
    with pytest.raises(AnswerRefusedError):
        client.check_return(
            asdict(question) | changes,
            provider,
            {key: value for key, value in given.items() if value is not None},
            NOW + step,
        )


def test_a_browser_that_asked_nothing_takes_nothing(provider):
    with pytest.raises(AnswerRefusedError):
        client.check_return(None, provider, {"state": "", "code": "c"}, NOW)


def test_who_does_not_agree_is_told_so(provider, question):
    with pytest.raises(CancelledError, match="nothing was told"):
        client.check_return(asdict(question), provider, {"state": question.state, "error": "access_denied"}, NOW)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b"{}", AnswerRefusedError),
        (302, b"", AnswerRefusedError),
        (500, b"", ProviderUnreachableError),
        (200, b"no json", AnswerRefusedError),
        (200, b"[]", AnswerRefusedError),
        (200, b"{}", AnswerRefusedError),
        (200, b'{"id_token": "x"}' + b" " * (65 << 10), None),
    ],
)
def test_what_a_provider_may_answer_to_a_code(provider, question, monkeypatch, status, body, error):
    monkeypatch.setattr(requests, "post", lambda *_, **__: Answer(status, body))
    if error is None:
        assert client.fetch_token(question, provider, "c", "r") == "x"
        return
    with pytest.raises(error):
        client.fetch_token(question, provider, "c", "r")


@pytest.mark.parametrize("fault", [ProtocolError("cut off"), DecodeError("no gzip")])
def test_a_provider_that_stops_within_its_body_is_named_as_away(provider, question, monkeypatch, fault):
    monkeypatch.setattr(requests, "post", lambda *_, **__: Cut(fault))
    with pytest.raises(ProviderUnreachableError):
        client.fetch_token(question, provider, "c", "r")


def test_a_provider_that_is_away_is_named_as_away(provider, question):
    away = replace(provider, token="http://127.0.0.1:9/token")
    with pytest.raises(ProviderUnreachableError, match="does not answer"):
        client.fetch_token(question, away, "c", "r")


@pytest.mark.parametrize(
    ("wish", "level"), [("substantial high", Level.SUBSTANTIAL), ("", Level.LOW), ("x", Level.LOW)]
)
def test_the_level_that_a_portal_asks_for(wish, level):
    assert client.wanted_level(wish) == level
