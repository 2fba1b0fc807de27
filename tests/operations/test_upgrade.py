"""An upgrade while the node serves: all or nothing, one at a time, and whatever fails leaves the old state serving."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from installations import KOPIR, Installation, wait_for

pytestmark = pytest.mark.django_db

SETTINGS = "from kopir.config.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'newroom']\n"
URLS = "ROOT_URLCONF = 'brokenurls'\n"
FIRST = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("bodies", "0001_initial")]
    operations = [
        migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]),
        migrations.RunSQL("INSERT INTO newroom_thing (name) VALUES ('one')"),
    ]
"""
SECOND = """
import time
from django.db import migrations, models
def act(apps, editor):
    ACT
class Migration(migrations.Migration):
    dependencies = [("newroom", "0001_initial")]
    ATOMIC
    operations = [
        migrations.AddField("Thing", "body", models.ForeignKey("bodies.Body", models.CASCADE, null=True)),
        migrations.RunPython(act),
    ]
"""


def new_release(folder: Path, act: str = "pass", *, atomic: str = "", settings: str = "") -> dict[str, str]:
    """A release with a room more, whose second migration does `act`; the settings by which it is run."""
    room = folder / "newroom" / "migrations"
    room.mkdir(parents=True)
    for path in (room / "__init__.py", room.parent / "__init__.py"):
        path.touch()
    (room / "0001_initial.py").write_text(FIRST, "utf-8")
    (room / "0002_more.py").write_text(SECOND.replace("ACT", act).replace("ATOMIC", atomic), "utf-8")
    (folder / "newsettings.py").write_text(SETTINGS + settings, "utf-8")
    (folder / "brokenurls.py").write_text("raise RuntimeError('a page of this release is broken')\n", "utf-8")
    return {"DJANGO_SETTINGS_MODULE": "newsettings"}


def tables(node: Installation) -> list[str]:
    """What the database has of the new room: tables, migrations."""
    text = "from django.db import connection\nfrom django.db.migrations.recorder import MigrationRecorder as R\n"
    text += "print(*[t for t in connection.introspection.table_names() if t.startswith('newroom')])\n"
    text += "print(*[n for a, n in R(connection).applied_migrations() if a == 'newroom'])\n"
    return node.python_script(text).split()


@contextmanager
def asked_all_the_while(node: Installation) -> Iterator[list[str]]:
    """Ask the portal again and again for the block; what went wrong is in the list."""
    faults: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.02):
            try:
                status, text = node.get("/health/ready")
            except (OSError, http.client.HTTPException) as error:
                faults.append(repr(error))
            else:
                faults.extend([] if status == 200 else [text])

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield faults
    finally:
        done.set()
        thread.join(30)


def test_a_new_release_takes_over_without_a_gap(node, tmp_path):
    node.python.append(str(tmp_path))
    release = new_release(tmp_path)
    with node.up() as group:
        before = {part: group.pid_of(part) for part in ("portal", "worker")}
        with asked_all_the_while(node) as faults:
            done = node.kopir("upgrade", **release)
        assert done.returncode == 0, done.stderr + group.said()
        assert faults == []
        assert all(group.pid_of(part) != pid for part, pid in before.items())
        assert group.stop() == 0, group.said()
    told = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "backup",
        "static files",
        "trial",
        "tables",
        "portal renewed",
        "worker renewed",
    ]
    assert "2 migrations done" in done.stdout
    (saved,) = (node.folder / "backups").iterdir()
    assert (saved / "manifest.json").is_file()
    assert tables(node) == ["newroom_thing", "0001_initial", "0002_more"]


@pytest.mark.parametrize(
    ("act", "atomic", "settings", "words"),
    [
        ("raise ValueError('this data cannot be moved')", "", "", "newroom.0002_more failed: ValueError: this data"),
        ("apps.get_model('newroom', 'Thing').objects.create(body_id=10**9)", "", "", "newroom.0002_more failed"),
        ("pass", "", URLS, "a page of this release is broken"),
        ("pass", "atomic = False", "", "newroom.0002_more cannot be undone"),
    ],
)
def test_what_fails_leaves_the_old_state_serving(node, tmp_path, act, atomic, settings, words):
    node.python.append(str(tmp_path))
    names = (node.folder / "static" / "staticfiles.json").read_bytes()
    with node.up() as group:
        portal = group.pid_of("portal")
        with asked_all_the_while(node) as faults:
            done = node.kopir("upgrade", **new_release(tmp_path, act, atomic=atomic, settings=settings))
        assert (done.returncode, faults) == (2, [])
        assert words in done.stderr
        assert done.stderr.count("kopir:") <= 3
        assert "Traceback" not in done.stderr
        assert group.pid_of("portal") == portal
        assert node.get("/kk/")[0] == 200
    assert tables(node) == []
    assert (node.folder / "static" / "staticfiles.json").read_bytes() == names
    assert node.kopir("upgrade").returncode == 0, "nothing stands in the way of the next one"


def test_of_two_at_once_the_second_waits_and_finds_nothing_to_do(node, tmp_path):
    node.python.append(str(tmp_path))
    gate, said = tmp_path / "gate", tmp_path / "said"
    is_open = f"__import__('os').path.exists({str(gate)!r})"
    release = new_release(tmp_path, f"[time.sleep(0.05) for _ in iter(lambda: {is_open}, True)]")
    variables = {**node.variables(**release), "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    first = subprocess.Popen([*KOPIR, "upgrade"], env=variables, stdout=pipe, stderr=pipe, text=True)
    wait_for(lambda: (node.folder / "run" / "upgrade.lock").exists() and list(node.folder.glob("backups/upgrade-*")))
    refused = node.kopir("upgrade", "--wait", "0", **release)
    assert (refused.returncode, f"runs already as process {first.pid}" in refused.stderr) == (2, True)
    with said.open("w") as file:
        second = subprocess.Popen([*KOPIR, "upgrade"], env=variables, stdout=file, stderr=pipe, text=True)
    wait_for(lambda: f"runs already as process {first.pid}; waiting for its end" in said.read_text("utf-8"))
    gate.touch()
    told, errors = first.communicate(timeout=60)
    assert (first.returncode, "2 migrations done" in told) == (0, True), errors
    _, errors = second.communicate(timeout=60)
    assert (second.returncode, "tables: nothing to do" in said.read_text("utf-8")) == (0, True), errors


@pytest.mark.parametrize("database", ["PostgreSQL"] if connection.vendor == "postgresql" else [])
def test_two_machines_with_one_database_do_not_mix(node, tmp_path, database):
    """Their folders are their own, so the lock of the folder keeps nobody out."""
    node.python.append(str(tmp_path))
    other = Installation(tmp_path / "other", {**node.settings, "KOPIR_FOLDER": str(tmp_path / "other")}, node.python)
    shutil.copytree(node.folder, other.folder)
    gate = tmp_path / "gate"
    is_open = f"__import__('os').path.exists({str(gate)!r})"
    release = new_release(tmp_path, f"[time.sleep(0.05) for _ in iter(lambda: {is_open}, True)]")
    pipe = subprocess.PIPE
    variables = {**node.variables(**release), "PYTHONUNBUFFERED": "1"}
    first = subprocess.Popen([*KOPIR, "upgrade"], env=variables, stdout=pipe, stderr=pipe, text=True)
    wait_for(lambda: list(node.folder.glob("backups/upgrade-*")))
    refused = other.kopir("upgrade", "--wait", "0", **release)
    assert (refused.returncode, "another machine upgrades this database" in refused.stderr) == (2, True)
    variables = {**other.variables(**release), "PYTHONUNBUFFERED": "1"}
    second = subprocess.Popen([*KOPIR, "upgrade"], env=variables, stdout=pipe, stderr=pipe, text=True)
    assert second.stdout
    assert second.stdout.readline() == "another machine upgrades this database; waiting for its end\n"
    assert list(other.folder.glob("backups/upgrade-*")) == [], "no backup of a database that is being changed"
    gate.touch()
    told, errors = first.communicate(timeout=60)
    assert (first.returncode, "2 migrations done" in told) == (0, True), errors
    told, errors = second.communicate(timeout=60)
    assert (second.returncode, "tables: nothing to do" in told) == (0, True), errors


def test_a_part_that_does_not_come_up_leaves_the_old_one(node, tmp_path):
    """The portal of the new release cannot start; the one of the old goes on."""
    node.python.append(str(tmp_path))
    with node.up("portal", "worker") as group:
        portal = group.pid_of("portal")
        (tmp_path / "granian.py").write_text("raise ImportError('the server is broken')\n", "utf-8")
        done = node.kopir("upgrade")
        assert done.returncode == 2
        assert "a fresh portal did not come up; the old one goes on" in done.stderr
        assert "the server is broken" in group.said()
        assert node.is_up()
        assert group.pid_of("portal") != portal, "another was tried"
        (tmp_path / "granian.py").unlink()
        assert node.kopir("upgrade").returncode == 0


def test_without_a_group_it_says_what_to_restart(node):
    done = node.kopir("upgrade")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "parts: no group runs here; start or restart the parts yourself",
    )


def test_a_backup_that_cannot_be_made_stops_it(node, tmp_path):
    node.python.append(str(tmp_path))
    (tmp_path / "file").touch()
    done = node.kopir("upgrade", "--backups", str(tmp_path / "file"), **new_release(tmp_path))
    assert (done.returncode, str(tmp_path / "file") in done.stderr) == (2, True)
    assert tables(node) == []
