"""`manage.py seed_calendar`: begins the calendar of coming years, in the database or in the file of a pack."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.bodies.actions import add_years
from kopir.bodies.pack import PackError, read_country
from kopir.bodies.seeding import UnknownDayError, days_as_csv, seed_days

FIRST_YEAR, LAST_YEAR = 1992, 2100


class Command(BaseCommand):
    """Adds years; those that the calendar covers already stay as people have set them."""

    help = "Begin the calendar of coming years from public holidays; decrees are set in the administration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", type=_years, help="2029, or 2029-2031")
        parser.add_argument("--write", type=Path, metavar="FOLDER", help="write calendar.csv of the pack there instead")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Django's own
        folder, years = options["write"], options["years"]
        try:
            country = read_country(str(folder or settings.KOPIR_COUNTRY))
            days = seed_days(country, years)
        except (PackError, UnknownDayError) as error:
            raise CommandError(str(error)) from None
        if not days:
            raise CommandError("the pack names no source of public holidays; see [holidays] in its reference")
        if folder:
            (folder / "calendar.csv").write_text(days_as_csv(days, country.language_codes), "utf-8")
            self.stdout.write(f"Wrote {len(days)} days.")
            return
        actor = system_actor("bodies.seed_calendar")
        made = add_years(days=days, years=years, reference="public holidays", actor=actor, now=clock.now())
        self.stdout.write(f"The calendar has version {made.number} now." if made else "The calendar has these years.")


def _years(text: str) -> range:
    first, _, last = text.partition("-")
    try:
        years = range(int(first), int(last or first) + 1)
    except ValueError:
        years = range(0)
    if not years or years[0] < FIRST_YEAR or years[-1] > LAST_YEAR:
        raise ArgumentTypeError(f"write years as 2029 or 2029-2031, from {FIRST_YEAR} to {LAST_YEAR}")
    return years
