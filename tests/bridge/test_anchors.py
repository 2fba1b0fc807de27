"""Anchor files: written, read, compared by voice; and everything that must not pass for one."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countries import Country
from kopir.bridge.anchors import Anchor, anchor_text, load_anchors, public_key, read_anchor
from kopir.bridge.errors import AnchorError


@pytest.fixture
def anchor():
    return Country().anchor("http://directory.example/kz", "/var/lib/directory.cose", lowest_number=4)


def write(folder, text, name="kz.toml"):
    path = folder / name
    path.write_text(text)
    return path


def test_an_anchor_survives_its_file(anchor, tmp_path):
    assert read_anchor(write(tmp_path, anchor_text(anchor))) == anchor
    odd = Anchor("KZ", anchor.key, ('/a"b\\c\nd/е',))
    assert read_anchor(write(tmp_path, anchor_text(odd))) == odd


def test_a_fingerprint_is_compared_as_people_speak_it(anchor):
    groups = anchor.fingerprint.split(" ")
    assert (len(groups), {len(group) for group in groups}) == (16, {4})
    assert bytes.fromhex(anchor.fingerprint) == anchor.kid
    for spoken in (
        anchor.fingerprint,
        anchor.fingerprint.lower(),
        anchor.fingerprint.replace(" ", ":"),
        anchor.kid.hex(),
    ):
        assert anchor.has_fingerprint(spoken)
    for wrong in ("", anchor.fingerprint[:-1], anchor.fingerprint[:-1] + "g", Country().anchor().fingerprint):
        assert not anchor.has_fingerprint(wrong)


def test_a_pem_key_and_a_relative_path_do_as_well(anchor, tmp_path):
    country = Country()
    pem = country.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    path = write(tmp_path, f'instance = "KZ"\nkey = """\n{pem}"""\naddresses = ["kz/directory.cose"]\n')
    read = read_anchor(path)
    assert read == Anchor("KZ", country.spki, (str(tmp_path / "kz/directory.cose"),), 1)
    assert public_key(pem) == country.spki


def test_a_folder_of_anchors(anchor, tmp_path):
    other = Country("TJ").anchor()
    write(tmp_path, anchor_text(anchor))
    write(tmp_path, anchor_text(other), "tj.toml")
    write(tmp_path, "no anchor", "README")
    assert load_anchors(tmp_path) == {"KZ": anchor, "TJ": other}


# -- hostile


def test_two_anchors_of_one_instance_contradict_each_other(anchor, tmp_path):
    write(tmp_path, anchor_text(anchor))
    write(tmp_path, anchor_text(Country().anchor()), "other.toml")
    with pytest.raises(AnchorError, match="there is another anchor for KZ"):
        load_anchors(tmp_path)


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(AnchorError, match="cannot be read: No such file"):
        load_anchors(tmp_path / "anchors")
    with pytest.raises(AnchorError, match=r"kz\.toml: cannot be read: No such file"):
        read_anchor(tmp_path / "kz.toml")


P384 = (
    ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("instance = ", "instanz = "), "instance: is missing"),
        (("instance = ", "more = 1\ninstance = "), "more: is unknown"),
        (('"KZ"', '"K/Z"'), "instance: "),
        (('"KZ"', '"K%5A"'), "instance: .* not its one spelling"),
        (('"KZ"', "7"), "instance: is missing or of the wrong kind"),
        (("lowest_number = 4", "lowest_number = -1"), "lowest_number: is out of range"),
        (("lowest_number = 4", "lowest_number = true"), "lowest_number: is missing or of the wrong kind"),
        (("addresses = [", "addresses = []\n#"), "addresses: holds no address"),
        (("addresses = [", "addresses = [3, "), "addresses: holds no address"),
        (("key = ", 'key = "aGVsbG8="\n#'), "key: is no public key"),
        (("key = ", 'key = "*"\n#'), "key: is no public key"),
        (("key = ", f'key = """{P384.decode()}"""\n#'), "key: is no public key: .*P-256"),
        (("instance", "= ="), "is no anchor file"),
    ],
)
def test_no_anchor(anchor, tmp_path, change, words):
    text = anchor_text(anchor)
    before, after = change
    assert before in text
    with pytest.raises(AnchorError, match=words):
        read_anchor(write(tmp_path, text.replace(before, after, 1)))


def test_a_file_of_any_size_and_content_is_refused(tmp_path):
    with pytest.raises(AnchorError, match="is no anchor file"):
        read_anchor(write(tmp_path, "x" * 100_000))
    (tmp_path / "kz.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AnchorError, match="is no anchor file"):
        read_anchor(tmp_path / "kz.toml")
