"""Tables, as they are copied from a sheet or a text: one line for each row, cells divided by a tab or a semicolon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

LIMIT_ROWS: Final = 500
LIMIT_COLUMNS: Final = 20
_NUMBER: Final = re.compile(r"[-+−]?[\d\s\u00a0\u202f]+(?:[.,]\d+)?\s?%?|[-—–]")


@dataclass(frozen=True)
class Table:
    """A table whose first row names its columns; `numbers` are the columns of numbers, counted from 1."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]


def read_table(text: str) -> Table:
    """The table that the text writes; short rows are filled with empty cells, so that nothing shifts."""
    mark = "\t" if "\t" in text else ";"
    lines = [[cell.strip() for cell in line.split(mark)] for line in text.splitlines() if line.strip()]
    if not lines:
        return Table((), (), frozenset())
    width = max(len(line) for line in lines)
    head, *rows = (tuple(line + [""] * (width - len(line))) for line in lines)
    numbers = frozenset(
        column + 1
        for column in range(1, width)
        if rows and all(_NUMBER.fullmatch(row[column]) or not row[column] for row in rows)
    )
    return Table(head, tuple(rows), numbers)


class TableBlock(blocks.StructBlock):
    """A table with its caption; the first line names the columns, the first cell names its row."""

    caption = blocks.CharBlock(label=_("What the table is about"), max_length=200)
    cells = blocks.TextBlock(
        label=_("Table"),
        help_text=_("Copy it from a sheet. One line for each row, the first names the columns; “;” divides cells."),
    )
    source = blocks.CharBlock(label=_("Where the numbers come from"), max_length=200, required=False)

    class Meta:
        icon = "table"
        label = _("Table")
        template = "websites/blocks/table.html"

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - the value of a block
        """Raise StructBlockValidationError where columns have no names, or rows differ in length."""
        found = super().clean(value)
        table = read_table(found["cells"])
        mark = "\t" if "\t" in found["cells"] else ";"
        widths = {line.count(mark) for line in found["cells"].splitlines() if line.strip()}
        fault = None
        if len(table.head) < 2 or not table.rows:
            fault = _("A table has at least two columns and, below their names, one row.")
        elif not all(table.head):
            fault = _("Name every column in the first line.")
        elif len(widths) > 1:
            fault = _("Every line needs as many cells as the first.")
        elif len(table.head) > LIMIT_COLUMNS or len(table.rows) > LIMIT_ROWS:
            fault = _("This table is too large for a page. Offer it as a file.")
        if fault:
            raise StructBlockValidationError({"cells": ValidationError(fault)})
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401
        """The cells, read."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["table"] = read_table(value["cells"])
        return context
