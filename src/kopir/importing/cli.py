"""`kopir sites import`: news or documents of an old site, from a file. Nothing of Django is imported before it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def add_verb(verbs: Any, guard: Callable[[Callable[..., int]], Callable[..., int]]) -> None:  # noqa: ANN401
    """Add `import` beside the other verbs of `kopir sites`."""
    parser = verbs.add_parser(
        "import", help="bring over news or documents of an old site; run again, it writes only what has changed there"
    )
    parser.add_argument("--site", required=True, metavar="SLUG", help="the website's name in addresses")
    parser.add_argument("--language", required=True, metavar="CODE", help="the language in which the items are written")
    parser.add_argument("--kind", choices=["news", "documents"], default="news", help="what they are (default: news)")
    parser.add_argument(
        "--from",
        dest="file",
        type=Path,
        required=True,
        metavar="FILE",
        help="RSS or Atom (.xml, .rss, .atom), .json, or .csv whose first line names the columns",
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="what the old site is called; its ids are told apart by it (default: FILE's name)",
    )
    parser.add_argument("--section", default="", metavar="PATH", help="the section for it, if not the first that fits")
    parser.add_argument(
        "--files",
        type=Path,
        metavar="FOLDER",
        help="what the old site's root held: files that items name, and pictures and files in their texts",
    )
    parser.add_argument("--encoding", default="utf-8", help="of a .csv file, if not UTF-8: cp1251, for example")
    parser.add_argument("--draft", action="store_true", help="make drafts; without it the items are public at once")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    parser.set_defaults(run=guard(run_import))


def run_import(options: argparse.Namespace) -> int:
    """Import and print what became of the items; status 1 where the file or the website will not do."""
    import django

    django.setup()
    from kopir.base import clock
    from kopir.base.actors import system_actor
    from kopir.base.errors import KopirError
    from kopir.importing.actions import Order, import_items
    from kopir.importing.reading import read_records
    from kopir.websites.queries import get_website

    try:
        order = Order(
            website=get_website(options.site),
            language=options.language,
            kind=options.kind,
            source=(options.source or options.file.stem)[:60],
            section=options.section,
            folder=options.files,
            is_live=not options.draft,
        )
        records = read_records(options.file, options.encoding)
        report = import_items(
            order=order,
            records=records,
            actor=system_actor("kopir sites"),
            now=clock.now(),
            is_trial=options.dry_run,
        )
    except KopirError as error:
        print(f"kopir: {error}", file=sys.stderr)
        return 1
    for refusal in report.refused:
        print(f"kopir: {refusal.place}: {refusal.reason}", file=sys.stderr)
    for remark in report.remarks:
        print(f"kopir: {remark.place}, left out: {remark.reason}", file=sys.stderr)
    would = "would be " if options.dry_run else ""
    print(
        f"{report.new} {would}new, {report.changed} {would}changed, {report.unchanged} unchanged, "
        f"{report.edited} kept because edited here, {len(report.refused)} refused"
    )
    if report.kept:
        print(f"{report.kept} pictures and files {would}kept")
    if report.wordless:
        print(f"{report.wordless} pictures without words that stand for them: the gate asks for these")
    if report.left_out:
        print(f"{report.left_out} pictures, films and forms in texts left out")
    return 0
