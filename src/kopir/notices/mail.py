"""One letter by e-mail, through the mail server of the settings; files in the folder where there is none."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from kopir.base.transactions import outside_transaction

from .errors import NotSentError, RefusedByServerError
from .rendering import Words

PERMANENT: Final = range(500, 600)
"""Replies of an SMTP server after which the same letter will never be taken (RFC 5321 §4.2.1)."""


def send_mail(address: str, words: Words, key: UUID) -> None:
    """Hand the letter to the next server. `key` makes its Message-ID: a letter sent twice can be known as one.

    Raises RefusedByServerError where it will never be taken, NotSentError otherwise.
    """
    outside_transaction("sending mail")
    connection = get_connection()
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMultiAlternatives(
        words.subject,
        words.text + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "Message-ID": f"<kopir-{key}@{host}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no vacation answers
            "Content-Language": words.language,
        },
        connection=connection,
    )
    if words.html:
        message.attach_alternative(words.html, "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _failure(code, reason) from error
    except smtplib.SMTPResponseException as error:
        # A server that does not let this node in has judged the node, not the letter: that will be mended.
        is_about_us = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
        raise _failure(0 if is_about_us else error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(why=str(error) or type(error).__name__) from error
    except ValueError as error:  # an address that no mail can have
        raise RefusedByServerError(why=str(error)) from error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()  # Django leaves it open where STARTTLS or signing in failed


def _failure(code: int, reason: bytes | str) -> RefusedByServerError | NotSentError:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return (RefusedByServerError if code in PERMANENT else NotSentError)(why=f"{code or ''} {text}".strip())
