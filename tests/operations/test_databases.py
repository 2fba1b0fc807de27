"""The database as one file and back: of one moment, under writes, and no password where others see it."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kopir.config.env import parse
from kopir.operations import databases
from kopir.operations.databases import PostgreSQL, Sqlite, find_database
from kopir.operations.errors import BackupError


def make(path: Path, rows: int = 3) -> Sqlite:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE pair (a INTEGER PRIMARY KEY, b INTEGER)")
        connection.executemany("INSERT INTO pair VALUES (?, ?)", [(number, number) for number in range(rows)])
        connection.execute("CREATE TABLE twin AS SELECT * FROM pair")
    return Sqlite(path)


def read(path: Path, table: str = "pair") -> list[tuple[int, int]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(f"SELECT a, b FROM {table} ORDER BY a"))  # noqa: S608 - names of this file


def test_the_settings_say_which_it_is(tmp_path):
    variables = {"KOPIR_COUNTRY": "kz", "KOPIR_DEVELOPMENT": "yes", "KOPIR_FOLDER": str(tmp_path)}
    assert find_database(parse(variables)) == Sqlite(tmp_path / "portal.sqlite3")
    found = find_database(parse({**variables, "DATABASE_URL": "postgresql://anna:x%2Fy@db:5433/portal"}))
    assert (found.engine, found.file_name) == ("postgresql", "database.dump")


def test_a_copy_made_under_writes_is_of_one_moment(tmp_path):
    """Each transaction changes every row of both tables: a copy with two values would be of two moments."""
    database = make(tmp_path / "portal.sqlite3", 2_000)
    stop = threading.Event()
    count: list[int] = []

    def write() -> None:
        with closing(sqlite3.connect(database.path, timeout=30)) as connection:
            while not stop.is_set():
                with connection:
                    connection.execute("UPDATE pair SET b = ?", (len(count),))
                    connection.execute("UPDATE twin SET b = ?", (len(count),))
                count.append(1)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            before = len(count)
            while len(count) == before:
                pass
            database.dump(tmp_path / f"copy{number}")
            values = {b for table in ("pair", "twin") for _, b in read(tmp_path / f"copy{number}", table)}
            assert len(values) == 1
    finally:
        stop.set()
        thread.join()


def test_a_copy_is_one_file_and_goes_back(tmp_path):
    database = make(tmp_path / "portal.sqlite3")
    database.dump(tmp_path / "saved" / "database.sqlite3")
    assert [path.name for path in (tmp_path / "saved").iterdir()] == ["database.sqlite3"]
    other = Sqlite(tmp_path / "other" / "portal.sqlite3")
    other.path.parent.mkdir()
    other.path.with_name("portal.sqlite3.new").write_bytes(b"left by one that was stopped")
    other.load(tmp_path / "saved" / "database.sqlite3")
    assert read(other.path) == read(database.path)
    assert [path.name for path in other.path.parent.iterdir()] == ["portal.sqlite3"]


def test_a_database_that_is_not_there_or_damaged_is_told(tmp_path):
    with pytest.raises(BackupError, match="there is no database; set KOPIR_FOLDER"):
        Sqlite(tmp_path / "none").dump(tmp_path / "copy")
    database = make(tmp_path / "portal.sqlite3", 5_000)
    data = bytearray(database.path.read_bytes())
    data[4096 * 3 : 4096 * 4] = bytes(4096)
    database.path.write_bytes(data)
    with pytest.raises(BackupError, match=r"is damaged|cannot be copied"):
        database.dump(tmp_path / "copy2")


# -- PostgreSQL's programs, as they are called

PROGRAM = """#!/bin/sh
printf "%s\\n" "$@" >"$TOLD"
printf "%s\\n" "$PGPASSWORD" >>"$TOLD"
echo "$FAULT" >&2
exit $STATUS
"""


@pytest.fixture
def program(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "postgresql"
    for number in ("9.6", "15", "17"):
        for name in ("pg_dump", "pg_restore"):
            path = folder / number / "bin" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PROGRAM, "utf-8")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(databases, "_PROGRAMS", folder)
    told = tmp_path / "told"
    for name, value in {"TOLD": str(told), "STATUS": "0", "FAULT": ""}.items():
        monkeypatch.setitem(os.environ, name, value)
    return told


DATABASE = PostgreSQL(urlsplit("postgresql://anna:se%2Fcret@db.example.kz:5433/my%20portal"))


def test_the_password_is_never_among_the_words(program, tmp_path):
    for act in (DATABASE.dump, DATABASE.load):
        act(tmp_path / "database.dump")
        *words, password = program.read_text("utf-8").splitlines()
        assert password == "se/cret"
        assert "cret" not in "".join(words)
        assert {"--dbname=my portal", "--host=db.example.kz", "--port=5433", "--username=anna"} <= set(words)
    assert {"--single-transaction", "--exit-on-error"} <= set(words)


def test_the_newest_program_is_taken(program):
    assert databases._find_program("pg_dump").endswith("/17/bin/pg_dump")


def test_what_it_says_is_told_with_the_remedy(program, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "STATUS", "1")
    monkeypatch.setitem(os.environ, "FAULT", "server version mismatch")
    with pytest.raises(BackupError, match="pg_dump failed: server version mismatch; see DATABASE_URL") as caught:
        DATABASE.dump(tmp_path / "database.dump")
    assert "cret" not in str(caught.value)


def test_where_there_is_no_such_program_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "_PROGRAMS", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(BackupError, match="apt-get install postgresql-client"):
        DATABASE.dump(tmp_path / "database.dump")
