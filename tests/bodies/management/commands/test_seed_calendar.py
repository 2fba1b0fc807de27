"""The command that begins years, in the database and in the file of a pack."""

from __future__ import annotations

import shutil

import pytest
from django.core.management import CommandError, call_command

from kopir.bodies.pack import find_pack
from kopir.bodies.queries import get_calendar_version, list_calendar_days


def test_a_year_is_added_once(kz, capsys):
    call_command("seed_calendar", "2029")
    assert "version 2 now" in capsys.readouterr().out
    assert 2029 in get_calendar_version().years
    assert list_calendar_days(year=2029).filter(on="2029-03-21").exists()
    call_command("seed_calendar", "2026-2029")
    assert "has these years" in capsys.readouterr().out
    assert get_calendar_version().number == 2


def test_the_file_of_a_pack_is_written_as_it_ships(tmp_path, country_code):
    folder = tmp_path / "pack"
    shutil.copytree(find_pack(country_code), folder)
    shipped = (folder / "calendar.csv").read_bytes()
    (folder / "calendar.csv").unlink()
    call_command("seed_calendar", "2025-2028", "--write", str(folder))
    assert (folder / "calendar.csv").read_bytes() == shipped


@pytest.mark.parametrize("years", ["", "soon", "2031-2029", "1900", "2026-2200"])
def test_years_that_are_none(years):
    with pytest.raises((CommandError, SystemExit), match="write years as"):
        call_command("seed_calendar", years)


def test_a_pack_without_source_says_so(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(find_pack("uz"), folder)
    text = (folder / "country.toml").read_text("utf-8")
    (folder / "country.toml").write_text(text[: text.index("# How the library")], "utf-8")
    with pytest.raises(CommandError, match="names no source"):
        call_command("seed_calendar", "2029", "--write", str(folder))
