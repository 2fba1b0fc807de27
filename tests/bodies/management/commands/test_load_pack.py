"""The command that fills an installation."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from kopir.bodies.models import Body


def test_it_loads_the_pack_of_the_installation(db, settings, capsys):
    settings.KOPIR_COUNTRY = "uz"
    call_command("load_pack")
    assert "14 regions and 59 bodies; 2025, 2026, 2027, 2028 new years" in capsys.readouterr().out
    call_command("load_pack")
    assert "0 regions and 0 bodies; no new years" in capsys.readouterr().out


def test_it_judges_without_loading(db, settings, capsys):
    settings.KOPIR_COUNTRY = "tj"
    call_command("load_pack", "--check")
    assert "The pack of TJ can be used: 81 regions, 118 bodies, 48 days, 0 terms." in capsys.readouterr().out
    assert not Body.objects.exists()


def test_a_bad_pack_is_told_and_nothing_is_loaded(db, settings, tmp_path):
    settings.KOPIR_COUNTRY = str(tmp_path)
    with pytest.raises(CommandError, match=r"country.toml: is missing"):
        call_command("load_pack")
    assert not Body.objects.exists()
