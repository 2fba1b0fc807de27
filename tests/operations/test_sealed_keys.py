"""Private keys in a backup: opened by their passphrase alone, and as they were."""

from __future__ import annotations

import base64
import json

import pytest

from kopir.operations import sealed_keys
from kopir.operations.errors import BackupError
from kopir.operations.sealed_keys import FORM, seal, unseal

KEYS = {"portal/master.key": b"\x00\xffkey", "bridge/peer.key": b"-----BEGIN PRIVATE KEY-----\n"}
PASSPHRASE = b"four words of no song"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(sealed_keys, "SCRYPT", {"n": 1 << 4, "r": 8, "p": 1})


def test_the_passphrase_opens_them():
    sealed = seal(KEYS, PASSPHRASE)
    assert unseal(sealed, PASSPHRASE) == KEYS
    assert b"BEGIN" not in sealed
    assert base64.b64encode(KEYS["portal/master.key"]) not in sealed
    assert seal(KEYS, PASSPHRASE) != sealed


def test_a_wrong_passphrase_does_not():
    with pytest.raises(BackupError, match="the passphrase is wrong"):
        unseal(seal(KEYS, PASSPHRASE), PASSPHRASE + b"s")


def test_a_short_passphrase_is_refused():
    with pytest.raises(BackupError, match="12 characters or more"):
        seal(KEYS, b"hunter2")


@pytest.mark.parametrize("place", [20, 60, -1])
def test_one_changed_byte_is_noticed(place):
    sealed = bytearray(seal(KEYS, PASSPHRASE))
    sealed[place] ^= 1
    with pytest.raises(BackupError, match="cannot be opened"):
        unseal(bytes(sealed), PASSPHRASE)


@pytest.mark.parametrize("data", [b"", b"\n", FORM, FORM + b"{}\n", FORM + b"[]\nx", b"kopir keys 2\n{}\n"])
def test_what_is_no_such_file_is_refused(data):
    with pytest.raises(BackupError, match="cannot be opened"):
        unseal(data, PASSPHRASE)


def test_no_file_makes_the_machine_work_for_hours():
    head = {"kdf": "scrypt", "n": 1 << 40, "r": 8, "p": 1, "salt": "", "nonce": ""}
    with pytest.raises(BackupError, match="asks for what this release does not do"):
        unseal(FORM + json.dumps(head).encode() + b"\nx", PASSPHRASE)


def test_each_guess_costs_as_much_as_is_said(monkeypatch):
    monkeypatch.undo()
    assert sealed_keys.SCRYPT == {"n": 131072, "r": 8, "p": 1}
    sealed = seal({}, PASSPHRASE)
    assert json.loads(sealed.split(b"\n")[1])["n"] == 131072
    assert unseal(sealed, PASSPHRASE) == {}
