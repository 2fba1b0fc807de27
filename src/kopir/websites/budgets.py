"""Budgets as they are copied from a sheet: rows with a code, a name and amounts, whose sums are checked. Pure.

"1" is the sum of "1.1" and "1.2", and so on downward; the row without a code is the sum of all rows of the uppermost
level. Amounts are exact decimal numbers; an empty cell is none, and is left out of sums.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Final

from django.utils.translation import gettext as _

LIMIT_ROWS: Final = 500
LIMIT_COLUMNS: Final = 8
_CODE: Final = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,5}")
_SPACES: Final = str.maketrans("", "", " \u00a0\u202f\u2009")
_FORMULA: Final = re.compile(r"(^|[;,|\t])(?=[\s\"]*[=+\-@])")
"""Where programs for sheets take words for a formula: at their beginning, or where one divides them into cells."""
_AMOUNT: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?")


@dataclass(frozen=True)
class Row:
    """One line: its code ("" for the total), its name, an amount for each column of amounts or None."""

    code: str
    name: str
    amounts: tuple[Decimal | None, ...]

    @property
    def above(self) -> str:
        """The code of the row that this one is a part of; "" for the total."""
        return self.code.rpartition(".")[0]

    @property
    def level(self) -> int:
        """1 for the uppermost rows, 0 for the total."""
        return self.code.count(".") + 1 if self.code else 0


@dataclass(frozen=True)
class Budget:
    """Rows under the names of their columns: code, name, then the amounts."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]


class BudgetError(ValueError):
    """A budget cannot be read, or does not add up; the message says which row, and what to do."""


def read_budget(text: str) -> Budget:
    """The budget that the text writes: the first line names the columns, a tab or a semicolon divides cells.

    Raises BudgetError.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    mark = "\t" if "\t" in text else ";"
    table = [[cell.strip() for cell in line.split(mark)] for line in lines]
    if len(table) < 2 or len(table[0]) < 3:
        raise BudgetError(_("Write a line with the names of the columns (code, name, amounts), and rows below it."))
    if len(table) > LIMIT_ROWS + 1 or len(table[0]) > LIMIT_COLUMNS:
        raise BudgetError(_("This table is too large for a page. Offer it as a file."))
    width = len(table[0])
    rows = tuple(_read_row(cells, width, number) for number, cells in enumerate(table[1:], 2))
    return Budget(tuple(table[0]), rows)


def check_names(budget: Budget) -> None:
    """Raise BudgetError for a column without a name, and for two with the same: programs read cells by these names."""
    names = [name.casefold() for name in budget.head]
    for name in budget.head:
        if not name:
            raise BudgetError(_("Name every column in the first line."))
        if names.count(name.casefold()) > 1:
            raise BudgetError(_("Two columns are called “{name}”. Give each a name of its own.").format(name=name))


def check_sums(budget: Budget) -> None:
    """Raise BudgetError for the first row that is not the sum of its parts, or whose code stands twice."""
    seen: dict[str, Row] = {}
    for row in budget.rows:
        if row.code in seen:
            raise BudgetError(_("The code “{code}” stands twice.").format(code=row.code))
        seen[row.code] = row
    for code, row in seen.items():
        parts = [other for other in budget.rows if other.code and other.above == code]
        for column, difference in _differences(row, parts):
            words = _("“{name}”, {column}: the parts differ from the sum by {difference}. Correct one of them.")
            raise BudgetError(
                words.format(name=row.name, column=budget.head[column + 2], difference=f"{difference:,f}")
            )


def as_records(budget: Budget) -> list[dict[str, str]]:
    """The rows for programs: cells by the names of their columns, amounts with a point; no amount is empty.

    A column without a name of its own is told apart by its number: budgets older than `check_names` have such.
    """
    keys: list[str] = []
    for number, name in enumerate(budget.head, 1):
        key = name or f"({number})"
        while key in keys:
            key = f"{key} ({number})"
        keys.append(key)
    return [dict(zip(keys, (row.code, row.name, *map(_plain, row.amounts)), strict=True)) for row in budget.rows]


def write_csv(budget: Budget) -> str:
    """The rows as CSV (RFC 4180): amounts with a point, and no word that a program for sheets would run."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in budget.head])
    writer.writerows([row.code, _harmless(row.name), *map(_plain, row.amounts)] for row in budget.rows)
    return text.getvalue()


def write_amount(amount: Decimal | None) -> str:
    """An amount as tables show it, in groups of three digits: "1 234.50"."""
    return "—" if amount is None else f"{amount:,f}".replace(",", "\u202f")


def _read_row(cells: Sequence[str], width: int, number: int) -> Row:
    if len(cells) != width:
        raise BudgetError(_("Line {number} needs as many cells as the first.").format(number=number))
    code, name, *amounts = cells
    if code and not _CODE.fullmatch(code):
        raise BudgetError(_("Line {number}: write the code in numbers and points, as 1.2.").format(number=number))
    if not name:
        raise BudgetError(_("Line {number} has no name.").format(number=number))
    return Row(code, name, tuple(_read_amount(cell, number) for cell in amounts))


def _read_amount(cell: str, number: int) -> Decimal | None:
    plain = cell.translate(_SPACES).replace("−", "-").replace(",", ".")
    if plain in {"", "-", "–", "—"}:
        return None
    if not _AMOUNT.fullmatch(plain):
        raise BudgetError(_("Line {number}: “{cell}” is no amount.").format(number=number, cell=cell[:40]))
    return Decimal(plain)


def _differences(row: Row, parts: Sequence[Row]) -> Iterator[tuple[int, Decimal]]:
    """The columns in which the row is not the sum of its parts; one in which no part has an amount is not judged."""
    for column, amount in enumerate(row.amounts):
        known = [part.amounts[column] for part in parts]
        given = [value for value in known if value is not None]
        if given and amount is not None and (difference := sum(given, Decimal()) - amount):
            yield column, difference


def _harmless(words: str) -> str:
    return _FORMULA.sub(r"\1'", words)


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"
