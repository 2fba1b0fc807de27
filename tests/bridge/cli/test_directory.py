"""`kopir directory`: published, shown, verified."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from countries import Country
from kopir.bridge.anchors import anchor_text
from kopir.bridge.cli import directory, main
from kopir.signing.facts import spki_of
from kopir.signing.keys import write_private_key
from pki import NOW_MS, p256

DESCRIPTION = """
instance = "KZ"
authorities = ["root.crt"]
[[member]]
id = "KZ/GOV/1"
name = "Ministry"
certificates = ["member.crt"]
"""


@pytest.fixture
def country(monkeypatch):
    monkeypatch.setattr(directory, "_now_ms", lambda: NOW_MS)
    return Country()


@pytest.fixture
def anchor(country, tmp_path):
    file = tmp_path / "anchor.toml"
    file.write_text(anchor_text(country.anchor()))
    return str(file)


def test_a_directory_is_published_and_verified(country, tmp_path, anchor, capsys):
    write_private_key(tmp_path / "directory.key", country.key)
    (tmp_path / "directory.toml").write_text(DESCRIPTION)
    for name, made in (("root", country.root), ("member", country.signing)):
        (tmp_path / f"{name}.crt").write_bytes(made.parsed.public_bytes(Encoding.PEM))
    out = tmp_path / "directory.cose"
    arguments = [
        "--from",
        str(tmp_path / "directory.toml"),
        "--key",
        str(tmp_path / "directory.key"),
        "--out",
        str(out),
    ]
    assert main.main(["directory", "publish", *arguments]) == 0
    assert main.main(["directory", "publish", *arguments, "--number", "8"]) == 0
    assert "directory of KZ, number 8, valid until 2027-01-16T08:00:00+00:00" in capsys.readouterr().out
    assert main.main(["directory", "verify", str(out), "--anchor", anchor]) == 0
    assert "holds: directory of KZ, number 8" in capsys.readouterr().out
    assert main.main(["directory", "publish", *arguments, "--number", "8"]) == 2


def test_show_tells_everything_that_is_in_it(country, tmp_path, capsys):
    file = tmp_path / "directory.cose"
    file.write_bytes(country.document(next_key=spki_of(p256().public_key())))
    assert main.main(["directory", "show", str(file)]) == 0
    text = capsys.readouterr().out
    assert "signature not checked" in text
    for words in (
        *("directory of KZ, number 1", "member KZ/GOV/1: Ministry", "subsystem KZ/GOV/1/registry: Register"),
        *("service KZ/GOV/1/registry/regions: REST: Regions", "node KZ/GOV/1/node1 at 127.0.0.1:5500"),
        *("  serves KZ/GOV/1/registry", "time stamps Stamps", "next key", "authority ", "  tls ", "  signing "),
        country.anchor().kid.hex(),
    ):
        assert words in text


# -- hostile


def test_a_forged_directory_does_not_hold(country, tmp_path, anchor, capsys):
    file = tmp_path / "directory.cose"
    file.write_bytes(country.document(key=p256()))
    assert main.main(["directory", "verify", str(file), "--anchor", anchor]) == 2
    assert "not trusted" in capsys.readouterr().err


def test_what_is_not_there_is_told(country, tmp_path, anchor, capsys):
    for arguments in (["show"], ["verify", "--anchor", anchor]):
        assert main.main(["directory", *arguments, str(tmp_path / "missing")]) == 2
        assert "No such file" in capsys.readouterr().err
