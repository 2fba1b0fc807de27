"""`manage.py describe_portal`: what this portal is, to be signed with the country's directory key elsewhere."""

from __future__ import annotations

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kopir.accounts.oidc.serving import make_sign_in_key
from kopir.accounts.views.abroad import describe_portal


class Command(BaseCommand):
    """Makes the key for sign-in where there is none; only its public half is printed."""

    help = "Print the description of this portal, to be signed with `manage.py sign_portal`."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django has it
        path = settings.KOPIR_SIGN_IN_KEY_FILE
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(make_sign_in_key())
        self.stdout.write(json.dumps(describe_portal(), indent=2, sort_keys=True))
