"""Budgets copied from a sheet: read exactly, their sums checked, and refused with a word that helps."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.websites.budgets import (
    BudgetError,
    as_records,
    check_names,
    check_sums,
    read_budget,
    write_amount,
    write_csv,
)
from sitetypes import BUDGET

HEAD = "Code;Name;2026"


def test_rows_are_read_with_exact_amounts_and_their_levels():
    budget = read_budget(BUDGET)
    check_sums(budget)
    assert budget.head == ("Код", "Атауы", "Жоспар", "Атқарылғаны")
    first, part, *_rest, last = budget.rows
    assert first.amounts == (Decimal("1500.5"), Decimal(1400))
    assert (first.level, part.level, part.above, last.level) == (1, 2, "1", 0)
    assert budget.rows[3].amounts[1] is None
    assert as_records(budget)[3]["Атқарылғаны"] == ""


def test_a_table_copied_with_tabs_is_the_same():
    assert read_budget(BUDGET.replace(";", "\t")) == read_budget(BUDGET)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("1;A;10\n1.1;B;4\n1.2;C;5", "“A”, 2026: .* by -1"),
        ("1;A;10\n;All;11", "“All”"),
        ("1;A;10\n1;B;10", "twice"),
        ("1;A;ten", "Line 2: “ten”"),
        ("1;A;10;3", "Line 2 needs"),
        ("1a;A;10", "Line 2: write the code"),
        ("1;;10", "Line 2 has no name"),
        ("1;A;1e9", "no amount"),
        ("1;A;" + "9" * 40, "no amount"),
    ],
)
def test_what_does_not_add_up_or_cannot_be_read_is_named(rows, words):
    with pytest.raises(BudgetError, match=words):
        check_sums(read_budget(f"{HEAD}\n{rows}"))


@pytest.mark.parametrize("text", ["", "Code;Name", HEAD, "a;b\n1;2", HEAD + "\n1;A;1" * 501])
def test_what_is_no_table_or_too_large_is_refused(text):
    with pytest.raises(BudgetError):
        read_budget(text)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Code;Name;2026;2026", "Two columns are called “2026”"),
        ("Code;Name;Plan;plan ", "Two columns are called “Plan”"),
        ("Code;Name;name", "Two columns are called “Name”"),
        ("Code;Name;", "Name every column"),
    ],
)
def test_each_column_has_a_name_of_its_own(head, words):
    budget = read_budget(f"{head}\n1;A" + ";9" * (head.count(";") - 1))
    with pytest.raises(BudgetError, match=words):
        check_names(budget)


def test_a_budget_older_than_that_rule_loses_no_cell():
    records = as_records(read_budget("A;;A;A (3);A\n1;B;10;9;8"))
    assert records == [{"A": "1", "(2)": "B", "A (3)": "10", "A (3) (4)": "9", "A (5)": "8"}]


def test_a_column_without_amounts_below_is_not_judged():
    check_sums(read_budget(f"{HEAD}\n1;A;10\n1.1;B;"))
    check_sums(read_budget(f"{HEAD}\n1;A;\n1.1;B;4"))


def test_amounts_are_shown_in_groups():
    assert write_amount(Decimal("-1234567.50")) == "-1\u202f234\u202f567.50"
    assert write_amount(None) == "—"


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text):
    with suppress(BudgetError):
        assert read_budget(f"{HEAD}\n{text}").rows


def test_a_table_for_sheets_has_no_word_that_they_would_run():
    budget = read_budget("Code;=Name;A, b\n1;@SUM(1);-5\n2;-Cars;1 000,5\n;Total;—")
    assert write_csv(budget) == "Code,'=Name,\"A, b\"\r\n1,'@SUM(1),-5\r\n2,'-Cars,1000.5\r\n,Total,\r\n"


def test_no_part_of_a_word_is_run_where_another_mark_divides_cells():
    budget = read_budget('Code\tName\t2026\n1\tA;=B\t-12,5\n2\tA, "+B\t1\n3\tA|@B - c=d\t1')
    rows = write_csv(budget).split("\r\n")
    assert rows[1:-1] == ["1,A;'=B,-12.5", '2,"A,\' ""+B",1', "3,A|'@B - c=d,1"]
