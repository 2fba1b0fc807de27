"""Passphrases: from a descriptor or a person once, from a credential each time, and never asked for at a reload."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from kopir.bridge import config as configuration
from kopir.bridge.config import KeyPair
from kopir.bridge.parts import Parts
from kopir.bridge.passphrases import Passphrases
from kopir.signing.errors import PassphraseError
from kopir.signing.keys import load_private_key
from twonodes import build_countries


def pair(source: str | None, name: str = "node.key") -> KeyPair:
    return KeyPair(Path("node.crt"), Path(name), source)


def piped(data: bytes) -> int:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    return reader


def test_all_keys_are_read_once_from_one_descriptor_and_again_at_a_reload(tmp_path: Path) -> None:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    descriptor = piped(b"one\ntwo\nthree\n")
    text = kz.config.read_text()
    secrets = {"digital": b"one", "stat": b"two", "tls": b"three"}
    for name, secret in secrets.items():
        path = kz.folder / "keys" / f"{name}.key"
        key = load_private_key(path)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret)))
        text = text.replace(f'key = "keys/{name}.key"', f'key = "keys/{name}.key"\nkey_passphrase = "fd:{descriptor}"')
    kz.config.write_text(text)
    config = configuration.load(kz.config)
    passphrases = Passphrases()

    first = Parts.load(config, passphrases=passphrases)
    os.close(descriptor)
    passphrases.stop_asking()
    again = Parts.load(config, passphrases=passphrases)

    assert {name: one.kid for name, one in again.signers.items()} == {n: one.kid for n, one in first.signers.items()}


def test_a_credential_is_read_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    source = Passphrases().source(pair("credential:node"))
    assert source is not None
    for secret in (b"old", b"new"):
        (tmp_path / "node").write_bytes(secret)
        assert source("") == secret


def test_a_key_without_passphrase_has_no_source() -> None:
    assert Passphrases().source(pair(None)) is None


def test_nobody_is_asked_while_the_node_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    passphrases = Passphrases()
    descriptor = piped(b"one\ntwo\n")
    known, new = (passphrases.source(pair(f"fd:{descriptor}", name)) for name in ("a.key", "b.key"))
    assert known is not None
    assert new is not None
    assert known("") == b"one"
    passphrases.stop_asking()
    assert known("") == b"one"
    with pytest.raises(PassphraseError, match=r"b\.key.*restart"):
        new("")
    os.close(descriptor)
