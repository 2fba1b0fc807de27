"""A portal statement is believed by the anchor of its country alone, in its time, and speaks of one portal alone."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kopir.accounts.oidc.errors import StatementError
from kopir.accounts.oidc.statement import TYPE, public_keys, read_statement, sign_statement
from kopir.base import clock
from portals import Portal


@pytest.fixture
def tj(tmp_path):
    return Portal("TJ", tmp_path)


def read(portal, text):
    return read_statement("TJ.portal.jws", text, portal.anchor)


def test_a_statement_is_read_as_it_was_signed(tj):
    found = read(tj, tj.sign())
    assert (found.instance, found.country, found.issuer) == ("TJ", "TJ", "http://tj.localhost")
    assert found.callback == "http://tj.localhost/account/callback/"
    assert found.token == "http://tj.localhost/identity/token"
    assert list(public_keys(found.keys)) == [tj.describe()["keys"][0]["kid"]]


def test_another_countrys_key_says_nothing(tj, tmp_path):
    other = Portal("KZ", tmp_path)
    with pytest.raises(StatementError, match="not signed with the key of the accepted anchor"):
        read(other, tj.sign())


def test_a_key_that_only_claims_the_fingerprint_says_nothing(tj):
    thief = ec.generate_private_key(ec.SECP256R1())
    forged = jwt.encode(
        jwt.decode(tj.sign(), options={"verify_signature": False}),
        thief,
        algorithm="ES256",
        headers={"typ": TYPE, "kid": tj.anchor.kid.hex()},
    )
    with pytest.raises(StatementError, match="no valid statement"):
        read(tj, forged)


@pytest.mark.parametrize("typ", ["JWT", "kopir-portal", None])
def test_another_kind_of_signature_of_that_key_is_no_statement(tj, typ):
    claims = jwt.decode(tj.sign(), options={"verify_signature": False})
    text = jwt.encode(claims, tj.anchor_key, algorithm="ES256", headers={"typ": typ, "kid": tj.anchor.kid.hex()})
    with pytest.raises(StatementError):
        read(tj, text)


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        (timedelta(), True),
        (timedelta(days=364), True),
        (timedelta(days=365), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_outside_its_time_it_has_no_force(tj, step, holds):
    now = clock.now()
    assert read(tj, tj.sign(now)).is_in_force(now + step) is holds


@pytest.mark.parametrize(
    "changes",
    [
        {"instance": "TAJ"},
        {"instance": "tj"},
        {"days": 401},
        {"days": 0},
        {"token": "http://elsewhere.example/token"},
        {"token": "https://elsewhere.example/token"},
        {"callback": "http://tj.localhost/x?next=y"},
        {"issuer": "ftp://tj.localhost"},
        {"keys": []},
        {"keys": [{"kty": "oct", "kid": "1", "k": "AAAA"}]},
        {"keys": [{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}]},
        {"keys": [{"kty": "RSA"}]},
        {"keys": "none"},
    ],
)
def test_what_readers_would_refuse_is_not_signed(tj, changes):
    with pytest.raises(StatementError):
        tj.sign(**changes)


@pytest.mark.parametrize("text", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "{}", "x" * 100])
def test_garbage_is_refused_by_name(tj, text):
    with pytest.raises(StatementError, match=r"TJ\.portal\.jws"):
        read(tj, text)


def test_a_missing_part_is_named(tj):
    description = tj.describe()
    del description["token"]
    with pytest.raises(KeyError):
        sign_statement(description, tj.anchor_key, tj.anchor, clock.now())
