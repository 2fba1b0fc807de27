"""Demonstration sign-ins: made once for each stand, readable by its owner alone, with codes as apps show them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from kopir.demo.sign_ins import FILE, email_of, make_code, make_sign_ins, read_sign_ins


def test_a_stand_keeps_its_sign_ins(tmp_path: Path) -> None:
    made = make_sign_ins(tmp_path, ("kz",))

    assert make_sign_ins(tmp_path, ("kz",)) == made
    assert read_sign_ins(tmp_path) == made
    assert sorted(made.secrets) == ["kz/auditor", "kz/citizen", "kz/editor", "kz/operator"]
    assert len(set(made.secrets.values())) == 4
    assert [len(base64.b32decode(secret)) for secret in made.secrets.values()] == [20] * 4


def test_each_stand_has_a_password_of_its_own(tmp_path: Path) -> None:
    passwords = set()
    for name in "abc":
        (tmp_path / name).mkdir()
        passwords.add(make_sign_ins(tmp_path / name, ("kz",)).password)

    assert len(passwords) == 3
    assert all(len(password) == 24 for password in passwords)


def test_a_third_country_joins_without_changing_the_others(tmp_path: Path) -> None:
    before = make_sign_ins(tmp_path, ("kz", "tj"))
    after = make_sign_ins(tmp_path, ("kz", "tj", "uz"))

    assert after.password == before.password
    assert before.secrets.items() < after.secrets.items()
    assert len(after.secrets) == 12


def test_only_the_owner_of_the_stand_reads_them(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.draft").write_text("left by a stand that was killed")
    (tmp_path / f"{FILE}.draft").chmod(0o644)
    make_sign_ins(tmp_path, ("kz",))

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert json.loads((tmp_path / FILE).read_text())["password"]


def test_where_no_stand_is_there_are_none(tmp_path: Path) -> None:
    assert read_sign_ins(tmp_path) is None


@pytest.mark.parametrize(
    ("now_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(now_s: int, code: str) -> None:
    """RFC 6238, appendix B, the last six of its eight digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert make_code(secret, now_s)[0] == code


@pytest.mark.parametrize(("now_s", "left"), [(0, 30), (29.9, 1), (30, 30), (59.2, 1)])
def test_how_long_a_code_holds(now_s: float, left: int) -> None:
    assert make_code("GEZDGNBVGY3TQOJQ", now_s)[1] == left


def test_addresses_lie_below_localhost() -> None:
    assert email_of("tj", "editor") == "editor@tj.localhost"
