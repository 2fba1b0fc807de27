"""`manage.py score_websites`: checks the duties of all open websites now, without waiting for the night."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.duties.actions import score_website
from kopir.duties.errors import NoDutiesError
from kopir.duties.queries import list_websites


class Command(BaseCommand):
    """Scores websites; safe to repeat."""

    help = "Check what law asks of the websites, and keep the scores."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sites", nargs="*", help="addresses of websites; all open ones without any")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django's own
        found = list_websites()
        if options["sites"]:
            found = found.filter(slug__in=options["sites"])
        for website in found:
            try:
                score = score_website(website=website, actor=system_actor("duties.score"), now=clock.now())
            except NoDutiesError as error:
                raise CommandError(str(error)) from None
            self.stdout.write(f"{website.slug}: {score}")
