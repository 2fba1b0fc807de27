"""The port to whoever carries SMS. `KOPIR_SMS_URL` chooses: `https:…` for a provider, nothing for files in the folder.

A country's own provider is one more function in `PROVIDERS`, by the scheme of its address.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from django.conf import settings

from kopir.base.registry import Registry
from kopir.base.transactions import outside_transaction

from .errors import NotSentError, RefusedByServerError

TIMEOUT_S: Final = 20.0
LIMIT_ANSWER_BYTES: Final = 1000
TRY_AGAIN: Final = frozenset({401, 403, 408, 425, 429})
"""Refusals that are not about this message: our right to send, or the moment."""

Provider = Callable[[str, str, UUID], None]
"""Takes number (E.164), text, and a key that is the same whenever this message is tried again.

Raises RefusedByServerError, NotSentError.
"""

PROVIDERS: Final = Registry[Provider]("provider of SMS")


def send_sms(number: str, text: str, key: UUID) -> None:
    """Have the text carried by the provider of the settings. Raises RefusedByServerError, NotSentError."""
    outside_transaction("sending an SMS")
    PROVIDERS.get(urlsplit(settings.KOPIR_SMS_URL).scheme or "file")(number, text, key)


def keep_in_file(number: str, text: str, key: UUID) -> None:
    """Lay it in the folder, for machines without a provider."""
    folder = Path(settings.KOPIR_FOLDER) / "sms"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{key}.txt").write_text(f"{number}\n{text}\n", "utf-8")
    except OSError as error:
        raise NotSentError(why=str(error)) from error


def post(number: str, text: str, key: UUID) -> None:
    """POST it as JSON: `to`, `text`, `key`, the token of the settings as a bearer. Any 2xx means that it was taken."""
    place = urlsplit(settings.KOPIR_SMS_URL)
    body = json.dumps({"to": number, "text": text, "key": str(key)}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(key)}
    if settings.KOPIR_SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.KOPIR_SMS_TOKEN}"
    connection = _connect(place)
    try:
        connection.request("POST", place.path or "/", body, headers)
        answer = connection.getresponse()
        said = answer.read(LIMIT_ANSWER_BYTES).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        raise NotSentError(why=str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        is_final = 400 <= answer.status < 500 and answer.status not in TRY_AGAIN
        raise (RefusedByServerError if is_final else NotSentError)(why=f"{answer.status} {said}".strip())


def _connect(place: SplitResult) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https":
        return http.client.HTTPSConnection(host, place.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, place.port, timeout=TIMEOUT_S)


PROVIDERS.add("file", keep_in_file)
PROVIDERS.add("http", post)
PROVIDERS.add("https", post)
