"""`kopir evidence`: make the file that proves one exchange, and judge such a file offline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kopir.bridge.errors import CommandError

if TYPE_CHECKING:
    from kopir.bridge.anchors import Anchor
    from kopir.bridge.directory import Directories
    from kopir.bridge.judging import Body, Verdict

    from .keys import Subparsers

_STATUS = "status: 0 stamped, 3 signed but not yet stamped, 4 request without answer, 1 invalid, 2 could not be judged"


def add_parser(subparsers: Subparsers) -> None:
    """Add `evidence` with its verbs."""
    parser = subparsers.add_parser("evidence", help="prove an exchange: make the file, judge it offline")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    get = verbs.add_parser("get", help="make the evidence file of one exchange from this node's journal")
    get.add_argument("id", metavar="ID", help="the exchange: its X-Road-Request-Id or X-Road-Id")
    where = get.add_mutually_exclusive_group(required=True)
    where.add_argument("--config", type=Path, metavar="CONFIG", help="the node's TOML file; the node may be running")
    where.add_argument("--journal", type=Path, metavar="FOLDER", help="a journal's folder, such as a copy; needs:")
    get.add_argument("--directories", type=Path, metavar="FOLDER", help="with --journal: the node's kept directories")
    get.add_argument("--anchors", type=Path, metavar="FOLDER", help="with --journal: the node's anchors")
    get.add_argument("--client", metavar="ID", help="only an exchange of this subsystem, as asker or as asked")
    get.add_argument("--side", choices=("consumer", "provider"), help="whose entries, where the node was both")
    get.add_argument("--out", required=True, type=Path, metavar="FILE", help="file to write")
    get.set_defaults(run=run_get)

    verify = verbs.add_parser("verify", help="judge an evidence file offline", epilog=_STATUS)
    verify.add_argument("file", type=Path, help="evidence file")
    verify.add_argument(
        "--anchor", required=True, action="append", type=Path, metavar="FILE", help="anchor of a country; repeat it"
    )
    verify.add_argument("--body", type=Path, metavar="FILE", help="the request's body, to be held against its record")
    verify.add_argument("--answer-body", type=Path, metavar="FILE", help="the answer's body, likewise")
    verify.add_argument("--json", action="store_true", help="print one JSON object")
    verify.set_defaults(run=run_verify)

    show = verbs.add_parser("show", help="tell what an evidence file says, without judging it")
    show.add_argument("file", type=Path, help="evidence file")
    show.add_argument("--json", action="store_true", help="print one JSON object")
    show.set_defaults(run=run_show)


def run_get(args: argparse.Namespace) -> int:
    """Make the file."""
    from kopir.bridge.evidence import make_evidence
    from kopir.bridge.journal import JournalView
    from kopir.wire.names import parse_client

    journal, directories = _places(args)
    data = make_evidence(
        journal=JournalView.open(journal),
        directories=directories,
        wanted=args.id,
        client=None if args.client is None else str(parse_client(args.client)),
        side=None if args.side is None else int(args.side == "provider"),
    )
    args.out.write_bytes(data)
    print(f"{args.out}: {len(data)} bytes; judge it with: kopir evidence verify {args.out} --anchor … --anchor …")
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Judge the file and tell the verdict, also by the exit status."""
    from kopir.bridge.evidence_report import as_json, as_text, shown
    from kopir.bridge.judging import judge

    given = {"request": args.body, "answer": args.answer_body}
    bodies = {name: _body(path) for name, path in given.items() if path is not None}
    data, anchors = _read(args.file), _anchors(args.anchor)
    verdict = judge(data, anchors, bodies)
    missing = _missing_anchors(verdict, anchors)
    if missing:
        message = f"no anchor of {' and '.join(map(shown, missing))} was given; add --anchor FILE"
        told = as_json(verdict) | {"verdict": "not judged", "message": message}
        print(json.dumps(told, ensure_ascii=False) if args.json else f"NOT JUDGED: {message}")
        return 2
    text = as_text(verdict, frozenset(bodies))
    if verdict.check == "checksum" and not _is_evidence(data):
        verdict = replace(verdict, message="this is no evidence file")
        text = as_text(verdict)
    elif verdict.check == "bodies":
        # All that precedes this check held, so the file is judged once more without the bodies.
        option = "--body" if verdict.where == "request body" else "--answer-body"
        verdict = replace(verdict, message=f"the file is sound, but {option} does not belong to it: {verdict.message}")
        report = as_text(judge(data, anchors)).rpartition("\n")[0]
        text = f"{report}\n{as_text(replace(verdict, request=None))}"
    print(json.dumps(as_json(verdict), ensure_ascii=False) if args.json else text)
    return verdict.exit_code


def run_show(args: argparse.Namespace) -> int:
    """Tell what the file says."""
    from kopir.bridge.evidence_report import contents_as_json, contents_as_text
    from kopir.wire.evidence import decode

    data = _read(args.file)
    if not _is_evidence(data):
        raise CommandError(f"{args.file}: this is no evidence file")
    evidence = decode(data)
    print(json.dumps(contents_as_json(evidence), ensure_ascii=False) if args.json else contents_as_text(evidence))
    if not args.json:
        print("Nothing of this was judged: kopir evidence verify", file=sys.stderr)
    return 0


def _places(args: argparse.Namespace) -> tuple[Path, Directories]:
    """Where the journal lies, and the directories beside it."""
    from kopir.bridge.anchors import load_anchors
    from kopir.bridge.config import load
    from kopir.bridge.directory import Directories
    from kopir.bridge.directory_store import DirectoryStore
    from kopir.bridge.disk import OsDisk

    if args.config is not None:
        config = load(args.config)
        journal, kept, anchors = config.journal.folder, config.node.state / "directories", config.directory.anchors
    elif args.directories is None or args.anchors is None:
        raise CommandError("--journal alone is not enough: add --directories and --anchors, or give --config")
    else:
        journal, kept, anchors = args.journal, args.directories, args.anchors
    return journal, Directories(DirectoryStore(kept, OsDisk()), load_anchors(anchors))


def _anchors(paths: list[Path]) -> dict[str, Anchor]:
    from kopir.bridge.anchors import read_anchor

    found: dict[str, Anchor] = {}
    for path in paths:
        anchor = read_anchor(path)
        if anchor.instance in found:
            raise CommandError(f"{path}: another anchor of {anchor.instance} was given; give one for each country")
        found[anchor.instance] = anchor
    return found


def _missing_anchors(verdict: Verdict, anchors: Mapping[str, Anchor]) -> list[str]:
    """The instances for want of whose anchors a file could not be judged. That is no fault of the file."""
    request = verdict.request
    if request is None or verdict.check != "directories":
        return []
    missing = sorted({name.partition("/")[0] for name in (request.client, request.service)} - set(anchors))
    return missing if verdict.where in {f"directory of {name}" for name in missing} else []


def _is_evidence(data: bytes) -> bool:
    """Whether it begins as every evidence file does (protocol.md §8): a list of six, the first of them the magic."""
    from kopir.wire import cbor
    from kopir.wire.evidence import MAGIC

    return data[1:].startswith(cbor.encode(MAGIC))


def _read(path: Path) -> bytes:
    """The file, and one byte more than allowed of one that is too large."""
    from kopir.wire.evidence import LIMIT_FILE_BYTES

    with path.open("rb") as file:
        return file.read(LIMIT_FILE_BYTES + 1)


def _body(path: Path) -> Body:
    import hashlib

    from kopir.bridge.judging import Body

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        return Body(file.tell(), digest)
