"""`kopir anchor`: the file by which one country trusts another's directory; made, shown, accepted by hand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kopir.bridge.errors import CommandError

from .keys import add_passphrase, passphrase_source, write_out

if TYPE_CHECKING:
    from kopir.bridge.anchors import Anchor

    from .keys import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add `anchor` with its verbs."""
    parser = subparsers.add_parser("anchor", help="whom to trust: the anchor of a country's directory")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    make = verbs.add_parser("make", help="make the anchor of your directory, for others to accept")
    make.add_argument("--instance", required=True, metavar="NAME", help="how your identifiers begin, such as KZ")
    make.add_argument("--key", required=True, type=Path, metavar="FILE", help="directory key, private or public")
    make.add_argument(
        "--address", required=True, action="append", metavar="URL", help="where the directory lies: URL or path"
    )
    make.add_argument(
        "--lowest-number", type=int, default=1, metavar="N", help="refuse directories below it (default: %(default)s)"
    )
    make.add_argument("--out", type=Path, metavar="FILE", help="file to write; standard output without it")
    add_passphrase(make)
    make.set_defaults(run=run_make)

    show = verbs.add_parser("show", help="tell what is in an anchor, and its fingerprint to compare by voice")
    show.add_argument("file", type=Path, help="anchor file")
    show.set_defaults(run=run_show)

    accept = verbs.add_parser("accept", help="make a node trust an anchor")
    accept.add_argument("file", type=Path, help="anchor file")
    accept.add_argument("--config", required=True, type=Path, metavar="CONFIG", help="the node's TOML file")
    accept.add_argument("--fingerprint", metavar="HEX", help="as its owner told it to you; else you are asked")
    accept.set_defaults(run=run_accept)


def run_make(args: argparse.Namespace) -> int:
    """Make an anchor; it is read back before it is written, so that others can read it too."""
    from kopir.bridge.anchors import Anchor, anchor_text, is_url, parse_anchor

    addresses = tuple(address if is_url(address) else str(Path(address).absolute()) for address in args.address)
    data = anchor_text(Anchor(args.instance, _public_key(args), addresses, args.lowest_number)).encode()
    anchor = parse_anchor(args.out or Path("anchor"), data)
    write_out(args.out, data)
    if args.out is not None:
        _tell(anchor)
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Show an anchor."""
    from kopir.bridge.anchors import read_anchor

    _tell(read_anchor(args.file))
    return 0


def run_accept(args: argparse.Namespace) -> int:
    """Lay the anchor into the node's folder, once a person has confirmed its fingerprint."""
    from kopir.bridge.anchors import SUFFIX, anchor_text, read_anchor
    from kopir.bridge.config import load
    from kopir.bridge.disk import OsDisk, replace_file

    folder = load(args.config).directory.anchors
    anchor = read_anchor(args.file)
    _tell(anchor)
    given = args.fingerprint
    if given is None:
        given = _ask()
    if not anchor.has_fingerprint(given):
        raise CommandError("that is not this anchor's fingerprint; nothing was changed")
    disk = OsDisk()
    disk.make_folder(folder)
    target = _held_in(folder, anchor.instance) or folder / f"{anchor.instance}{SUFFIX}"
    replace_file(disk, target, anchor_text(anchor).encode())
    print(f"{target}: accepted; a running node sees it at its next reload")
    return 0


def _ask() -> str:
    prompt = "Type the fingerprint as its owner told it to you by another way, or nothing to stop: "
    try:
        return input(prompt)
    except EOFError:
        print()
        raise CommandError("no fingerprint was typed; nothing was changed; give it with --fingerprint HEX") from None


def _held_in(folder: Path, instance: str) -> Path | None:
    """The file in the folder that holds the anchor of this instance, whatever it is called: a second one is refused."""
    from kopir.bridge.anchors import SUFFIX, read_anchor
    from kopir.bridge.errors import AnchorError

    for path in sorted(path for path in folder.iterdir() if path.suffix == SUFFIX):
        try:
            if read_anchor(path).instance == instance:
                return path
        except AnchorError:  # it holds nobody's anchor, and is told of at the next start
            continue
    return None


def _public_key(args: argparse.Namespace) -> bytes:
    from kopir.bridge.anchors import public_key
    from kopir.signing.certificates import spki_of
    from kopir.signing.keys import is_private_key_file, load_private_key

    if is_private_key_file(args.key):
        return spki_of(load_private_key(args.key, passphrase_source(args)).public_key())
    try:
        return public_key(args.key.read_text(encoding="ascii"))
    except ValueError as error:
        remedy = "give the directory key or its public half in PEM"
        raise CommandError(f"{args.key}: is no key: {error}; {remedy}") from error


def _tell(anchor: Anchor) -> None:
    print(f"instance       {anchor.instance}")
    for address in anchor.addresses:
        print(f"address        {address}")
    print(f"lowest number  {anchor.lowest_number}")
    print(f"fingerprint    {anchor.fingerprint}")
