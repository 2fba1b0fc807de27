"""`manage.py sign_portal FILE --key KEY --out STATEMENT`: signs the description of a portal with the directory key.

It needs no database and no portal, so that it runs where that key is kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kopir.accounts.oidc.errors import StatementError
from kopir.accounts.oidc.statement import sign_statement
from kopir.base import clock
from kopir.bridge.anchors import Anchor
from kopir.signing.errors import SigningError
from kopir.signing.keys import load_private_key
from kopir.signing.passphrases import parse_passphrase_source
from kopir.signing.signer import p256_key


class Command(BaseCommand):
    """Writes the statement for other countries; whoever has accepted this country's anchor can read it."""

    help = "Sign the description of a portal with the country's directory key."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("description", type=Path, help="what `manage.py describe_portal` printed")
        parser.add_argument("--key", type=Path, required=True, help="file of the directory key")
        parser.add_argument("--passphrase", help="where its passphrase comes from: credential:NAME, fd:N or prompt")
        parser.add_argument("--days", type=int, default=365, help="how long it holds, at most 400")
        parser.add_argument("--out", type=Path, required=True, help="file to write, as COUNTRY.portal.jws")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django has it
        source = parse_passphrase_source(options["passphrase"]) if options["passphrase"] else None
        try:
            description = json.loads(options["description"].read_text("utf-8")) | {"days": options["days"]}
            key = p256_key(load_private_key(options["key"], source))
            der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            anchor = Anchor(description["instance"], der, ("-",))
            statement = sign_statement(description, key, anchor, clock.now())
        except (OSError, ValueError, KeyError, SigningError, StatementError) as error:
            raise CommandError(f"it cannot be signed: {error}") from error
        options["out"].write_text(statement + "\n", "ascii")
        self.stdout.write(f"{options['out']}: signed with {anchor.fingerprint}")
