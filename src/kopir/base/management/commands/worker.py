"""`manage.py worker`: does background jobs until it is stopped."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from kopir.base import worker


class Command(BaseCommand):
    """Run jobs and periodic jobs; several workers share them."""

    help = "Do background jobs and periodic jobs until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *, once: bool, **options: object) -> None:
        if once:
            worker.run_once()
        else:
            worker.run()
