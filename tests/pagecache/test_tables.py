"""How tables are declared."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from kopir.audit.models import Row
from kopir.bodies.models import Body, CalendarDay
from kopir.pagecache.tables import TABLES, Table, constant, find_table, personal, prefix_of_model, tagged


def test_rooms_have_declared_theirs():
    assert find_table("bodies_body") == Table("tagged", "bodies.body")
    assert find_table("bodies_calendarday") == Table("tagged", "bodies.calendarversion")
    assert find_table(ContentType._meta.db_table) == Table("constant")
    assert find_table(Group._meta.db_table) == Table("personal")


def test_what_nobody_declared_is_closed():
    assert find_table(Row._meta.db_table) is None
    assert find_table("no_such_table") is None


def test_declaring_again_alike_is_no_fault_and_otherwise_is():
    tagged(Body)
    constant(ContentType)
    personal(Group)
    tagged(CalendarDay, prefix="bodies.calendarversion")
    for again in (lambda: constant(Body), lambda: tagged(CalendarDay), lambda: personal(ContentType)):
        with pytest.raises(ValueError, match="two of table"):
            again()


def test_a_model_in_several_tables_is_called_by_the_uppermost():
    from wagtail.models import Page

    from kopir.websites.models import HomePage

    assert prefix_of_model(Body) == "bodies.body"
    assert prefix_of_model(Page) == "wagtailcore.page"
    assert prefix_of_model(HomePage) == "wagtailcore.page"


@pytest.mark.parametrize(("kind", "prefix"), [("tagged", ""), ("constant", "a.b"), ("personal", "a.b")])
def test_a_table_that_makes_no_sense_is_none(kind, prefix):
    with pytest.raises(ValueError, match="has a prefix"):
        Table(kind, prefix)


def test_every_declared_table_is_there():
    from django.db import connection

    from kopir.pagecache.statements import known_tables

    assert {name for name, _ in TABLES} <= known_tables()
    assert connection.vendor in {"sqlite", "postgresql"}
