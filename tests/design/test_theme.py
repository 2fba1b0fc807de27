"""The stylesheet of a body's colors: its address is made from its content, and nothing else is served there."""

from __future__ import annotations

import re

import pytest

from kopir.design import theme
from kopir.design.colors import Colors, contrast
from kopir.design.theme import find_theme, get_theme_address, write_theme

COLORS = {"brand": "#0f5c3f", "accent": "#b8322a"}


def name_of(address):
    return re.fullmatch(r"/design/theme-(.+)\.css", address)[1]


def test_an_address_leads_to_the_colors():
    style = find_theme(name_of(get_theme_address(COLORS))) or ""
    assert "--govuk-brand-colour:#0f5c3f" in style
    assert "--design-accent:#b8322a" in style


def test_other_colors_have_another_address():
    assert get_theme_address(COLORS) != get_theme_address({**COLORS, "accent": "#b8322b"})


def test_another_way_of_mixing_has_another_address(monkeypatch):
    before = get_theme_address(COLORS)
    monkeypatch.setattr(theme, "write_theme", lambda colors: write_theme(colors) + "a{}")
    assert get_theme_address(COLORS) != before
    assert find_theme(name_of(before)) is None


def test_what_is_mixed_can_be_read():
    style = write_theme(Colors("#0f5c3f", "#b8322a", "#0f5c3f"))
    tokens = dict(re.findall(r"(--[\w-]+):(#[0-9a-f]{6})", style))
    for background in ("--design-brand-quiet", "--govuk-surface-background-colour"):
        assert contrast(tokens[background], "#16212b") >= 4.5
        assert contrast(tokens[background], tokens["--govuk-link-colour"]) >= 4.5
    assert contrast(tokens["--design-brand-strong"], "#ffffff") >= 4.5


def test_colors_that_cannot_be_read_have_no_address():
    with pytest.raises(ValueError, match="brand is faint"):
        get_theme_address({"brand": "#00afca"})


def test_only_what_we_would_write_is_served():
    name = name_of(get_theme_address(COLORS))
    brand, accent, link, digest = name.split("-")
    assert find_theme(name) is not None
    assert find_theme(f"{brand}-{accent}-{link}-{'0' * len(digest)}") is None
    assert find_theme(f"00afca-{accent}-{link}-{digest}") is None
    assert find_theme(name.upper()) is None
    assert find_theme("") is None
    assert find_theme(f"{name}-") is None
