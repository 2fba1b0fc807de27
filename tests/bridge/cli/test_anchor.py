"""`kopir anchor`: an anchor from key to acceptance, and every way in which it must not be accepted."""

from __future__ import annotations

import io

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countries import Country
from kopir.bridge.anchors import anchor_text, load_anchors, read_anchor
from kopir.bridge.cli import main
from kopir.signing.keys import write_private_key

CONFIG = """
[node]
id = "TJ/GOV/1/node1"
state = "state"
[peer]
listen = "127.0.0.1:5500"
certificate = "a"
key = "b"
[[member]]
id = "TJ/GOV/1"
certificate = "a"
key = "b"
"""


class Desk:
    def __init__(self, folder):
        self.folder, self.country = folder, Country()
        self.file, self.config = folder / "kz.toml", folder / "node.toml"
        self.anchors = folder / "state" / "anchors"
        self.config.write_text(CONFIG)
        self.anchor = self.country.anchor()
        self.file.write_text(anchor_text(self.anchor))

    def accept(self, *options):
        return main.main(["anchor", "accept", str(self.file), "--config", str(self.config), *options])


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.mark.parametrize("is_private", [True, False])
def test_an_anchor_is_made_from_the_directory_key(desk, tmp_path, capsys, is_private):
    key, out = tmp_path / "directory.key", tmp_path / "out.toml"
    if is_private:
        write_private_key(key, desk.country.key)
    else:
        public = desk.country.key.public_key()
        key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    arguments = ["--instance", "KZ", "--key", str(key), "--address", "http://a/", "--address", "/b", "--out", str(out)]
    assert main.main(["anchor", "make", *arguments, "--lowest-number", "3"]) == 0
    assert read_anchor(out) == desk.country.anchor("http://a/", "/b", lowest_number=3)
    assert desk.anchor.fingerprint in capsys.readouterr().out


def test_an_anchor_goes_to_standard_output(desk, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_private_key(tmp_path / "directory.key", desk.country.key)
    main.main(["anchor", "make", "--instance", "KZ", "--key", "directory.key", "--address", "directory.cose"])
    (tmp_path / "elsewhere.toml").write_text(capsys.readouterr().out)
    assert read_anchor(tmp_path / "elsewhere.toml").addresses == (str(tmp_path / "directory.cose"),)


def test_show_tells_the_fingerprint(desk, capsys):
    assert main.main(["anchor", "show", str(desk.file)]) == 0
    assert f"fingerprint    {desk.anchor.fingerprint}\n" in capsys.readouterr().out


def test_an_anchor_is_accepted_with_its_fingerprint(desk, capsys):
    assert desk.accept("--fingerprint", desk.anchor.fingerprint) == 0
    assert load_anchors(desk.anchors) == {"KZ": desk.anchor}
    assert "accepted" in capsys.readouterr().out
    desk.anchor = Country().anchor(lowest_number=9)
    desk.file.write_text(anchor_text(desk.anchor))
    assert desk.accept("--fingerprint", desk.anchor.fingerprint) == 0, "a later one takes the place"
    assert load_anchors(desk.anchors) == {"KZ": desk.anchor}


def test_an_anchor_takes_the_place_of_the_one_with_any_name(desk):
    desk.anchors.mkdir(parents=True)
    (desk.anchors / "a.toml").write_text("nobody's")
    (desk.anchors / "b.toml").write_text(anchor_text(Country().anchor()))
    assert desk.accept("--fingerprint", desk.anchor.fingerprint) == 0
    assert sorted(path.name for path in desk.anchors.iterdir()) == ["a.toml", "b.toml"]
    assert read_anchor(desk.anchors / "b.toml") == desk.anchor


def test_a_person_is_asked(desk, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: desk.anchor.fingerprint.lower())
    assert desk.accept() == 0


# -- hostile


@pytest.mark.parametrize("typed", ["", "yes", "y", Country().anchor().fingerprint])
def test_nothing_else_is_consent(desk, monkeypatch, capsys, typed):
    monkeypatch.setattr("builtins.input", lambda prompt: typed)
    assert desk.accept() == 2
    assert desk.accept("--fingerprint", typed) == 2
    assert "that is not this anchor's fingerprint; nothing was changed" in capsys.readouterr().err
    assert not desk.anchors.exists()


def test_an_input_that_ends_is_no_consent(desk, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert desk.accept() == 2
    said = capsys.readouterr().err
    assert said == "kopir: no fingerprint was typed; nothing was changed; give it with --fingerprint HEX\n"
    assert not desk.anchors.exists()


def test_the_almost_right_fingerprint_is_wrong(desk):
    right = desk.anchor.fingerprint
    assert desk.accept("--fingerprint", right[:-1] + ("0" if right[-1] != "0" else "1")) == 2
    assert desk.accept("--fingerprint", right[:-5]) == 2


def test_what_is_no_anchor_or_no_key_is_told(desk, tmp_path, capsys):
    desk.file.write_text("nothing")
    assert desk.accept("--fingerprint", desk.anchor.fingerprint) == 2
    assert "is no anchor file" in capsys.readouterr().err
    (tmp_path / "key").write_text("nothing!")
    assert main.main(["anchor", "make", "--instance", "KZ", "--key", str(tmp_path / "key"), "--address", "a"]) == 2
    assert "is no key" in capsys.readouterr().err


def test_an_anchor_that_nobody_could_read_is_not_made(desk, tmp_path, capsys):
    write_private_key(tmp_path / "key", desk.country.key)
    out = tmp_path / "out.toml"
    arguments = ["--key", str(tmp_path / "key"), "--address", "a", "--out", str(out)]
    assert main.main(["anchor", "make", "--instance", "K/Z", *arguments]) == 2
    assert not out.exists()
