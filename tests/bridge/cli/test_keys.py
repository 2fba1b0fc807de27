"""`kopir key`: a key from its making to its request, and what it refuses to do with one."""

from __future__ import annotations

import os
import stat

import pytest

import pki
from kopir.bridge.cli import keys
from kopir.bridge.cli.main import main
from kopir.signing.csr import parse_csr
from kopir.signing.facts import load_certificate, to_pem
from kopir.signing.keys import load_private_key
from kopir.signing.passphrases import parse_passphrase_source


def _run(*words: object) -> int:
    return main(["key", *map(str, words)])


@pytest.fixture
def key(tmp_path):
    assert _run("new", tmp_path / "a.key") == 0
    return tmp_path / "a.key"


def _descriptor(line: bytes) -> int:
    reader, writer = os.pipe()
    os.write(writer, line)
    os.close(writer)
    return reader


def test_new_key_is_private_and_named(tmp_path, capsys):
    assert _run("new", tmp_path / "a.key") == 0
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    told = capsys.readouterr()
    assert "ES256, SHA-256 of the public key" in told.out
    assert "not encrypted" in told.err


def test_new_key_with_a_passphrase(tmp_path, capsys):
    path = tmp_path / "a.key"
    assert _run("new", path, "--passphrase", f"fd:{_descriptor(b'secret')}") == 0
    assert "not encrypted" not in capsys.readouterr().err
    assert load_private_key(path, lambda _sentence: b"secret")
    assert _run("show", path, "--passphrase", f"fd:{_descriptor(b'secret')}") == 0
    (tmp_path / "pass").write_bytes(b"secret\n")
    assert _run("show", path, "--passphrase", "credential:pass", "--credentials", tmp_path) == 0


def test_prompt_asks_twice(tmp_path, monkeypatch, capsys):
    answers = iter(["secret", "secret", "secret", "Secret"])
    asked: list[str] = []

    def ask(sentence: str) -> str:
        asked.append(sentence)
        return next(answers)

    def parse(text, *, credentials):
        return parse_passphrase_source(text, credentials=credentials, ask=ask)

    monkeypatch.setattr(keys, "parse_passphrase_source", parse)
    assert _run("new", tmp_path / "a.key", "--passphrase", "prompt") == 0
    assert asked == ["New passphrase: ", "The same again: "]
    assert _run("new", tmp_path / "b.key", "--passphrase", "prompt") == 2
    assert "differ" in capsys.readouterr().err
    assert not (tmp_path / "b.key").exists()


def test_request_is_written_and_the_key_stays(tmp_path, key, capsys):
    before = key.read_bytes()
    capsys.readouterr()
    assert _run("csr", key, "--subject", "CN=Register,C=KZ", "--name", "node.kz", "--name", "::1") == 0
    told = capsys.readouterr().out
    request = parse_csr(told.encode())
    assert [str(name.value) for name in request.names] == ["node.kz", "::1"]
    assert "PRIVATE" not in told
    assert _run("csr", key, "--subject", "CN=Register,C=KZ", "--out", tmp_path / "a.csr") == 0
    assert parse_csr((tmp_path / "a.csr").read_bytes()).names == ()
    assert key.read_bytes() == before


def test_show_tells_keys_and_certificates(tmp_path, key, capsys):
    capsys.readouterr()
    assert _run("show", key) == 0
    assert capsys.readouterr().out.startswith("private key: ES256")
    der = pki.make_certificate("CN=Register", eku=pki.TLS).der
    (tmp_path / "a.crt").write_bytes(to_pem(der))
    assert _run("show", tmp_path / "a.crt") == 0
    assert load_certificate(der).kid.hex() in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["new", "a.key"], "never overwritten"),
        (["new", "b.key", "--passphrase", "hunter2"], "a passphrase comes from"),
        (["csr", "none.key", "--subject", "CN=A"], "No such file"),
        (["csr", "a.key", "--subject", "A"], "not of the form"),
        (["csr", "a.key", "--subject", "CN=A", "--name", "*.kz"], "neither an IP address nor a host name"),
        (["csr", "a.key", "--subject", "CN=A", "--out", "none/a.csr"], "cannot be written"),
        (["show", "none.crt"], "No such file"),
        (["show", "open.key"], "open to others"),
    ],
)
def test_mistakes_are_told(key, monkeypatch, capsys, words, complaint):
    monkeypatch.chdir(key.parent)
    (key.parent / "open.key").write_bytes(key.read_bytes())
    (key.parent / "open.key").chmod(0o644)
    capsys.readouterr()
    assert _run(*words) == 2
    told = capsys.readouterr()
    assert complaint in told.err
    assert told.err.startswith("kopir: ")
    assert "hunter2" not in told.err
    assert not told.out


def test_passphrase_is_no_option():
    with pytest.raises(SystemExit):
        _run("new", "a.key", "--password", "secret")


def test_what_is_neither_key_nor_certificate_is_told_in_our_words(tmp_path, capsys):
    file, key = tmp_path / "README.md", tmp_path / "a.key"
    file.write_text("# Read me\n")
    assert main(["key", "show", str(file)]) == 2
    assert capsys.readouterr().err == f"kopir: {file} is no certificate, neither in PEM nor in DER\n"
    assert main(["key", "new", str(key)]) == 0
    capsys.readouterr()
    assert main(["key", "csr", str(key), "--subject", "hello"]) == 2
    assert capsys.readouterr().err == "kopir: the subject 'hello' is not of the form CN=…,O=…,C=KZ\n"
