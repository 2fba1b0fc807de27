"""`kopir key`: make a private key, ask for its certificate, show what is in a file. Private keys never move.

What goes wrong is raised as a `SigningError`, which `main` tells.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kopir.signing.errors import KeyFileError, PassphraseError
from kopir.signing.passphrases import PassphraseSource, parse_passphrase_source

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

CREDENTIALS_HELP = 'folder of systemd\'s credentials: give "$CREDENTIALS_DIRECTORY"'
SOURCE_HELP = "where the passphrase comes from: credential:NAME, fd:N or prompt"


def add_parser(subparsers: Subparsers) -> None:
    """Add `key` with its verbs."""
    parser = subparsers.add_parser("key", help="private keys, certificate requests, and what is in a file")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    new = verbs.add_parser("new", help="make a private key (P-256) in a new file that only you can read")
    new.add_argument("file", type=Path, help="file to make; never overwritten")
    add_passphrase(new)
    new.set_defaults(run=run_new)

    csr = verbs.add_parser("csr", help="make a certificate request for a key that stays where it is")
    csr.add_argument("key", type=Path, help="file of the private key")
    csr.add_argument("--subject", required=True, metavar="NAME", help="such as CN=Register,O=Ministry,C=KZ")
    csr.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="host name or IP address, for a TLS certificate"
    )
    csr.add_argument("--out", type=Path, metavar="FILE", help="file to write; standard output without it")
    add_passphrase(csr)
    csr.set_defaults(run=run_csr)

    show = verbs.add_parser("show", help="tell what a private key or certificate is; nothing secret is shown")
    show.add_argument("file", type=Path, help="file of a private key or certificate")
    add_passphrase(show)
    show.set_defaults(run=run_show)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Add the two options that say where a passphrase comes from."""
    parser.add_argument("--passphrase", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument("--credentials", type=Path, metavar="FOLDER", help=CREDENTIALS_HELP)


def run_new(args: argparse.Namespace) -> int:
    """Make a key and say which it is."""
    from kopir.signing.facts import describe_key
    from kopir.signing.keys import new_private_key, write_private_key

    passphrase = new_passphrase(args)
    key = new_private_key()
    write_private_key(args.file, key, passphrase)
    if passphrase is None:
        print(f"{args.file}: not encrypted; whoever can read the file can sign with it", file=sys.stderr)
    print(f"{args.file}: {describe_key(key.public_key())}")
    return 0


def run_csr(args: argparse.Namespace) -> int:
    """Make a request, on standard output or in a file."""
    from kopir.signing.csr import make_csr, parse_names, parse_subject
    from kopir.signing.keys import load_private_key

    key = load_private_key(args.key, passphrase_source(args))
    pem = make_csr(key, parse_subject(args.subject), parse_names(args.name))
    write_out(args.out, pem)
    if args.out is not None:
        print(f"{args.out}: request of {args.subject}; give it to the authority")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Describe a certificate, or else a private key."""
    from kopir.signing.facts import describe_key, load_certificate, read_certificate_file
    from kopir.signing.keys import is_private_key_file, load_private_key

    if is_private_key_file(args.file):
        key = load_private_key(args.file, passphrase_source(args))
        print(f"private key: {describe_key(key.public_key())}")
    else:
        print(load_certificate(read_certificate_file(args.file)).describe())
    return 0


def passphrase_source(args: argparse.Namespace) -> PassphraseSource | None:
    """Give the source that the options name, or None."""
    return None if args.passphrase is None else parse_passphrase_source(args.passphrase, credentials=args.credentials)


def new_passphrase(args: argparse.Namespace) -> bytes | None:
    """Ask for the passphrase of a new key; at a prompt twice, for what is typed blind is easily mistyped."""
    source, place = passphrase_source(args), args.passphrase
    if source is None:
        return None
    first = source("New passphrase: ")
    if place == "prompt" and source("The same again: ") != first:
        raise PassphraseError("the two passphrases differ: try again")
    return first


def write_out(path: Path | None, data: bytes) -> None:
    """Write what is public, to a file or standard output."""
    if path is None:
        sys.stdout.write(data.decode())
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from None
