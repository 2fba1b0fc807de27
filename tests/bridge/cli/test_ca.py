"""`kopir ca`: from an authority to a certificate and back, with the warning before every verb."""

from __future__ import annotations

import time

import pytest

import pki
from kopir.bridge.cli.main import main
from kopir.signing.authority import WARNING
from kopir.signing.certificates import Purpose, check_chain, read_certificate_file
from kopir.signing.csr import make_csr, parse_names, parse_subject
from kopir.signing.errors import CertificateError, Reason
from kopir.signing.facts import load_certificate


def _run(*words: object) -> int:
    return main(["ca", *map(str, words)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run("init", "ca", "--subject", "CN=Test authority,C=KZ") == 0
    names = parse_names(["node.kz"])
    (tmp_path / "a.csr").write_bytes(make_csr(pki.p256(), parse_subject("CN=Register,C=KZ"), names))
    return tmp_path / "ca"


def _judge(folder, certificate, purpose, crls=()):
    root = read_certificate_file(folder / "ca.crt")
    return check_chain(read_certificate_file(certificate), [root], crls, time.time_ns() // 1_000_000, purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_issued_certificates_hold(folder, purpose, capsys):
    capsys.readouterr()
    assert _run("issue", folder, "a.csr", "--purpose", purpose.value, "--out", "a.crt") == 0
    assert capsys.readouterr().out.startswith(f"a.crt: CN=Register,C=KZ, for {purpose.value}, valid until 2")
    assert _judge(folder, folder.parent / "a.crt", purpose)


def test_subject_and_names_may_be_given(folder, capsys):
    capsys.readouterr()
    words = ["--subject", "CN=Other", "--name", "10.0.0.1", "--days", "3"]
    assert _run("issue", folder, "a.csr", "--purpose", "tls", *words) == 0
    (folder.parent / "a.crt").write_text(capsys.readouterr().out)
    leaf = _judge(folder, folder.parent / "a.crt", "tls")[0]
    assert leaf.subject == "CN=Other"
    assert leaf.not_after_ms - leaf.not_before_ms == 3 * 86_400_000 + 900_000


@pytest.mark.parametrize("by", ["file", "serial"])
def test_revoked_by_file_or_serial(folder, by):
    certificate = folder.parent / "a.crt"
    assert _run("issue", folder, "a.csr", "--purpose", "signing", "--out", certificate) == 0
    serial = load_certificate(read_certificate_file(certificate)).serial
    assert _run("revoke", folder, certificate if by == "file" else serial) == 0
    assert _run("crl", folder, "--out", "list.crl") == 0
    crl = (folder.parent / "list.crl").read_bytes()
    assert (folder / "ca.crl").read_bytes() == crl
    with pytest.raises(CertificateError) as caught:
        _judge(folder, certificate, "signing", [crl])
    assert caught.value.reason is Reason.REVOKED


def test_every_verb_warns(folder, capsys):
    for words in (
        ["init", "other", "--subject", "CN=Other"],
        ["issue", folder, "a.csr", "--purpose", "tls"],
        ["crl", folder],
        ["revoke", folder, "ff"],
    ):
        capsys.readouterr()
        _run(*words)
        assert capsys.readouterr().err.startswith(WARNING)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["init", "ca", "--subject", "CN=A"], "never overwritten"),
        (["init", "new", "--subject", "A"], "not of the form"),
        (["issue", "none", "a.csr", "--purpose", "tls"], "No such file"),
        (["issue", "ca", "none.csr", "--purpose", "tls"], "No such file"),
        (["issue", "ca", "ca/ca.crt", "--purpose", "tls"], "no certificate request"),
        (["revoke", "ca", "ff"], "issued no certificate with serial ff"),
        (["crl", "ca", "--out", "none/list.crl"], "cannot be written"),
    ],
)
def test_mistakes_are_told(folder, capsys, words, complaint):
    capsys.readouterr()
    assert _run(*words) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert "kopir: " in told


@pytest.mark.parametrize("words", [["--days", "0"], ["--days", "40000"], ["--days", "x"], ["--purpose", "ca"]])
def test_options_out_of_range(folder, capsys, words):
    with pytest.raises(SystemExit):
        _run("issue", folder, "a.csr", "--purpose", "tls", *words)


def test_what_is_no_request_is_told_before_anything_is_opened(tmp_path, capsys):
    file = tmp_path / "README.md"
    file.write_text("# Read me\n")
    assert main(["ca", "issue", str(tmp_path / "ca"), str(file), "--purpose", "tls"]) == 2
    assert f"{file}: this is no certificate request in PEM" in capsys.readouterr().err
