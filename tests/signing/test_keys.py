"""Private key files: made for one reader, refused as soon as there could be another."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from kopir.signing import keys
from kopir.signing.errors import KeyFileError, PassphraseError
from kopir.signing.keys import (
    MAX_KEY_FILE_BYTES,
    file_complaint,
    is_private_key_file,
    load_private_key,
    new_private_key,
    read_private_file,
    write_private_key,
)


def _numbers(key) -> object:
    return key.public_key().public_bytes_raw() if hasattr(key, "private_bytes_raw") else key.private_numbers()


def _place(path: Path, pem: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(pem)
    path.chmod(mode)
    return path


def _pem(key, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


@pytest.mark.parametrize(
    "key",
    [new_private_key(), ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)],
    ids=["p256", "ed25519", "rsa"],
)
def test_key_comes_back(tmp_path, key):
    write_private_key(tmp_path / "a.key", key)
    assert _numbers(load_private_key(tmp_path / "a.key")) == _numbers(key)


def test_new_key_is_on_p256():
    assert isinstance(new_private_key().curve, ec.SECP256R1)


def test_encrypted_key_comes_back_with_its_passphrase(tmp_path):
    key, asked = new_private_key(), []
    write_private_key(tmp_path / "a.key", key, b"secret")
    assert b"ENCRYPTED" in (tmp_path / "a.key").read_bytes()

    def source(sentence: str) -> bytes:
        asked.append(sentence)
        return b"secret"

    assert _numbers(load_private_key(tmp_path / "a.key", source)) == _numbers(key)
    assert asked == [f"Passphrase for {tmp_path / 'a.key'}: "]


def test_plain_key_asks_for_nothing(tmp_path):
    write_private_key(tmp_path / "a.key", new_private_key())
    assert load_private_key(tmp_path / "a.key", _never)


def test_key_is_its_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        write_private_key(tmp_path / "a.key", new_private_key())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600


def test_private_keys_are_told_from_other_files(tmp_path):
    write_private_key(tmp_path / "a.key", new_private_key())
    write_private_key(tmp_path / "b.key", new_private_key(), b"secret")
    assert is_private_key_file(tmp_path / "a.key")
    assert is_private_key_file(tmp_path / "b.key")
    assert not is_private_key_file(_place(tmp_path / "c.crt", b"-----BEGIN CERTIFICATE-----\n"))
    assert not is_private_key_file(tmp_path / "none")


# ---- hostile

USER, OTHER = 1000, 1001


def _status(mode: int = stat.S_IFREG | 0o600, user: int = USER, size: int = 241) -> os.stat_result:
    return os.stat_result((mode, 1, 1, 1, user, user, size, 0, 0, 0))


@pytest.mark.parametrize(
    ("status", "complaint"),
    [
        (_status(), None),
        (_status(stat.S_IFREG | 0o400), None),
        (_status(stat.S_IFREG | 0o700), None),
        (_status(user=0), None),
        (_status(size=MAX_KEY_FILE_BYTES), None),
        (_status(stat.S_IFREG | 0o640), "open to others (mode 0640): close it with chmod 600"),
        (_status(stat.S_IFREG | 0o604), "open to others (mode 0604)"),
        (_status(stat.S_IFREG | 0o620), "open to others (mode 0620)"),
        (_status(stat.S_IFREG | 0o602), "open to others (mode 0602)"),
        (_status(stat.S_IFREG | 0o610), "open to others (mode 0610)"),
        (_status(stat.S_IFREG | 0o601), "open to others (mode 0601)"),
        (_status(user=OTHER), "belongs to user 1001, not to this one (1000) or root"),
        (_status(stat.S_IFDIR | 0o700), "not a plain file"),
        (_status(stat.S_IFIFO | 0o600), "not a plain file"),
        (_status(size=MAX_KEY_FILE_BYTES + 1), "more than 65536 bytes"),
    ],
)
def test_which_files_are_refused(status, complaint):
    found = file_complaint(status, USER)
    if complaint is None:
        assert found is None
    else:
        assert found is not None
        assert complaint in found


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o666, 0o777])
def test_file_that_others_can_reach_is_refused(tmp_path, mode):
    path = _place(tmp_path / "a.key", _pem(new_private_key()), mode)
    with pytest.raises(KeyFileError, match=rf"a\.key is open to others \(mode {mode:04o}\): close it with chmod 600"):
        load_private_key(path)


def test_file_of_another_user_is_refused(tmp_path, monkeypatch):
    path = _place(tmp_path / "a.key", _pem(new_private_key()))
    monkeypatch.setattr(keys, "file_complaint", lambda status, user: file_complaint(_status(user=OTHER), user))
    monkeypatch.setattr(os, "geteuid", lambda: USER)
    with pytest.raises(KeyFileError, match="belongs to user 1001"):
        load_private_key(path)


def test_symbolic_link_hides_nothing(tmp_path):
    target = _place(tmp_path / "open.key", _pem(new_private_key()), 0o644)
    (tmp_path / "a.key").symlink_to(target)
    with pytest.raises(KeyFileError, match="open to others"):
        load_private_key(tmp_path / "a.key")
    target.chmod(0o600)
    assert load_private_key(tmp_path / "a.key")


def test_pipe_directory_and_nothing_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name, complaint in (("pipe", "not a plain file"), ("folder", "not a plain file"), ("none", "No such file")):
        with pytest.raises(KeyFileError, match=complaint):
            read_private_file(tmp_path / name)


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"hello",
        b"-----BEGIN CERTIFICATE-----\n",
        new_private_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
    ],
    ids=["empty", "text", "certificate", "sec1", "openssh"],
)
def test_other_forms_are_refused_with_the_remedy(tmp_path, pem):
    with pytest.raises(KeyFileError, match="openssl pkcs8 -topk8"):
        load_private_key(_place(tmp_path / "a.key", pem))


def test_broken_and_foreign_keys_are_refused(tmp_path):
    broken = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    with pytest.raises(KeyFileError, match="the file is broken"):
        load_private_key(_place(tmp_path / "a.key", broken))
    foreign = _pem(x25519.X25519PrivateKey.generate())
    with pytest.raises(KeyFileError, match="kind of key"):
        load_private_key(_place(tmp_path / "b.key", foreign))


def test_wrong_or_missing_passphrase(tmp_path):
    write_private_key(tmp_path / "a.key", new_private_key(), b"secret")
    with pytest.raises(KeyFileError, match="credential:NAME, fd:N or prompt"):
        load_private_key(tmp_path / "a.key")
    with pytest.raises(KeyFileError, match="the passphrase is wrong") as caught:
        load_private_key(tmp_path / "a.key", lambda _sentence: b"Secret")
    assert "Secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(PassphraseError):
        load_private_key(tmp_path / "a.key", _no_passphrase)


def test_open_file_is_refused_before_its_passphrase_is_asked(tmp_path):
    pem = new_private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    with pytest.raises(KeyFileError, match="open to others"):
        load_private_key(_place(tmp_path / "a.key", pem, 0o644), _never)


def test_key_is_never_overwritten(tmp_path):
    write_private_key(tmp_path / "a.key", new_private_key())
    before = (tmp_path / "a.key").read_bytes()
    (tmp_path / "link.key").symlink_to(tmp_path / "target.key")
    for name in ("a.key", "link.key"):
        with pytest.raises(KeyFileError, match="never overwritten"):
            write_private_key(tmp_path / name, new_private_key())
    assert (tmp_path / "a.key").read_bytes() == before
    assert not (tmp_path / "target.key").exists()
    with pytest.raises(KeyFileError, match="cannot be made: No such file"):
        write_private_key(tmp_path / "none" / "a.key", new_private_key())


def _never(_sentence: str) -> bytes:
    raise AssertionError("nothing may be asked")


def _no_passphrase(_sentence: str) -> bytes:
    raise PassphraseError("gone")
