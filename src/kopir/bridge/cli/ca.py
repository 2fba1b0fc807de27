"""`kopir ca`: the development authority of the stand. Every verb says first that it is not for production."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kopir.bridge.errors import CommandError

from .keys import add_passphrase, new_passphrase, passphrase_source, write_out

if TYPE_CHECKING:
    from .keys import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add `ca` with its verbs."""
    parser = subparsers.add_parser("ca", help="development certificate authority: NOT FOR PRODUCTION")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    init = _verb(verbs, "init", run_init, "make an authority in a folder")
    init.add_argument("--subject", required=True, metavar="NAME", help="such as CN=Test authority,C=KZ")
    init.add_argument("--days", type=_days, default=3650, help="days it is valid (default: %(default)s)")

    issue = _verb(verbs, "issue", run_issue, "issue a certificate for a request")
    issue.add_argument("request", type=Path, help="file of the request, from `kopir key csr`")
    issue.add_argument(
        "--purpose", required=True, choices=("signing", "tls", "stamp"), help="what it is for, one thing"
    )
    issue.add_argument("--days", type=_days, default=365, help="days it is valid (default: %(default)s)")
    issue.add_argument("--subject", metavar="NAME", help="in place of the request's subject")
    issue.add_argument("--name", action="append", metavar="HOST", help="in place of the request's host names (tls)")
    issue.add_argument("--out", type=Path, metavar="FILE", help="file to write (PEM); standard output without it")

    revoke = _verb(verbs, "revoke", run_revoke, "take a certificate back; then publish a new list with `crl`")
    revoke.add_argument("certificate", help="its file, or its serial in hexadecimal")

    crl = _verb(verbs, "crl", run_crl, "make the revocation list of this moment")
    crl.add_argument("--days", type=_days, default=30, help="days until the next one (default: %(default)s)")
    crl.add_argument("--out", type=Path, metavar="FILE", help="file to write (DER), besides ca.crl in the folder")


def run_init(args: argparse.Namespace) -> int:
    """Make an authority."""
    from kopir.signing.authority import create_authority
    from kopir.signing.csr import parse_subject

    _warn()
    authority = create_authority(
        args.folder,
        subject=parse_subject(args.subject),
        now_ms=_now_ms(),
        passphrase=new_passphrase(args),
        days=args.days,
    )
    print(authority.certificate.describe())
    return 0


def run_issue(args: argparse.Namespace) -> int:
    """Issue a certificate."""
    from kopir.signing.authority import open_authority
    from kopir.signing.csr import parse_csr, parse_names, parse_subject, read_request_file
    from kopir.signing.facts import load_certificate, to_pem

    _warn()
    request = read_request_file(args.request)
    if b"CERTIFICATE REQUEST-----" not in request:
        raise CommandError(f"{args.request}: this is no certificate request in PEM; make one with `kopir key csr`")
    der = open_authority(args.folder, passphrase_source(args)).issue(
        parse_csr(request),
        purpose=args.purpose,
        days=args.days,
        now_ms=_now_ms(),
        subject=None if args.subject is None else parse_subject(args.subject),
        names=None if args.name is None else parse_names(args.name),
    )
    write_out(args.out, to_pem(der))
    if args.out is not None:
        issued = load_certificate(der)
        until = datetime.fromtimestamp(issued.not_after_ms / 1000, UTC).date()
        print(f"{args.out}: {issued.subject}, for {args.purpose}, valid until {until}")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Take a certificate back."""
    from kopir.signing.authority import open_authority
    from kopir.signing.facts import load_certificate, read_certificate_file

    _warn()
    path = Path(args.certificate)
    serial = load_certificate(read_certificate_file(path)).serial if path.is_file() else args.certificate
    open_authority(args.folder, passphrase_source(args)).revoke(serial, now_ms=_now_ms())
    print(f"revoked {serial}; it takes effect with the next list: kopir ca crl {args.folder}")
    return 0


def run_crl(args: argparse.Namespace) -> int:
    """Make the revocation list."""
    from kopir.signing.authority import open_authority

    _warn()
    der = open_authority(args.folder, passphrase_source(args)).make_crl(now_ms=_now_ms(), days=args.days)
    if args.out is not None:
        write_out(args.out, der)
    print(f"{args.folder / 'ca.crl'}: {len(der)} bytes", file=sys.stderr)
    return 0


def _verb(verbs: Subparsers, name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text)
    parser.add_argument("folder", type=Path, help="folder of the authority")
    add_passphrase(parser)
    parser.set_defaults(run=run)
    return parser


def _warn() -> None:
    from kopir.signing.authority import WARNING

    sys.stderr.write(WARNING)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 36500:
        raise argparse.ArgumentTypeError("days are a number from 1 to 36500")
    return days


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
