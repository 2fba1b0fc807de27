"""`kopir journal`: check a journal, look into it, and retire what its term has passed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kopir.bridge.journal import JournalView

    from .keys import Subparsers

_SIDES = ("consumer", "provider")
_KINDS = ("other entry", "request", "response", "refusal", "unanswered")


def add_parser(subparsers: Subparsers) -> None:
    """Add `journal` with its verbs."""
    parser = subparsers.add_parser("journal", help="check a journal, look into it, retire old segments")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    verify = verbs.add_parser("verify", help="check everything and name the first bad byte; status 1 if there is one")
    verify.add_argument("folder", type=Path, metavar="FOLDER", help="the journal's folder; the node may be running")
    verify.set_defaults(run=run_verify)

    show = verbs.add_parser("show", help="print size and root, and the newest entries or those of a message")
    show.add_argument("folder", type=Path, metavar="FOLDER", help="the journal's folder; the node may be running")
    show.add_argument("--last", type=int, default=10, metavar="N", help="how many of the newest, default %(default)s")
    show.add_argument("--message-id", metavar="ID", help="records with this X-Road-Id instead")
    show.add_argument("--request-id", metavar="UUID", help="records of this request instead")
    show.set_defaults(run=run_show)

    retire = verbs.add_parser(
        "retire", help="remove the entries of old segments for good; roots stay, so proofs over the others hold"
    )
    retire.add_argument("folder", type=Path, metavar="FOLDER", help="the journal's folder; the node must be stopped")
    retire.add_argument("--through", required=True, metavar="SEGMENT", help="the newest to remove, named as its file")
    retire.add_argument("--yes", action="store_true", help="do it; otherwise only tell what would be removed")
    retire.set_defaults(run=run_retire)


def run_verify(args: argparse.Namespace) -> int:
    """Print what was found in a few lines."""
    from kopir.bridge.journal import verify

    report = verify(args.folder)
    entries = "1 entry" if report.size == 1 else f"{report.size} entries"
    print(f"journal of {report.node or '?'}: {entries} in {_segments(report.segments)}", end="")
    print(f", {len(report.retired)} of them retired" if report.retired else "")
    print(f"root {report.root.hex()}")
    for number in report.stale_indexes:
        print(f"{number:08x}.idx does not fit its segment; that is no fault, it is made again when needed")
    if report.fault is not None:
        print(f"BAD: {report.fault}")
        return 1
    print("everything holds")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Print the head, then one line an entry, the newest first."""
    import uuid

    from kopir.bridge.errors import CommandError
    from kopir.bridge.journal import JournalView

    view = JournalView.open(args.folder)
    size, root = view.head
    print(f"journal of {view.node}: {size} entries, 2^{view.exponent} in a segment, {len(view.retired)} retired")
    print(f"root {root.hex()}")
    if view.cut_bytes:
        print(f"{view.cut_bytes} bytes of a group that is being written, or was torn")
    if args.request_id or args.message_id:
        try:
            request_id = uuid.UUID(args.request_id).bytes if args.request_id else None
        except ValueError:
            raise CommandError(f"--request-id {args.request_id}: this is no UUID") from None
        places = [hit.index for hit in view.reader.find(request_id=request_id, message_id=args.message_id)]
    else:
        places = list(range(size - 1, max(-1, size - 1 - args.last), -1))
    for place in places:
        print(_line(view, place))
    return 0 if places or not (args.request_id or args.message_id) else 1


def run_retire(args: argparse.Namespace) -> int:
    """Retire from the oldest on; the journal is checked as far as it is removed."""
    import asyncio

    from kopir.bridge.errors import CommandError
    from kopir.bridge.journal import Journal, JournalView

    view = JournalView.open(args.folder)
    try:
        last = int(args.through.removesuffix(".log"), 16)
    except ValueError:
        raise CommandError(f"--through {args.through}: name a segment as its file is named, such as 0000001f") from None
    full = view.head[0] >> view.exponent
    if not 0 <= last < full:
        newest = f"the newest full one is {full - 1:08x}" if full else "none is full yet"
        raise CommandError(f"--through {args.through}: that segment is not full, so it cannot be retired; {newest}")
    numbers = [number for number in range(last + 1) if number not in view.retired]
    for number in numbers:
        view.reader.segment_tree(number)  # raises, before anything is removed, if a segment is damaged
    if not args.yes:
        print(f"would remove {_segments(len(numbers))} of {view.node} for good; add --yes to do it")
        return 0
    journal = Journal.open(args.folder, node=view.node)
    try:
        for number in numbers:
            journal.retire_segment(number)
            print(f"{number:08x} retired")
    finally:
        asyncio.run(journal.close())
    return 0


def _segments(number: int) -> str:
    return "1 segment" if number == 1 else f"{number} segments"


def _line(view: JournalView, place: int) -> str:
    """One entry: its index, and for a record what it can be found by."""
    import uuid

    from kopir.bridge.journal import JournalGapError
    from kopir.bridge.journal.index import key_of

    try:
        entry = view.reader.entry(place)
    except JournalGapError:
        return f"{place}  retired"
    key = key_of(entry)
    if key is None:
        return f"{place}  {_KINDS[0]}, {len(entry)} bytes"
    side, kind = _SIDES[key.side], _KINDS[key.kind] if key.kind < len(_KINDS) else f"kind {key.kind}"
    return f"{place}  {side} {kind}  {uuid.UUID(bytes=key.request_id)}  {key.message_id}"
