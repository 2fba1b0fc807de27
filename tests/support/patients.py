"""An installation without a fault, for the tests of the doctor: each case breaks one thing of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actors import ANNA, NOW
from kopir.audit.models import Handover
from kopir.audit.sealing import seal_waiting
from kopir.base.models import PeriodicRun
from kopir.config.env import Environment, parse
from kopir.demo.country import Country, Ports
from kopir.operations.doctor import bridge, data, outside, setup
from kopir.operations.doctor.examining import examine
from kopir.operations.doctor.machine import Machine, Space
from kopir.search.actions import rebuild
from records import add

SECRET = "a secret of the tests, long enough to be one, known to all"
READY = (200, "ready\n")
METRICS = 'kopir_directory_expires_seconds{instance="KZ"} 80000.0\nkopir_unstamped_seconds 30.0\n'


@dataclass
class Scene:
    """An installation without a fault, for a case to break one thing of it."""

    folder: Path
    variables: dict[str, str]
    settings: Any
    patch: pytest.MonkeyPatch
    country: Country
    machine: Machine = field(
        default_factory=lambda: Machine(lambda path: Space(50 << 30, 90 << 30, 9**9, 9**10), str.isascii, lambda: True)
    )
    answers: dict[str, tuple[int, str] | OSError] = field(default_factory=dict)
    parts: list[dict[str, Any]] | Exception = field(default_factory=list)
    now: Any = NOW

    def environment(self) -> Environment:
        return parse(self.variables)

    def codes(self) -> list[str]:
        return [one.code for one in examine(self.environment(), self.machine, now=self.now)]

    def ask(self, address: str, path: str, **_: object) -> tuple[int, str]:
        answer = self.answers[path]
        if isinstance(answer, OSError):
            raise answer
        return answer

    def ask_group(self, *_: object) -> list[dict[str, Any]]:
        if isinstance(self.parts, Exception):
            raise self.parts
        return self.parts


def make_scene(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A healthy one, in the database of the test."""
    folder = tmp_path / "portal"
    for path in (folder, folder / "run", folder / "keys"):
        path.mkdir(mode=0o750)
    country = Country("KZ", tmp_path / "kz", Ports.counted_from(29_000))
    country.build()
    country.trust([])
    settings.KOPIR_BRIDGE_CONTROL = f"127.0.0.1:{country.ports.control}"
    settings.KOPIR_MASTER_KEY_FILE = folder / "keys" / "master.key"
    settings.MEDIA_ROOT = folder / "media"
    settings.KOPIR_FOLDER = folder
    rebuild()
    settings.WHITENOISE_USE_FINDERS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "portal@example.kz"
    (folder / "run" / "last-backup.json").write_text(json.dumps({"at": NOW.isoformat()}), "utf-8")
    add(actor=ANNA)
    seal_waiting(now=NOW)
    Handover.objects.create(pk=1, size=1, at=NOW)
    PeriodicRun.objects.create(name="audit.seal", due_at=NOW, started_at=NOW - timedelta(seconds=2))
    made = Scene(
        folder,
        {
            "KOPIR_COUNTRY": "kz",
            "KOPIR_ADDRESS": "https://portal.example.kz",
            "KOPIR_SECRET_KEY": SECRET,
            "KOPIR_FOLDER": str(folder),
            "TRUSTED_PROXIES": "127.0.0.1",
            "KOPIR_MAIL_URL": "smtps://mail.example.kz",
            "KOPIR_SECURITY_CONTACT": "mailto:security@example.kz",
            "KOPIR_SECURITY_EXPIRES": "2027-03-01",
            "KOPIR_BRIDGE_CONFIG": str(country.config),
            "KOPIR_BRIDGE_CONTROL": f"127.0.0.1:{country.ports.control}",
            "KOPIR_BRIDGE_JOURNAL": str(country.folder / "state" / "journal"),
        },
        settings,
        monkeypatch,
        country,
    )
    made.answers = {"/health/ready": READY, "/ready": READY, "/metrics": (200, METRICS)}
    for module in (outside, bridge):
        monkeypatch.setattr(module, "ask", made.ask)
    monkeypatch.setattr(outside, "ask_group", made.ask_group)
    monkeypatch.setattr(setup, "list_secret_files", dict)
    # Certificates of the bridge are judged by the instant of the scene; its ports are looked at in a test of its own.
    monkeypatch.setattr(bridge, "check", lambda file, now_ms: [])
    monkeypatch.setattr(data, "LIMIT_DIFFERENCE_S", 1e12)
    return made


def development(scene: Scene) -> None:
    scene.variables["KOPIR_DEVELOPMENT"] = "yes"


def no_backup(scene: Scene) -> None:
    (scene.folder / "run" / "last-backup.json").write_text("{", "utf-8")
