"""`kopir directory`: publish a country's directory, show what is in one, verify it against an anchor."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from .keys import add_passphrase, passphrase_source

if TYPE_CHECKING:
    from kopir.wire.directory import Directory

    from .keys import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add `directory` with its verbs."""
    parser = subparsers.add_parser("directory", help="who takes part: a country's signed directory")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    publish = verbs.add_parser("publish", help="make and sign the next directory")
    publish.add_argument("--from", required=True, type=Path, dest="source", metavar="FILE", help="description (TOML)")
    publish.add_argument("--key", required=True, type=Path, metavar="FILE", help="directory key")
    publish.add_argument("--out", required=True, type=Path, metavar="FILE", help="file to write in place of the last")
    publish.add_argument("--number", type=int, metavar="N", help="in place of the last number plus one")
    add_passphrase(publish)
    publish.set_defaults(run=run_publish)

    show = verbs.add_parser("show", help="tell what is in a directory; its signature is not checked")
    show.add_argument("file", type=Path, help="directory")
    show.set_defaults(run=run_show)

    verify = verbs.add_parser("verify", help="check a directory as a node would that knows only the anchor")
    verify.add_argument("file", type=Path, help="directory")
    verify.add_argument("--anchor", required=True, type=Path, metavar="FILE", help="anchor file")
    verify.set_defaults(run=run_verify)


def run_publish(args: argparse.Namespace) -> int:
    """Publish and say what."""
    from kopir.bridge.publish import publish
    from kopir.signing.keys import load_private_key

    key = load_private_key(args.key, passphrase_source(args))
    published = publish(args.source, key, args.out, now_ms=_now_ms(), number=args.number)
    print(f"{args.out}: {_title(published.directory)}, {len(published.document)} bytes")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Show the content."""
    from kopir.wire.directory import decode, unframe

    envelope = unframe(args.file.read_bytes())
    directory = decode(envelope.payload)
    print(_title(directory))
    print(f"issued   {_time(directory.issued_ms)}")
    print(f"expires  {_time(directory.expires_ms)}")
    print(f"key      {envelope.kid.hex()} (signature not checked)")
    for line in _lines(directory):
        print(line)
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Verify; whatever does not hold ends the command with its reason."""
    from kopir.bridge.anchors import read_anchor
    from kopir.bridge.publish import verify

    directory = verify(args.file.read_bytes(), read_anchor(args.anchor), _now_ms())
    print(f"{args.file}: holds: {_title(directory)}")
    return 0


def _title(directory: Directory) -> str:
    return f"directory of {directory.instance}, number {directory.number}, valid until {_time(directory.expires_ms)}"


def _lines(directory: Directory) -> list[str]:
    lines = [f"authority {_hash(der)}" for der in directory.authorities]
    lines += [f"revocation list {_hash(der)}" for der in directory.revocation_lists]
    for member in directory.members:
        lines.append(f"member {member.id}: {member.name}")
        lines += [f"  signing {_hash(der)}" for der in member.certificates]
    lines += [f"subsystem {subsystem.id}: {subsystem.name}" for subsystem in directory.subsystems]
    lines += [f"service {service.id}: {service.type}: {service.title}" for service in directory.services]
    for node in directory.nodes:
        lines.append(f"node {node.id} at {node.address}")
        lines += [f"  tls {_hash(der)}" for der in node.certificates]
        lines += [f"  serves {client}" for client in node.clients]
    lines += [f"time stamps {entry.name} {_hash(entry.certificate)}" for entry in directory.stamp_authorities]
    if directory.next_key is not None:
        lines.append(f"next key {_hash(directory.next_key)}")
    return lines


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
