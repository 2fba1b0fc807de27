"""`manage.py invite_operator ADDRESS`: invites a platform operator; the first one cannot be invited by another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from kopir.accounts.actions import invite
from kopir.base import clock
from kopir.base.actors import Role, system_actor


class Command(BaseCommand):
    """Prints the link, so that it works where no mail is sent yet."""

    help = "Invite a platform operator and print the link, which works once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="e-mail address of the person")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help="language of the letter")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django has it
        validate_email(options["address"])
        _, token = invite(
            email=options["address"],
            role=Role.PLATFORM_OPERATOR,
            body=None,
            language=options["language"],
            make_url=_link,
            actor=system_actor("accounts.invite_operator"),
            now=clock.now(),
        )
        self.stdout.write(_link(token))


def _link(token: str) -> str:
    return f"{settings.KOPIR_ADDRESS}{reverse('account_open_invitation', args=[token])}"
