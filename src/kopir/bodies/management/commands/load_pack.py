"""`manage.py load_pack`: brings the regions, bodies and calendar of the country pack into the database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import PackError, read_pack


class Command(BaseCommand):
    """Loads this installation's pack; safe to repeat."""

    help = "Load the country pack: what is new in it comes in, what people have changed stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="judge the pack and load nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django's own
        try:
            pack = read_pack(settings.KOPIR_COUNTRY)
        except PackError as error:
            raise CommandError(str(error)) from None
        if options["check"]:
            counts = f"{len(pack.regions)} regions, {len(pack.bodies)} bodies, {len(pack.days)} days"
            self.stdout.write(f"The pack of {pack.country.code} can be used: {counts}, {len(pack.terms)} terms.")
            return
        loaded = load_pack(pack=pack, actor=system_actor("bodies.load_pack"), now=clock.now())
        years = ", ".join(map(str, loaded.years)) or "no"
        self.stdout.write(
            f"Loaded {loaded.regions} regions and {loaded.bodies} bodies; {years} new years in the calendar."
        )
