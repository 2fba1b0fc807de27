"""The doctor: a healthy installation has nothing, and each thing that can be found has its failing case here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from actors import NOW
from kopir.audit import keys, triggers
from kopir.audit.models import Handover
from kopir.audit.sealing import seal_waiting
from kopir.base.models import Job, JobState, PeriodicRun
from kopir.bridge.cli.main import main
from kopir.notices.models import Channel, Delivery, State
from kopir.operations.doctor import bridge, data, outside, setup
from kopir.operations.doctor.examining import examine
from kopir.operations.doctor.findings import FINDINGS
from kopir.operations.doctor.machine import Space
from kopir.operations.errors import OperationsError
from kopir.search.models import Change, Outbox
from patients import Scene, development, make_scene, no_backup
from records import add

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return make_scene(tmp_path, settings, monkeypatch)


def test_a_healthy_installation_has_nothing(scene):
    assert scene.codes() == []


# -- the failing cases: each breaks one thing


def write(path: Path, mode: int = 0o600) -> Path:
    path.write_bytes(b"x")
    path.chmod(mode)
    return path


def secret_open(scene: Scene) -> None:
    path = write(scene.folder / "secret", 0o644)
    scene.patch.setattr(setup, "list_secret_files", lambda: {"KOPIR_SECRET_KEY_FILE": path})


def unknown_host(scene: Scene) -> None:
    scene.machine = replace(scene.machine, has_address=lambda host: host == "portal.example.kz")
    scene.variables["KOPIR_OTHER_HOSTS"] = "finance.example.kz,.example.kz"


def unknown_portal(scene: Scene) -> None:
    scene.machine = replace(scene.machine, has_address=lambda host: False)


def local_address(scene: Scene) -> None:
    scene.variables["KOPIR_ADDRESS"] = "http://kz.localhost:8000"


def no_folder(scene: Scene) -> None:
    scene.variables["KOPIR_FOLDER"] = str(scene.folder / "none")
    (scene.folder / "none").mkdir()
    (scene.folder / "none" / "run").mkdir()
    (scene.folder / "run" / "last-backup.json").rename(scene.folder / "none" / "run" / "last-backup.json")
    scene.patch.setattr(Path, "is_dir", lambda path: path.name != "none")


def closed_folder(name: str) -> Callable[[Scene], object]:
    def close(scene: Scene) -> None:
        (scene.folder / "media").mkdir(exist_ok=True)
        access = os.access
        place = scene.folder / name if name else scene.folder
        scene.patch.setattr(os, "access", lambda path, mode: Path(path) != place and access(path, mode))

    return close


def no_static(scene: Scene) -> None:
    scene.settings.WHITENOISE_USE_FINDERS = False
    scene.settings.STATIC_ROOT = scene.folder / "static"


def old_static(scene: Scene) -> None:
    no_static(scene)
    call_command("collectstatic", interactive=False, verbosity=0)
    (scene.folder / "static" / "staticfiles.json").touch()
    assert scene.codes() == []
    next((scene.folder / "static" / "design").glob("*.css")).write_text("of another release", "utf-8")


def open_key(scene: Scene) -> None:
    write(scene.country.folder / "keys" / "digital.key", 0o640)


def open_master_key(scene: Scene) -> None:
    (scene.folder / "keys" / "master.key").chmod(0o644)


def full(space: Space) -> Callable[[Scene], object]:
    return lambda scene: setattr(scene, "machine", replace(scene.machine, measure=lambda path: space))


def later(days: float) -> Callable[[Scene], object]:
    """Time goes on, and the worker with it."""

    def go(scene: Scene) -> None:
        scene.now = NOW + timedelta(days=days)
        PeriodicRun.objects.update(started_at=scene.now)

    return go


def no_database(scene: Scene) -> None:
    def refuse() -> None:
        from django.db import OperationalError

        raise OperationalError("connection refused\nIs the server running?")

    scene.patch.setattr(connection, "ensure_connection", refuse)


def lacking_migration(scene: Scene) -> None:
    MigrationRecorder(connection).record_unapplied("notices", "0001_initial")


def strange_migration(scene: Scene) -> None:
    MigrationRecorder(connection).record_applied("bodies", "9999_from_the_future")


def job(**fields: Any) -> Callable[[Scene], object]:
    given = {"name": "notices.deliver", "created_at": NOW, "due_at": NOW, **fields}
    return lambda scene: Job.objects.create(**given)


def failing_job(scene: Scene) -> None:
    PeriodicRun.objects.create(name="base.prune_jobs", due_at=NOW, started_at=NOW, failures=3, error="KeyError: 'x'")


def delivery(**fields: Any) -> Callable[[Scene], object]:
    given = {"letter": "x", "language": "kk", "channel": Channel.EMAIL, "address": "a@example.kz", "created_at": NOW}
    return lambda scene: Delivery.objects.create(**{**given, **fields})


def no_trigger(scene: Scene) -> None:
    with connection.cursor() as cursor:
        table, name = triggers.names(connection.vendor)[0]
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def unsealed(scene: Scene) -> None:
    add(now=NOW - timedelta(minutes=2))


def not_handed_over(scene: Scene) -> None:
    add(now=NOW - timedelta(minutes=9))
    seal_waiting(now=NOW - timedelta(minutes=9))
    Handover.objects.update(failing_since=NOW - timedelta(minutes=9), failure="connection refused")


def not_stamped(scene: Scene) -> None:
    scene.settings.KOPIR_BRIDGE_CONTROL = ""


def lost_master_key(scene: Scene) -> None:
    keys.seal("p", "note", "text", now=NOW)
    scene.settings.KOPIR_MASTER_KEY_FILE.unlink()


def clock_set_back(scene: Scene) -> None:
    scene.now = NOW - timedelta(minutes=5)
    PeriodicRun.objects.update(started_at=scene.now)


def other_clock(scene: Scene) -> None:
    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def execute(self, statement: str) -> None:
            assert "clock_timestamp" in statement

        def fetchone(self) -> tuple[object]:
            return (NOW + timedelta(seconds=3),)

    class Connection:
        vendor = "postgresql"
        cursor = Cursor

    scene.patch.setattr(data, "LIMIT_DIFFERENCE_S", 2.0)
    check = data.check_clock

    def look(now: Any) -> Any:
        with scene.patch.context() as patched:
            patched.setattr(data, "connection", Connection())
            yield from check(now)

    scene.patch.setattr(data, "check_clock", look)


def answers(path: str, answer: tuple[int, str] | OSError) -> Callable[[Scene], object]:
    return lambda scene: scene.answers.update({path: answer})


def metrics(line: str) -> Callable[[Scene], object]:
    return answers("/metrics", (200, f"{line}\n"))


def setting(name: str, value: str) -> Callable[[Scene], object]:
    return lambda scene: scene.variables.update({name: value})


def local_sender(scene: Scene) -> None:
    scene.settings.DEFAULT_FROM_EMAIL = "Portal <portal@localhost>"


def no_mail_server(scene: Scene) -> None:
    scene.settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    scene.settings.EMAIL_HOST, scene.settings.EMAIL_PORT = "127.0.0.1", 1


def failing_part(scene: Scene) -> None:
    scene.parts = [{"part": "portal", "failures": 0}, {"part": "worker", "failures": 4}]


def silent_group(scene: Scene) -> None:
    scene.parts = OperationsError("the group ended before it answered; see its log")


def broken_check(scene: Scene) -> None:
    scene.machine = replace(scene.machine, is_clock_kept=lambda: bool(1 // 0))


def wrong_bridge(scene: Scene) -> None:
    text = scene.country.config.read_text("utf-8")
    scene.country.config.write_text(text.replace("[control]", "[controls]"), "utf-8")


def no_bridge_key(scene: Scene) -> None:
    scene.patch.undo()
    (scene.country.folder / "keys" / "tls.key").unlink()
    for module in (outside, bridge):
        scene.patch.setattr(module, "ask", scene.ask)
    scene.patch.setattr(outside, "ask_group", scene.ask_group)


def ending_certificate(scene: Scene) -> None:
    from kopir.signing.certificates import load_certificate
    from kopir.signing.facts import read_certificate_file

    end = load_certificate(read_certificate_file(scene.country.folder / "keys" / "tls.crt")).not_after_ms
    later((end / 1000 - NOW.timestamp()) / 86_400 - 20)(scene)


REFUSED = ConnectionRefusedError(111, "Connection refused")


def old_index(scene: Scene) -> None:
    """As an upgrade leaves it: the name of an index begins with the number of its format."""
    current = scene.folder / "search" / "current"
    name = current.read_text()
    (scene.folder / "search" / name).rename(scene.folder / "search" / f"0{name}")
    current.write_text(f"0{name}")


def waiting_change(scene: Scene) -> None:
    Change.objects.create(source="bodies.body", key="1", created_at=NOW - timedelta(minutes=2))


CASES: list[tuple[str, Callable[[Scene], object], str]] = [
    ("check.failed", broken_check, "the clock could not be looked at: ZeroDivisionError"),
    ("check.failed", silent_group, "the group of kopir up could not be looked at: the group ended"),
    ("settings.development", development, "KOPIR_DEVELOPMENT is yes"),
    ("settings.secret_open", secret_open, "which KOPIR_SECRET_KEY_FILE names, can be read by others (mode 0644)"),
    ("security.nobody", setting("KOPIR_SECURITY_CONTACT", ""), "nobody is named"),
    ("security.expired", setting("KOPIR_SECURITY_EXPIRES", "2026-03-19"), "expires on 2026-03-19"),
    ("hosts.unknown", unknown_host, "under finance.example.kz"),
    ("hosts.unknown", unknown_portal, "under portal.example.kz"),
    ("hosts.local", local_address, "http://kz.localhost:8000"),
    ("hosts.no_proxy", setting("TRUSTED_PROXIES", ""), "every page redirects to itself"),
    ("folder.missing", no_folder, "none is not there"),
    ("folder.not_writable", closed_folder("run"), "run cannot be written"),
    ("folder.not_writable", closed_folder(""), "portal cannot be written"),
    ("folder.open", lambda scene: scene.folder.chmod(0o755), "(mode 0755)"),
    ("media.not_writable", closed_folder("media"), "media cannot be written"),
    ("static.missing", no_static, "there is no"),
    ("static.outdated", old_static, "1 static files are not those of this release, such as design/"),
    ("keys.open", open_key, "digital.key can be read by others (mode 0640)"),
    ("keys.open", open_master_key, "master.key can be read by others (mode 0644)"),
    ("disk.full", full(Space(3 << 30, 90 << 30, 9**9, 9**9)), "3072 MiB of 92160"),
    ("disk.full", full(Space(1 << 29, 2 << 30, 9**9, 9**9)), "512 MiB of 2048"),
    ("disk.names", full(Space(50 << 30, 90 << 30, 9_999, 10**6)), "9999 more files"),
    ("backup.none", no_backup, "no backup"),
    ("backup.old", later(2.1), "2026-03-05"),
    ("database.unreachable", no_database, "connection refused"),
    ("database.not_migrated", lacking_migration, "1 migrations, the first notices.0001_initial"),
    ("database.newer", strange_migration, "bodies.9999_from_the_future"),
    (
        "worker.silent",
        lambda scene: PeriodicRun.objects.update(started_at=NOW - timedelta(minutes=2)),
        "2026-03-05 09:28:00",
    ),
    ("worker.silent", lambda scene: PeriodicRun.objects.all().delete(), "since the installation"),
    ("worker.failing", failing_job, "base.prune_jobs failed 3 times in a row: KeyError"),
    ("jobs.dead", job(state=JobState.DEAD, error="no route", finished_at=NOW), "notices.deliver: no route"),
    ("jobs.late", job(due_at=NOW - timedelta(minutes=11)), "11 minutes"),
    ("record.fault", no_trigger, "the database lacks"),
    ("record.fault", unsealed, "to be sealed: start the worker"),
    ("record.fault", not_handed_over, "connection refused"),
    ("record.fault", not_stamped, "set KOPIR_BRIDGE_CONTROL"),
    ("record.fault", lost_master_key, "master.key"),
    ("letters.fault", delivery(state=State.DEAD, error="550 no such user"), "550 no such user"),
    ("letters.fault", delivery(created_at=NOW - timedelta(minutes=20)), "letters wait since"),
    ("search.fault", lambda scene: rmtree(scene.folder / "search"), "there is no index: start the worker"),
    ("search.fault", old_index, "there is no index: start the worker"),
    ("search.fault", lambda scene: Outbox.objects.update(name=uuid4()), "not of this database"),
    ("search.fault", waiting_change, "1 changes wait to be found"),
    ("clock.behind", clock_set_back, "2026-03-05 09:30:00 UTC"),
    ("clock.differs", other_clock, "3.0 s"),
    (
        "clock.loose",
        lambda scene: setattr(scene, "machine", replace(scene.machine, is_clock_kept=lambda: False)),
        "nobody keeps",
    ),
    ("portal.silent", answers("/health/ready", REFUSED), "127.0.0.1:8000: Connection refused"),
    ("portal.not_ready", answers("/health/ready", (503, "migrations are missing\n")), "migrations are missing"),
    ("parts.failing", failing_part, "worker ended 4 times"),
    ("mail.files", setting("KOPIR_MAIL_URL", ""), "letters go to files"),
    ("mail.sender", local_sender, "Portal <portal@localhost>"),
    ("mail.refused", no_mail_server, "mail.example.kz does not take letters"),
    ("bridge.wrong", wrong_bridge, "controls"),
    ("bridge.wrong", no_bridge_key, "tls.key"),
    ("bridge.silent", answers("/ready", REFUSED), "Connection refused"),
    ("bridge.not_ready", answers("/ready", (503, "the journal failed\nno stamps\n")), "the journal failed; no stamps"),
    ("bridge.directory", metrics('kopir_directory_expires_seconds{instance="TJ"} 7200'), "TJ expires in 2 hours"),
    ("bridge.certificate", ending_certificate, "tls.crt expires on"),
    ("bridge.unstamped", metrics("kopir_unstamped_seconds 1300"), "21 minutes"),
    (
        "bridge.other_control",
        setting("KOPIR_BRIDGE_CONTROL", "127.0.0.1:9"),
        "is 127.0.0.1:9, and the bridge listens at",
    ),
    ("bridge.other_journal", setting("KOPIR_BRIDGE_JOURNAL", ""), "is empty, and the bridge writes to"),
]


@pytest.mark.parametrize(("code", "harm", "words"), CASES)
def test_what_is_wrong_is_found_with_its_remedy(scene, code, harm, words):
    harm(scene)
    found = [one for one in examine(scene.environment(), scene.machine, now=scene.now) if one.code == code]
    assert found, f"{code} is not found"
    assert any(words in one.fact for one in found), [one.fact for one in found]
    assert all(one.remedy for one in found)


def test_settings_that_cannot_be_read_are_told_a_line_each(monkeypatch, capsys):
    from kopir.config.env import SettingsError
    from kopir.operations import cli

    def refuse() -> None:
        raise SettingsError("KOPIR_COUNTRY: name a country pack\nKOPIR_ADDRESS: say how people reach the portal")

    monkeypatch.setattr(cli, "get_environment", refuse)
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["fact"].partition(":")[0]) for one in told] == [
        ("settings.wrong", "KOPIR_COUNTRY"),
        ("settings.wrong", "KOPIR_ADDRESS"),
    ]


def test_no_finding_lacks_its_failing_case():
    """`settings.wrong` has its own test above: where settings cannot be read nothing else can be looked at."""
    assert {code for code, _, _ in CASES} | {"settings.wrong"} == set(FINDINGS)


def test_every_finding_names_a_remedy_and_is_in_the_reference():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "doctor.md").read_text("utf-8")
    for code, kind in FINDINGS.items():
        assert kind.remedy
        assert f"| `{code}` | {kind.grade} |" in page, "name it in docs/reference/doctor.md"
    assert page.count("\n| `") == len(FINDINGS)
