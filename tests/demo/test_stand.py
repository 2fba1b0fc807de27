"""How a stand is laid out, what a second building leaves alone, and what `forget` removes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kopir.bridge.anchors import read_anchor
from kopir.bridge.publish import verify
from kopir.demo import stand as module
from kopir.demo.stand import Stand, StandError, forget, held, shown
from stands import free_first_port


def test_each_country_has_a_folder_and_ports_of_its_own(tmp_path: Path) -> None:
    stand = Stand.of(tmp_path, "kz, tj,uz", 9000)

    assert [(country.instance, country.folder.name, country.ports.client) for country in stand.countries] == [
        ("KZ", "kz", 9000),
        ("TJ", "tj", 9010),
        ("UZ", "uz", 9020),
    ]
    assert Stand.of(tmp_path, "tj,kz", None).countries[0].address == "http://127.0.0.1:8080"


def test_a_second_building_publishes_anew_and_leaves_the_rest(tmp_path: Path) -> None:
    Stand.of(tmp_path, "kz,tj", 9000).build()
    edited = tmp_path / "kz" / "directory.toml"
    edited.write_text(edited.read_text("utf-8").replace("Portal of public services", "Portal"), encoding="utf-8")
    anchor = read_anchor(tmp_path / "kz" / "anchors" / "KZ.toml")

    again = Stand.of(tmp_path, "kz,tj", None)
    again.build()

    assert again.first_port == 9000
    directory = verify((tmp_path / "kz" / "directory.cose").read_bytes(), anchor, _now_ms())
    assert (directory.number, directory.subsystems[0].name) == (2, "Portal")


def test_other_ports_keep_the_keys_and_move_everything_that_names_them(tmp_path: Path) -> None:
    Stand.of(tmp_path, "kz,tj", 9000).build()
    before = read_anchor(tmp_path / "kz" / "anchors" / "KZ.toml")

    Stand.of(tmp_path, "kz,tj", 9500).build()

    for country in ("kz", "tj"):
        after = read_anchor(tmp_path / country / "anchors" / "KZ.toml")
        assert after.key == before.key
        assert after.addresses[0] == "http://127.0.0.1:9503/directory"
        assert "127.0.0.1:90" not in (tmp_path / country / "node.toml").read_text("utf-8")


def test_a_building_that_was_stopped_halfway_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    stand = Stand.of(tmp_path, "kz,tj", 9000)
    with monkeypatch.context() as patched:
        patched.setattr("kopir.demo.country.write_private_key", stop)
        with pytest.raises(KeyboardInterrupt):
            stand.build()
    stand.build()

    assert (tmp_path / "tj" / "node.toml").exists()
    (tmp_path / "link").symlink_to(tmp_path / "tj")
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_paths_are_shown_from_where_the_user_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "var" / "stand") == "var/stand"
    assert shown(Path("/etc/hosts")) == "/etc/hosts"


def test_an_empty_folder_is_forgotten_quietly(tmp_path: Path) -> None:
    forget(tmp_path)
    assert tmp_path.exists()


def test_a_folder_is_held_by_one_stand_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    words = "are running; stop them, or start another beside: make run"
    with held(folder), pytest.raises(StandError, match=words), held(folder):
        raise AssertionError
    with held(folder):
        assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StandError, match="choose another --folder"), held(tmp_path / "file"):
        raise AssertionError


def test_a_damaged_note_of_the_last_time_is_no_note(tmp_path: Path) -> None:
    (tmp_path / module.SETTINGS).write_text("{")
    assert Stand.of(tmp_path, "kz,tj", None).first_port == module.FIRST_PORT


@pytest.mark.parametrize("countries", ["kz", "kz,kz", "kz,xx", "", "kz,,tj"])
def test_countries_that_cannot_be(tmp_path: Path, countries: str) -> None:
    with pytest.raises(StandError, match="name two or more of kz, tj, uz, each once"):
        Stand.of(tmp_path, countries, None)


@pytest.mark.parametrize("port", [0, -1, 65517, 1_000_000])
def test_ports_that_cannot_be(tmp_path: Path, port: int) -> None:
    with pytest.raises(StandError, match="choose one between"):
        Stand.of(tmp_path, "kz,tj", port)


@pytest.mark.parametrize("place", [0, 5, 10, 15])
def test_a_taken_port_of_any_program_is_named(tmp_path: Path, place: int) -> None:
    first = free_first_port()
    stand = Stand.of(tmp_path, "kz,tj", first)
    stand.demand_free_ports()
    with (
        socket.create_server(("127.0.0.1", first + place)),
        pytest.raises(StandError, match=f"port {first + place} is taken"),
    ):
        stand.demand_free_ports()


def test_a_folder_with_other_things_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(StandError, match="is no stand"):
        forget(tmp_path)
    assert (tmp_path / "letter").exists()


def _now_ms() -> int:
    from kopir.bridge.node import now_ms

    return now_ms()
