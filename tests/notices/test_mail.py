"""Letters to a mail server that answers on this machine."""

from __future__ import annotations

import asyncio
import email
import logging
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.db import transaction

from kopir.base.transactions import InsideTransactionError
from kopir.notices.errors import NotSentError, RefusedByServerError
from kopir.notices.mail import send_mail
from kopir.notices.rendering import Words

logging.getLogger("mail.log").setLevel(logging.ERROR)  # the server's own; it still writes when a test is over
KEY = UUID(int=7)
WORDS = Words("kk", "Сіздің кодыңыз: 123", "Бірінші жол\n\nЕкінші жол", "<p>Бірінші жол</p>")


class Server:
    """Takes mail, or answers as a test says."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.answers:
            envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.original_content or b"", policy=default)
        self.taken.append((str(envelope.mail_from), envelope.rcpt_tos, message))
        return self.answers.get("DATA", "250 OK")


class Listener(Controller):
    """A mail server at whatever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A mail server on this machine, and the settings that name it."""
    handler = Server()
    controller = Listener(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Portal <portal@kz.example>"
    yield handler
    controller.stop()


def test_a_letter_arrives_whole(server):
    send_mail("anna@example.org", WORDS, KEY)
    ((sender, recipients, message),) = server.taken
    assert (sender, recipients) == ("portal@kz.example", ["anna@example.org"])
    assert message["Subject"] == WORDS.subject
    assert message["From"] == "Portal <portal@kz.example>"
    assert message["Message-ID"] == f"<kopir-{KEY}@kz.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "kk"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n").strip() == WORDS.text
    assert html.get_content().strip() == WORDS.html


def test_the_same_letter_sent_twice_can_be_known_as_one(server):
    for _ in range(2):
        send_mail("anna@example.org", WORDS, KEY)
    assert len({message["Message-ID"] for _, _, message in server.taken}) == 1


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such mailbox", RefusedByServerError),
        ("RCPT", "450 try later", NotSentError),
        ("DATA", "554 spam", RefusedByServerError),
        ("DATA", "451 disk full", NotSentError),
        ("MAIL", "550 you may not send", NotSentError),
        ("MAIL", "421 too busy", NotSentError),
    ],
)
def test_a_refusal_is_final_or_not_as_the_server_says(server, command, answer, error):
    server.answers[command] = answer
    with pytest.raises(error, match=answer[4:]):
        send_mail("anna@example.org", WORDS, KEY)


def test_a_server_that_is_away_is_tried_again(settings, server):
    settings.EMAIL_PORT = 1
    with pytest.raises(NotSentError):
        send_mail("anna@example.org", WORDS, KEY)


def test_a_password_is_never_sent_in_the_clear(settings, server):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS = "portal", "secret", True
    with pytest.raises(NotSentError, match="STARTTLS"):
        send_mail("anna@example.org", WORDS, KEY)
    assert server.taken == []


def test_a_server_that_does_not_let_us_in_has_not_judged_the_letter(settings):
    handler = Server()
    controller = Listener(
        handler,
        hostname="127.0.0.1",
        port=0,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False),
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    try:
        with pytest.raises(NotSentError):
            send_mail("anna@example.org", WORDS, KEY)
    finally:
        controller.stop()


@pytest.mark.parametrize("address", ["a@b\nBcc: all@example.org", "a@b\r\nX: y"])
def test_a_line_break_in_an_address_sends_nothing(server, address):
    with pytest.raises(RefusedByServerError):
        send_mail(address, WORDS, KEY)
    assert server.taken == []


def test_without_a_server_letters_are_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    send_mail("anna@example.org", WORDS, KEY)
    (file,) = (tmp_path / "mail").iterdir()
    assert f"kopir-{KEY}" in file.read_text()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_mail_server_within_a_transaction(mailoutbox):
    with pytest.raises(InsideTransactionError), transaction.atomic():
        send_mail("anna@example.org", WORDS, KEY)
    assert mailoutbox == []
