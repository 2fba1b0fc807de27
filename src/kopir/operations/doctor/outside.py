"""What is wrong with the parts as they run, and with the mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from kopir.config.env import Environment
from kopir.operations.asking import ask
from kopir.operations.control import ask_group
from kopir.operations.errors import OperationsError
from kopir.operations.group import SOCKET

from .findings import Finding, find
from .machine import Machine

QUICK_ENDS: Final = 3
"""Once or twice may be an upgrade, or a database that came up late."""
LIMIT_WORDS: Final = 300


def check_portal(environment: Environment) -> Iterator[Finding]:
    """Whether it answers and is ready."""
    host, port = environment.listen
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        status, text = ask(address, "/health/ready")
    except OSError as error:
        yield find("portal.silent", address=address, why=error.strerror or str(error) or type(error).__name__)
        return
    if status != 200:
        yield find("portal.not_ready", why=text.strip()[:LIMIT_WORDS])


def check_parts(environment: Environment) -> Iterator[Finding]:
    """What the group says of its parts, if one runs."""
    try:
        parts = ask_group(environment.folder / "run" / SOCKET, "status", lambda line: None)
    except (OperationsError, OSError) as error:
        yield find("check.failed", check="the group of kopir up", why=error)
        return
    for part in parts or []:
        if part["failures"] >= QUICK_ENDS:
            yield find("parts.failing", part=part["part"], count=part["failures"])


def check_mail(environment: Environment) -> Iterator[Finding]:
    """Whether letters leave this machine. Nothing is sent."""
    if not environment.mail_url:
        yield find("mail.files")
        return
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    if host in {"", "localhost"}:
        yield find("mail.sender", sender=settings.DEFAULT_FROM_EMAIL)
    url = urlsplit(environment.mail_url)
    try:
        server = get_connection(fail_silently=False)
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        yield find("mail.refused", server=url.hostname, why=str(error)[:LIMIT_WORDS] or type(error).__name__)


def check_kernel_clock(machine: Machine) -> Iterator[Finding]:
    """Whether something keeps this machine's clock."""
    if not machine.is_clock_kept():
        yield find("clock.loose")
