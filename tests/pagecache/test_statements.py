"""Tables found in the text of a statement."""

from __future__ import annotations

import pytest
from django.db import connection

from kopir.bodies import queries
from kopir.bodies.models import Body
from kopir.pagecache.statements import LIMIT_CACHED, Statement, known_tables, parse

A, B = "bodies_body", "bodies_region"


@pytest.mark.parametrize(
    ("sql", "reads", "writes"),
    [
        (f'SELECT "{A}"."id" FROM "{A}"', {A}, set()),
        (f"select * from {A} a left join {B} on a.region_id = {B}.id", {A, B}, set()),
        (f'SELECT 1 FROM "public"."{A}"', {A}, set()),
        (f'SELECT COUNT(*) FROM (SELECT DISTINCT "{A}"."id" FROM "{A}") subquery', {A}, set()),
        (f'SELECT EXTRACT(YEAR FROM U0."on") FROM "{A}" U0', {A}, set()),
        (f'WITH x AS (SELECT * FROM "{B}") SELECT * FROM x', {B}, set()),
        (f'INSERT INTO "{A}" ("slug") VALUES (%s)', set(), {A}),
        (f'INSERT OR IGNORE INTO "{A}" ("slug") VALUES (%s)', set(), {A}),
        (f'INSERT INTO "{A}" SELECT * FROM "{B}"', {B}, {A}),
        (f'  UPDATE "{A}" SET "slug" = %s WHERE "region_id" IN (SELECT "id" FROM "{B}")', {B}, {A}),
        (f'UPDATE ONLY "{A}" SET "slug" = %s', set(), {A}),
        (f'UPDATE "public"."{A}" SET "slug" = %s', set(), {A}),
        (f'DELETE FROM "{A}" WHERE 1 = 1', set(), {A}),
        (f'WITH x AS (SELECT 1) DELETE FROM "{A}"', set(), {A}),
        (f'WITH x AS (DELETE FROM "{A}" RETURNING *) INSERT INTO "{B}" SELECT * FROM x', set(), {A, B}),
        (f'TRUNCATE "{A}", "{B}"', set(), {A, B}),
        (f"SELECT 'UPDATE {A} SET it''s' FROM {B}", {B}, set()),
        (f'SELECT "{A}x"."id" FROM "{A}x"', set(), set()),
        ("SAVEPOINT s1", set(), set()),
        ("", set(), set()),
    ],
)
def test_what_a_statement_reads_and_writes(sql, reads, writes):
    assert parse(sql) == Statement(frozenset(reads), frozenset(writes))


def test_a_long_statement_is_read_too():
    sql = f'INSERT INTO "{A}" ("slug") VALUES ' + ", ".join(["(%s)"] * LIMIT_CACHED)
    assert parse(sql).writes == {A}


def test_every_table_is_known():
    assert {A, B, "accounts_cache", "auth_group", "pagecache_purge"} <= known_tables()


@pytest.mark.django_db
def test_what_django_writes_is_understood(django_assert_num_queries):
    seen = []

    def look(execute, sql, params, many, context):
        seen.append(parse(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        list(queries.list_bodies(region="X", text="a"))
        Body.objects.filter(region__code="X").update(order=1)
        list(Body.objects.filter(children__region__in=[1, 2, 3]).values_list("children__slug").distinct())
    assert seen[0] == Statement(frozenset({A, B}), frozenset())
    assert seen[1] == Statement(frozenset({B}), frozenset({A}))
    assert seen[2].reads >= {A}
