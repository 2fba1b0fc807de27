"""A country on disk is fit to run a node: nothing is wrong with it, and only who is named may call."""

from __future__ import annotations

from pathlib import Path

import pytest

from kopir.bridge.anchors import read_anchor
from kopir.bridge.config import load
from kopir.bridge.node import now_ms
from kopir.bridge.preflight import check
from kopir.bridge.publish import verify
from kopir.demo.country import Country, Ports
from kopir.signing.facts import load_certificate, read_certificate_file


@pytest.fixture
def kz(tmp_path: Path) -> Country:
    country = Country("KZ", tmp_path / "kz", Ports.counted_from(9000))
    country.build()
    return country


def test_its_node_has_nothing_to_complain_of(kz: Country) -> None:
    kz.trust([])

    assert check(kz.config, now_ms()) == []


def test_its_directory_holds_under_its_anchor(kz: Country) -> None:
    directory = verify((kz.folder / "directory.cose").read_bytes(), read_anchor(kz.anchor), now_ms())

    assert (directory.instance, directory.number) == ("KZ", 1)
    assert directory.has_service(kz.service)
    assert directory.has_member(kz.statistics)
    assert directory.node(kz.node).address == "127.0.0.1:9001"


def test_each_key_has_a_certificate_for_one_purpose(kz: Country) -> None:
    purposes = {
        path.stem: str(load_certificate(read_certificate_file(path)).purpose) for path in kz.folder.glob("keys/*.crt")
    }

    assert purposes == {"tls": "tls", "digital": "signing", "stat": "signing", "tsa": "stamp"}


def test_a_second_building_keeps_the_keys_and_counts_on(kz: Country) -> None:
    keys = {path: path.read_bytes() for path in kz.folder.glob("keys/*")}

    kz.build()

    assert {path: path.read_bytes() for path in kz.folder.glob("keys/*")} == keys
    assert verify((kz.folder / "directory.cose").read_bytes(), read_anchor(kz.anchor), now_ms()).number == 2


def test_it_lets_those_call_whom_it_trusts(kz: Country, tmp_path: Path) -> None:
    tj = Country("TJ", tmp_path / "tj", Ports.counted_from(9010))
    tj.build()

    kz.trust([tj])

    assert read_anchor(kz.folder / "anchors" / "TJ.toml") == read_anchor(tj.anchor)
    (service,) = load(kz.config).services
    assert {(allow.kind, allow.subject, allow.method, allow.path) for allow in service.allow} == {
        ("client", f"{instance}/GOV/DIGITAL/egov", "GET", path)
        for instance in ("KZ", "TJ")
        for path in ("/regions", "/regions/**")
    }


def test_anchors_that_an_earlier_stand_made_get_their_name_of_now(kz: Country) -> None:
    folder, made = kz.anchor.parent, kz.anchor.read_bytes()
    kz.anchor.rename(folder / "kz.toml")
    (folder / "TJ.toml").write_text("accepted anew")
    (folder / "tj.toml").write_text("old")

    kz.respell_anchors()

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"KZ.toml": made, "TJ.toml": b"accepted anew"}


def test_keys_are_for_their_owner_alone(kz: Country) -> None:
    for path in [*kz.folder.glob("keys/*.key"), kz.folder / "ca" / "ca.key"]:
        assert path.stat().st_mode & 0o077 == 0, path
