"""Writes the table of `settings.md` from `kopir.config.env`, so that page and program say the same: `make docs`."""

from __future__ import annotations

from pathlib import Path

from kopir.config.env import Row, list_settings, secret

PAGE = Path(__file__).with_name("settings.md")
BEGIN = "| setting | value | default | what it does |\n|---|---|---|---|\n"


def render() -> str:
    """The table, a line for each setting."""
    return BEGIN + "".join(_line(row) for row in list_settings())


def replace(page: str) -> str:
    """The page with its table written anew; raises ValueError where the page has none."""
    before, found, after = page.partition(BEGIN)
    if not found:
        raise ValueError(f"{PAGE.name} has lost its table; put its head back: {BEGIN!r}")
    rest = after.splitlines(keepends=True)
    while rest and rest[0].startswith("|"):
        del rest[0]
    return before + render() + "".join(rest)


def _line(row: Row) -> str:
    name = f"`{row.name}`" + (f", `{row.name}_FILE`" if row.kind is secret else "")
    value = (row.kind.__doc__ or "").strip().rstrip(".")
    default = f"`{row.default}`" if row.default else "empty"
    return f"| {name} | {value} | {default} | {row.sentence} |\n"


if __name__ == "__main__":
    PAGE.write_text(replace(PAGE.read_text("utf-8")), "utf-8")
