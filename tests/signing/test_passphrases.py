"""Passphrases come from three places and from nowhere else."""

from __future__ import annotations

import os

import pytest

from kopir.signing.errors import PassphraseError
from kopir.signing.passphrases import MAX_PASSPHRASE_BYTES, parse_passphrase_source


@pytest.fixture
def credentials(tmp_path):
    (tmp_path / "member.pass").write_bytes(b"correct horse\n")
    return tmp_path


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)


def test_credential(credentials):
    source = parse_passphrase_source("credential:member.pass", credentials=credentials)
    assert source("?") == b"correct horse"
    assert source("?") == b"correct horse"


def test_credential_loses_one_newline_and_nothing_else(credentials):
    (credentials / "odd").write_bytes(b" a b \r\n\n")
    assert parse_passphrase_source("credential:odd", credentials=credentials)("?") == b" a b \r\n"


def test_descriptor_gives_a_line_for_each_key(pipe):
    reader, writer = pipe
    os.write(writer, b"first\nsecond")
    os.close(writer)
    source = parse_passphrase_source(f"fd:{reader}")
    assert source("?") == b"first"
    assert source("?") == b"second"
    with pytest.raises(PassphraseError, match="holds no passphrase"):
        source("?")


def test_prompt_shows_the_sentence_and_takes_any_script():
    asked = []

    def ask(sentence: str) -> str:
        asked.append(sentence)
        return "көпір"

    source = parse_passphrase_source("prompt", ask=ask)
    assert not asked, "nothing is asked before it is needed"
    assert source("Passphrase for a.key: ") == "көпір".encode()
    assert asked == ["Passphrase for a.key: "]


def test_longest_passphrase(credentials):
    (credentials / "long").write_bytes(b"x" * MAX_PASSPHRASE_BYTES + b"\n")
    assert len(parse_passphrase_source("credential:long", credentials=credentials)("?")) == MAX_PASSPHRASE_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hunter2",
        "prompt:",
        "prompt:x",
        "Prompt",
        "fd",
        "fd:",
        "fd:x",
        "fd:-1",
        "fd:1",
        "fd:2",
        "fd:٣",
        "fd: 3",
        "fd:9999999",
        "credential",
        "credential:",
        "credential:../member.pass",
        "credential:/etc/passwd",
        "credential:.hidden",
        "credential:..",
        "credential:a b",
        "env:PASSPHRASE",
        "file:/a",
        "pass:hunter2",
    ],
)
def test_everything_else_is_refused_without_being_repeated(credentials, text):
    with pytest.raises(PassphraseError) as caught:
        parse_passphrase_source(text, credentials=credentials)
    assert "hunter2" not in str(caught.value)


def test_environment_is_not_read(monkeypatch, credentials):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    with pytest.raises(PassphraseError, match=r"LoadCredential=member\.pass"):
        parse_passphrase_source("credential:member.pass")("?")


def test_missing_credential(credentials):
    with pytest.raises(PassphraseError, match="none cannot be read: No such file"):
        parse_passphrase_source("credential:none", credentials=credentials)("?")


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * (MAX_PASSPHRASE_BYTES + 1)])
def test_empty_and_endless_passphrases(credentials, pipe, content):
    (credentials / "bad").write_bytes(content)
    with pytest.raises(PassphraseError, match="holds no passphrase of 1 to"):
        parse_passphrase_source("credential:bad", credentials=credentials)("?")
    reader, writer = pipe
    os.write(writer, content)
    os.close(writer)
    with pytest.raises(PassphraseError, match="holds no passphrase of 1 to"):
        parse_passphrase_source(f"fd:{reader}")("?")
    with pytest.raises(PassphraseError, match="holds no passphrase of 1 to"):
        parse_passphrase_source("prompt", ask=lambda _sentence: content.decode().removesuffix("\n"))("?")


def test_closed_descriptor():
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    with pytest.raises(PassphraseError, match="cannot be read: Bad file descriptor"):
        parse_passphrase_source(f"fd:{reader}")("?")
